"""How administrators come in, and go out."""

from __future__ import annotations

import re
import string
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from lti_tool.administration.models import admin_sessions, sign_in_links
from tests.support.administrator import (
    ADMINISTRATOR_ROLES,
    OWN_PAGE,
    Administrator,
    administrator_of,
    error_of,
    operator,
)
from tests.support.house import BASE, House, Visit


def link_of(house: House) -> str:
    return f"sign-in/{house.services.admin_sessions.make_link()}"


def doors(visit: Visit) -> dict[str, dict[str, str]]:
    """The buttons in the head of a page, with what they carry."""
    found = re.findall(
        r'<form method="post" action="([^"]+)" target="_blank".*?name="([a-z]+)" value="([^"]+)".*?>([^<]+)</button>',
        visit.page.text,
        re.DOTALL,
    )
    return {label: {"action": action, name: unescape(value)} for action, name, value, label in found}


def let_in(house: House, *, allowed: bool = True) -> None:
    (record,) = house.services.platforms.records.all()
    house.services.platforms.records.permit(record.id, active=True, admin_launch=allowed, academie=None)


def test_a_link_signs_in_once(house: House) -> None:
    link = link_of(house)
    first = Administrator(house.browser())
    assert first.post(link).status_code == 303
    assert first.get("platforms").status_code == 200
    second = Administrator(house.browser())
    answer = second.post(link)
    assert (answer.status_code, error_of(answer)) == (403, "sign-in-link-used")
    assert second.get("platforms").status_code == 401


def test_looking_at_a_link_does_not_use_it_up(house: House) -> None:
    link = link_of(house)
    preview = Administrator(house.browser()).get(link)
    assert preview.status_code == 200
    assert "Set-Cookie" not in preview.headers
    assert Administrator(house.browser()).post(link).status_code == 303


def test_a_link_lasts_fifteen_minutes(house: House) -> None:
    link = link_of(house)
    with house.services.database.write() as connection:
        past = house.services.platforms.now() - timedelta(seconds=1)
        connection.execute(update(sign_in_links).values(expires_at=past))
    assert error_of(Administrator(house.browser()).post(link)) == "sign-in-link-used"


def test_the_cookie_is_first_party_and_readable_by_no_script(house: House) -> None:
    answer = Administrator(house.browser()).post(link_of(house))
    (cookie,) = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("traam-admin=")]
    for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in cookie
    assert "Domain" not in cookie


def test_the_secret_of_a_session_is_not_kept(house: House) -> None:
    who = operator(house)
    cookie = who.client.get_cookie("traam-admin", domain="localhost")
    assert cookie is not None
    with house.services.database.read() as connection:
        kept = connection.execute(admin_sessions.select()).one()
    assert cookie.value not in {str(value) for value in kept}


@pytest.mark.parametrize(("column", "age"), [("seen_at", timedelta(hours=1)), ("created_at", timedelta(hours=8))])
def test_a_session_ends_after_an_idle_hour_or_eight_hours(column: str, age: timedelta, house: House) -> None:
    who = operator(house)
    with house.services.database.write() as connection:
        past = house.services.platforms.now() - age - timedelta(seconds=1)
        connection.execute(update(admin_sessions).values({column: past}))
    answer = who.get("platforms")
    assert (answer.status_code, error_of(answer)) == (401, "admin-sign-in-needed")


def test_signing_out_ends_the_session_for_good(house: House) -> None:
    who = operator(house)
    cookie = who.client.get_cookie("traam-admin", domain="localhost")
    assert cookie is not None
    assert who.post("sign-out").status_code == 200
    who.client.set_cookie("traam-admin", cookie.value, domain="localhost")
    assert who.get("platforms").status_code == 401


def test_another_site_cannot_press_the_buttons(house: House) -> None:
    who = operator(house)
    answer = who.client.post("/admin/keys", base_url=BASE, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, error_of(answer)) == (403, "request-cross-site")


def test_an_administrators_launch_opens_a_door_where_the_platform_may(house: House) -> None:
    let_in(house)
    visit = house.launch("2", "1", overrides={"roles": ADMINISTRATOR_ROLES})
    door = doors(visit)["Administration"]
    browser = Administrator(house.browser())  # Another tab: it has none of the frame's cookies.
    answer = browser.client.post(door["action"], base_url=BASE, data={"code": door["code"]}, headers=OWN_PAGE)
    assert answer.status_code == 303
    assert browser.get("platforms").status_code == 200
    again = browser.client.post(door["action"], base_url=BASE, data={"code": door["code"]}, headers=OWN_PAGE)
    assert error_of(again) == "sign-in-link-used"


def test_a_code_that_is_written_otherwise_is_the_same_code(house: House) -> None:
    let_in(house)
    (record,) = house.services.platforms.records.all()
    code = house.services.admin_sessions.make_code(record.id)
    assert Administrator(house.browser()).post("enter", {"code": code}).status_code == 303
    # Its last character holds two bits that mean nothing, and padding may follow.
    letters = string.ascii_letters + string.digits + "-_"
    for other in (f"{code}=", *(code[:-1] + letter for letter in letters)):
        assert error_of(Administrator(house.browser()).post("enter", {"code": other})) == "sign-in-link-used", other


def test_an_administrators_launch_opens_no_door_by_default(house: House) -> None:
    visit = house.launch("2", "1", overrides={"roles": ADMINISTRATOR_ROLES})
    assert "Administration" not in doors(visit)


@pytest.mark.parametrize("user", ["2", "3"], ids=["teacher", "pupil"])
def test_nobody_else_gets_a_door(user: str, house: House) -> None:
    let_in(house)
    assert doors(house.launch(user, "1")) == {}


def test_the_code_of_a_door_stops_when_the_right_is_taken_back(house: House) -> None:
    let_in(house)
    code = doors(house.launch("2", "1", overrides={"roles": ADMINISTRATOR_ROLES}))["Administration"]["code"]
    let_in(house, allowed=False)
    assert error_of(Administrator(house.browser()).post("enter", {"code": code})) == "admin-launch-off"


def test_a_session_stops_when_the_right_is_taken_back(house: House) -> None:
    (record,) = house.services.platforms.records.all()
    who = administrator_of(house, record.id)
    assert who.get("platforms").status_code == 200
    let_in(house, allowed=False)
    assert who.get("platforms").status_code == 401


@pytest.mark.parametrize("code", ["", "abc", "W10.abc.def"])
def test_a_code_that_is_not_ours_is_refused(code: str, house: House) -> None:
    assert error_of(Administrator(house.browser()).post("enter", {"code": code})) == "sign-in-link-used"


def test_an_administrators_page_cannot_be_framed(house: House) -> None:
    who = operator(house)
    for path in ("platforms", "platforms/1", "invitations", "keys", "health", "values", link_of(house)):
        assert "frame-ancestors 'none'" in who.get(path).headers["Content-Security-Policy"], path
