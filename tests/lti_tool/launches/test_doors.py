"""The doors: login and launch as a browser meets them, with and without its cookie."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from lti_tool.lti.claims import CLAIM
from tests.support.house import BASE, FRAME, OWN, House, Login, Visit, forget_cookies
from tests.support.school import platform_of

ANNE, BILEL = "3", "4"


class Waits(Protocol):
    def wait(self, **time: float) -> None: ...


def csp(visit: Visit) -> str:
    return visit.page.headers["Content-Security-Policy"]


def token_for(house: House, login: Login, user: str = ANNE) -> str:
    return house.lms.id_token(user, "1", nonce=login.nonce)


def launched_without_cookie(house: House, user: str = ANNE) -> Visit:
    """A launch in a frame whose browser has not kept the cookie."""
    login = house.login(user)
    forget_cookies(login.client)
    return Visit(login.client, house.post_token(login, token_for(house, login, user)))


def code_of(visit: Visit) -> str:
    found = re.search(r'name="code" value="([0-9a-f]{64})"', visit.page.text)
    assert found, visit.page.text
    return found[1]


def take(client: FlaskClient, code: str, headers: dict[str, str] = OWN) -> Visit:
    page = client.post("/lti/continue", data={"code": code}, base_url=BASE, headers=headers, follow_redirects=True)
    return Visit(client, page)


# --- login


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_login_answers_a_redirection_and_nothing_else(method: str, house: House) -> None:
    fields = house.lms.start_login(ANNE, "1")
    sent: dict[str, Any] = {"data": fields} if method == "POST" else {"query_string": fields}
    answer = house.browser().open("/lti/login", method=method, base_url=BASE, headers=FRAME, **sent)
    assert answer.status_code == 302
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
    assert answer.location.startswith(house.lms.config.auth_url)
    assert query.pop("state")
    assert len(query.pop("nonce")) >= 22
    assert query == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": house.lms.config.client_id,
        "redirect_uri": f"{BASE}/lti/launch",
        "login_hint": ANNE,
        "lti_message_hint": fields["lti_message_hint"],
    }


@pytest.mark.parametrize("target", ["_parent", "platform_storage_frame", "javascript:alert(1)", "../..", "é <b>"])
def test_the_storage_that_a_platform_offers_changes_nothing(target: str, house: House) -> None:
    client = house.browser()
    fields = house.lms.start_login(ANNE, "1") | {"lti_storage_target": target}
    answer = client.post("/lti/login", data=fields, base_url=BASE, headers=FRAME)
    assert (answer.status_code, answer.headers["Set-Cookie"].count("__Host-traam")) == (302, 1)
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
    assert "lti_storage_target" not in query
    assert target not in query.values()
    login = Login(client, query["state"], query["nonce"])
    visit = Visit(client, house.post_token(login, token_for(house, login)))
    assert visit.name == "play"
    assert html.escape(target) not in visit.page.text


def test_a_storage_target_that_no_frame_can_have_is_refused(house: House) -> None:
    fields = house.lms.start_login(ANNE, "1") | {"lti_storage_target": "a" * 9000}
    answer = house.browser().post("/lti/login", data=fields, base_url=BASE, headers=FRAME)
    assert Visit(house.browser(), answer).error == "login-malformed"


def test_the_query_of_the_platforms_own_address_is_kept(house: House) -> None:
    config = house.lms.config
    house.services.platforms.add(replace(platform_of(config), auth_url=f"{config.base_url}/auth?tenant=7"))
    answer = house.browser().post("/lti/login", data=house.lms.start_login(ANNE, "1"), base_url=BASE)
    assert parse_qs(urlsplit(answer.location).query)["tenant"] == ["7"]


def test_the_cookie_is_for_this_site_alone_and_out_of_reach_of_scripts(house: House) -> None:
    answer = house.browser().post("/lti/login", data=house.lms.start_login(ANNE, "1"), base_url=BASE)
    value, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert re.fullmatch(r"__Host-traam=[0-9a-f]{32}", value)
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_the_cookie_bears_the_host_prefix(house: House) -> None:
    answer = house.browser().post("/lti/login", data=house.lms.start_login(ANNE, "1"), base_url=BASE)
    assert answer.headers["Set-Cookie"].startswith("__Host-traam=")


def test_the_cookie_of_an_earlier_visit_is_kept(house: House) -> None:
    first = house.login(ANNE)
    before = first.client.get_cookie("__Host-traam")
    house.login(ANNE, "2", first.client)
    after = first.client.get_cookie("__Host-traam")
    assert before is not None
    assert after is not None
    assert before.value == after.value


def test_two_logins_at_once_in_one_browser_both_arrive(house: House) -> None:
    client = house.launch(ANNE).client
    first, second = house.login(ANNE, "1", client), house.login(ANNE, "2", client)
    assert house.post_token(second, token_for(house, second)).status_code == 200
    assert house.post_token(first, token_for(house, first)).status_code == 200


def test_two_first_logins_at_once_in_one_browser_both_arrive(house: House) -> None:
    client = house.browser()
    first, second = house.login(ANNE, "1", client), house.login(ANNE, "2")
    # Two frames of one page: neither login saw the answer to the other, and the later cookie stays.
    for cookie in ("__Host-traam", *[name for name in cookies_of(second.client) if name != "__Host-traam"]):
        client.set_cookie(cookie, cookies_of(second.client)[cookie])
    second.client = client
    assert house.post_token(first, token_for(house, first)).status_code == 200
    assert house.post_token(second, token_for(house, second)).status_code == 200


def test_the_launch_of_a_first_login_brings_its_cookie_back(house: House) -> None:
    first = house.login(ANNE)
    page = house.post_token(first, token_for(house, first))
    # Another frame's first login may have been answered while the launch was on its way.
    assert any(cookie.startswith("__Host-traam=") for cookie in page.headers.getlist("Set-Cookie"))


def test_the_cookie_of_one_login_lives_as_long_as_the_login(house: House) -> None:
    client = house.login(ANNE).client
    (cookie,) = (cookie for cookie in (client._cookies or {}).values() if cookie.key != "__Host-traam")
    assert cookie.max_age == 600


def cookies_of(client: FlaskClient) -> dict[str, str]:
    return {cookie.decoded_key: cookie.decoded_value for cookie in (client._cookies or {}).values()}


def test_a_login_is_good_for_ten_minutes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now = TimestampSigner.get_timestamp
    login = house.login(ANNE)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) + 601)
    visit = Visit(login.client, house.post_token(login, token_for(house, login)))
    assert (visit.error, visit.page.status_code) == ("launch-state-expired", 403)


# --- launch


def test_only_the_platform_may_frame_the_page(house: House) -> None:
    assert f"frame-ancestors {house.lms.config.base_url}" in csp(house.launch())


def test_the_page_of_a_launch_knows_where_the_course_is(house: House) -> None:
    assert f'data-course="{house.lms.config.base_url}/return?' in house.launch().page.text


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/course",
        "javascript:alert(1)",
        "http://[",
        "http://elsewhere.example\\@127.0.0.1:8001/course",
        "http://127.0.0.1:8001/\tcourse",
        "",
    ],
)
def test_a_return_address_off_the_platform_leads_nowhere(url: str, house: House) -> None:
    visit = house.launch(overrides={CLAIM + "launch_presentation": {"document_target": "iframe", "return_url": url}})
    assert visit.name == "play"
    assert "data-course" not in visit.page.text


def test_only_the_platform_may_frame_a_refusal_once_we_know_it(house: House) -> None:
    assert f"frame-ancestors {house.lms.config.base_url}" in csp(house.launch(without=["roles"]))


def test_anyone_may_frame_a_refusal_of_a_stranger(house: House) -> None:
    client = house.browser()
    visit = Visit(client, client.post("/lti/launch", data={"state": "?"}, base_url=BASE, headers=FRAME))
    assert "frame-ancestors *" in csp(visit)
    assert "<form" not in visit.page.text


def test_a_reload_is_led_back_to_its_session(house: House) -> None:
    login = house.login(ANNE)
    token = token_for(house, login)
    house.post_token(login, token)
    again = Visit(login.client, house.post_token(login, token))
    assert (again.error, again.page.status_code) == ("launch-replayed", 409)
    assert "Reprendre" in again.page.text
    found = re.search(r'href="(/s/[0-9a-f]{64}/)"', again.page.text)
    assert found
    assert Visit(login.client, login.client.get(found[1], base_url=BASE)).name == "play"


def test_a_thief_of_a_launch_is_not_led_anywhere(house: House) -> None:
    login = house.login(ANNE)
    token = token_for(house, login)
    house.post_token(login, token)
    thief = replace(login, client=house.browser())
    again = Visit(thief.client, house.post_token(thief, token))
    assert again.error == "launch-replayed"
    assert "/s/" not in again.page.text


def test_nobody_is_led_back_to_a_session_that_is_over(timed: House, clock: Waits) -> None:
    login = timed.login(ANNE)
    token = token_for(timed, login)
    timed.post_token(login, token)
    clock.wait(hours=3)
    again = Visit(login.client, timed.post_token(login, token))
    assert again.error == "launch-replayed"
    assert "/s/" not in again.page.text


def test_of_the_same_launch_sent_many_times_at_once_one_arrives(house: House) -> None:
    login = house.login(ANNE)
    token = token_for(house, login)
    cookie = login.client.get_cookie("__Host-traam")
    assert cookie is not None
    together = Barrier(6)

    def send(_number: int) -> int:
        client = house.app.test_client(use_cookies=False)
        headers = {**FRAME, "Cookie": f"__Host-traam={cookie.value}"}
        together.wait(5)
        form = {"id_token": token, "state": login.state}
        return client.post("/lti/launch", data=form, base_url=BASE, headers=headers).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == [200, 409, 409, 409, 409, 409]


# --- in a frame without the cookie


def test_a_frame_without_its_cookie_shows_the_way_out(house: House) -> None:
    visit = launched_without_cookie(house)
    assert (visit.page.status_code, visit.name) == (200, "new-tab")
    shown = html.unescape(visit.page.text)
    assert "Sciences économiques et sociales" in shown
    assert house.lms.config.activities[0].title in shown
    assert 'target="_blank"' in shown
    assert f"frame-ancestors {house.lms.config.base_url}" in csp(visit)


def test_the_way_out_opens_the_activity_in_a_new_tab(house: House) -> None:
    tab = take(house.browser(), code_of(launched_without_cookie(house)))
    assert tab.page.status_code == 200
    assert tab.name == "play"
    assert tab.get("play").name == "play"


def test_the_way_out_serves_once(house: House) -> None:
    code = code_of(launched_without_cookie(house))
    take(house.browser(), code)
    again = take(house.browser(), code)
    assert (again.error, again.page.status_code) == ("code-used", 403)


def test_the_way_out_closes_after_two_minutes(timed: House, clock: Waits) -> None:
    code = code_of(launched_without_cookie(timed))
    clock.wait(minutes=2, seconds=1)
    assert take(timed.browser(), code).error == "code-used"


def test_of_many_who_press_at_once_one_gets_out(house: House) -> None:
    code = code_of(launched_without_cookie(house))
    together = Barrier(5)

    def press(_number: int) -> str:
        together.wait(5)
        return take(house.browser(), code).name

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(press, range(5))) == ["error", "error", "error", "error", "play"]


@pytest.mark.parametrize("code", ["", "0" * 64, "x" * 100_000, "a\x00b", "é"])
def test_a_code_that_was_never_given_opens_nothing(code: str, house: House) -> None:
    launched_without_cookie(house)
    assert take(house.browser(), code).error == "code-used"


def test_another_site_cannot_press_the_button(house: House) -> None:
    code = code_of(launched_without_cookie(house))
    visit = take(house.browser(), code, {"Sec-Fetch-Site": "cross-site", "Origin": "https://voleur.example"})
    assert visit.error == "request-cross-site"
    assert take(house.browser(), code).name == "play"


def test_the_way_out_ends_the_sessions_of_another_person_in_that_browser(house: House) -> None:
    anne = house.launch(ANNE)
    take(anne.client, code_of(launched_without_cookie(house, BILEL)))
    assert anne.get("play").error == "session-over"


def test_the_frame_itself_cannot_go_on_without_the_cookie(house: House) -> None:
    login = house.login(ANNE)
    forget_cookies(login.client)
    token = token_for(house, login)
    house.post_token(login, token)
    again = Visit(login.client, house.post_token(login, token))
    assert again.error == "launch-replayed"
    assert "/s/" not in again.page.text


@pytest.mark.parametrize(
    ("target", "page"), [("iframe", "new-tab"), ("frame", "new-tab"), ("window", "error"), (None, "error")]
)
def test_an_old_browser_is_in_a_frame_when_the_platform_says_so(target: str | None, page: str, house: House) -> None:
    login = house.login(ANNE)
    forget_cookies(login.client)
    presentation = {"document_target": target} if target else {}
    token = house.lms.id_token(ANNE, "1", nonce=login.nonce, overrides={"launch_presentation": presentation})
    visit = Visit(login.client, house.post_token(login, token, headers={}))
    assert visit.name == page


def test_what_the_browser_says_of_itself_counts_more_than_the_platform(house: House) -> None:
    login = house.login(ANNE)
    forget_cookies(login.client)
    page = house.post_token(login, token_for(house, login), headers={**FRAME, "Sec-Fetch-Dest": "document"})
    assert Visit(login.client, page).error == "launch-without-cookie"


def test_an_invitation_that_nobody_sent_opens_nothing(house: House) -> None:
    client = house.browser()
    visit = Visit(client, client.get("/lti/register/abc", base_url=BASE))
    assert (visit.error, visit.page.status_code) == ("invitation-unknown", 404)
