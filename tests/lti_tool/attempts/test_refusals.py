"""What is not one's own, or not in order: refused with a page and an id, and nothing changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from lti_tool.attempts.models import attempts
from lti_tool.db import AnyRow
from tests.lti_tool.desk import BLANKS, PNG, Desk, desk_with, form_of, send, store, with_picture
from tests.lti_tool.desk import h5p_file as h5p
from tests.support.house import BASE, FRAME, OWN, House, Visit


def rows(desk: Desk) -> list[AnyRow]:
    with desk.house.services.database.read() as connection:
        return list(connection.execute(select(attempts).order_by(attempts.c.id)))


def assert_refused(answer: Visit, status: int, error: str) -> None:
    assert (answer.page.status_code, answer.error) == (status, error)
    assert re.search(r"Référence\s:\s<code>[0-9a-f]{8}</code>", answer.page.text)


# --- Answers of a wrong shape

Change = Callable[[dict[str, Any]], object]


def first(form: Mapping[str, Any]) -> str:
    """The name of the first blank."""
    return next(name for name in form if name.startswith("x"))


WRONG: dict[str, Change] = {
    "a field of another page": lambda form: form.update(x000000000000="offre"),
    "a field that nobody has": lambda form: form.update(score="2"),
    "two answers in one blank": lambda form: form.update({first(form): ["offre", "demande"]}),
    "a NUL": lambda form: form.update({first(form): "of\x00fre"}),
    "a NUL in a name": lambda form: form.update({"x\x00": ""}),
    "a book": lambda form: form.update({first(form): "a" * 100_000}),
    "a long name": lambda form: form.update({"x" * 100_000: ""}),
    "too many fields": lambda form: form.update({f"y{number}": "" for number in range(20_000)}),
    "no version": lambda form: form.pop("version"),
    "a version that is no number": lambda form: form.update(version="une"),
    "a version in other digits": lambda form: form.update(version="١"),
    "a negative version": lambda form: form.update(version="-1"),
    "a huge version": lambda form: form.update(version="9" * 5_000),
    "no tab": lambda form: form.pop("tab"),
    "a tab of another shape": lambda form: form.update(tab="z" * 32),
    "a tab with a mark": lambda form: form.update(tab="a" * 32 + "!"),
    "a NUL in the action": lambda form: form.update(action="save\x00"),
    "a long action": lambda form: form.update(action="save" * 1_000),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_an_answer_of_the_wrong_shape_changes_nothing(desk: Desk, change: Change) -> None:
    page = desk.open()
    send(page, "offre")
    before = rows(desk)
    form: dict[str, Any] = form_of(page, "demande")
    change(form)
    assert_refused(page.post(page.step, form), 400, "answer-malformed")
    assert rows(desk) == before


@pytest.mark.parametrize("action", ["cheat", "solution", "retry", "next", "previous", ""])
def test_a_button_that_the_page_does_not_have_changes_nothing(desk: Desk, action: str) -> None:
    page = desk.open()
    before = rows(desk)
    assert_refused(send(page, "offre", action=action), 400, "action-not-possible")
    assert rows(desk) == before


@pytest.mark.parametrize("bytes_", ["%ED%A0%80", "%FF%FE", "%C3"])
def test_what_is_not_unicode_never_breaks_the_house(desk: Desk, bytes_: str) -> None:
    page = desk.open()
    form = form_of(page)
    name = first(form)
    body = urlencode({**form, name: "here"}).replace("here", bytes_)
    assert page.post(page.step, {}).page.status_code == 400
    answer = page.client.post(
        f"/s/{page.secret}/{page.step}",
        data=body,
        headers=OWN,
        content_type="application/x-www-form-urlencoded",
        follow_redirects=True,
    )
    assert answer.status_code in {200, 400}
    assert page.get("play").page.status_code == 200


def test_a_lone_surrogate_in_a_multipart_form_never_breaks_the_house(desk: Desk) -> None:
    page = desk.open()
    form = form_of(page)
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()
    )
    broken = parts.encode().replace(b"\r\n\r\n\r\n", b"\r\n\r\n\xed\xa0\x80\r\n", 1) + b"--b--\r\n"
    answer = page.client.post(
        f"/s/{page.secret}/{page.step}",
        data=broken,
        headers=OWN,
        content_type="multipart/form-data; boundary=b",
        follow_redirects=True,
    )
    assert answer.status_code in {200, 400}
    assert page.get("play").page.status_code == 200


def test_bytes_that_are_no_form_are_an_answer_of_the_wrong_shape(desk: Desk) -> None:
    page = desk.open()
    answer = page.client.post(
        f"/s/{page.secret}/{page.step}",
        data=b"version=\xff\xfe&tab=\x00",
        headers=OWN,
        content_type="application/x-www-form-urlencoded",
    )
    assert_refused(Visit(page.client, answer), 400, "answer-malformed")


def test_a_post_over_one_mebibyte_is_too_large(desk: Desk) -> None:
    page = desk.open()
    before = rows(desk)
    form = {**form_of(page), "x": "a" * (1 << 20)}
    assert_refused(page.post(page.step, form), 413, "request-too-large")
    assert rows(desk) == before


def test_a_refusal_of_an_answer_leads_back_to_the_work(desk: Desk) -> None:
    page = desk.open()
    refused = page.post(page.step, {})
    assert f'href="/s/{page.secret}/play"' in refused.page.text


# --- What belongs to others


def step_of(page: Visit, other: Visit) -> Visit:
    """Send the page of `other` to the session of `page`."""
    return page.post(other.step, form_of(other, "demande", action="finish"))


def test_the_attempt_of_another_person_is_not_found(desk: Desk) -> None:
    owner = desk.open("3")
    before = rows(desk)
    assert_refused(step_of(desk.open("4"), owner), 404, "attempt-unknown")
    assert [row for row in rows(desk) if row.id == before[0].id] == before


def test_the_attempt_of_another_link_is_not_found(desk: Desk) -> None:
    owner = desk.open(link="9")
    assert_refused(step_of(desk.open(link="10"), owner), 404, "attempt-unknown")
    assert {row.status for row in rows(desk)} == {"open"}


def test_the_attempt_of_a_pupil_is_not_the_teachers_to_finish(desk: Desk) -> None:
    owner = desk.open("3")
    assert_refused(step_of(desk.open("2"), owner), 404, "attempt-unknown")
    assert [row.status for row in rows(desk)] == ["open"]


@pytest.mark.parametrize("name", ["0" * 32, "%00", "x", "0" * 5_000, "..%2f..", "%ED%A0%80"])
def test_an_attempt_that_nobody_has_is_not_found(desk: Desk, name: str) -> None:
    page = desk.open()
    answer = page.post(f"attempts/{name}/step", form_of(page))
    assert answer.page.status_code == 404


def test_a_session_that_is_not_there_opens_nothing(desk: Desk) -> None:
    page = desk.open()
    address = f"/s/{'0' * 64}/{page.step}"
    answer = page.client.post(address, data=form_of(page), base_url=BASE, headers=OWN)
    assert_refused(Visit(page.client, answer), 404, "session-unknown")


def test_a_session_in_another_browser_opens_nothing(desk: Desk) -> None:
    page = desk.open()
    before = rows(desk)
    thief = desk.open("4").client
    answer = thief.post(f"/s/{page.secret}/{page.step}", data=form_of(page, "demande"), base_url=BASE, headers=OWN)
    assert_refused(Visit(thief, answer), 403, "session-of-another-browser")
    assert rows(desk)[:1] == before


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
@pytest.mark.parametrize("where", ["step", "attempts"])
def test_another_site_posts_in_nobodys_name(desk: Desk, headers: dict[str, str], where: str) -> None:
    page = desk.open()
    before = rows(desk)
    path = page.step if where == "step" else "attempts"
    assert_refused(page.post(path, form_of(page, "demande", action="finish"), headers), 403, "request-cross-site")
    assert rows(desk) == before


# --- A launch without rights


def test_a_launch_without_rights_finds_a_page_that_says_so(desk: Desk) -> None:
    page = desk.open(role="")
    assert (page.page.status_code, page.name) == (200, "no-role")
    assert rows(desk) == []


def test_a_launch_without_rights_cannot_work(desk: Desk) -> None:
    allowed = desk.open("3")
    nobody = desk.open("3", role="", client=allowed.client)
    # The page has no address of its own: the session is found through the browser's own knowledge of it.
    secret = nobody_secret(desk, nobody)
    before = rows(desk)
    for path, form in ((allowed.step, form_of(allowed, "demande", action="finish")), ("attempts", {})):
        answer = nobody.client.post(f"/s/{secret}/{path}", data=form, base_url=BASE, headers=OWN)
        assert_refused(Visit(nobody.client, answer), 403, "work-without-role")
    answer = nobody.client.get(f"/s/{secret}/play", base_url=BASE, headers=FRAME)
    assert_refused(Visit(nobody.client, answer), 403, "work-without-role")
    assert rows(desk) == before


def nobody_secret(desk: Desk, visit: Visit) -> str:
    """The address of a session whose page does not tell it: led to by a launch that is posted again."""
    login = desk.house.login("3", "9", visit.client)
    overrides = {"custom": {"activity": desk.custom}, "roles": [], "resource_link": {"id": "9"}}
    token = desk.house.lms.id_token("3", "9", nonce=login.nonce, overrides=overrides)
    desk.house.post_token(login, token)
    again = desk.house.post_token(login, token)
    found = re.search(r'href="/s/([0-9a-f]{64})/"', again.text)
    assert found, again.text
    return found[1]


# --- Media


@pytest.fixture
def illustrated(house: House) -> Desk:
    """An exercise with a picture."""
    return desk_with(house, params=with_picture(BLANKS), media={"images/carte.png": PNG, "files/notes.txt": b"Notes"})


def picture_of(page: Visit) -> str:
    found = re.search(r'src="/s/[0-9a-f]+/(media/[^"]+)"', page.page.text)
    assert found, page.page.text
    return found[1]


def test_a_picture_of_the_activity_is_shown(illustrated: Desk) -> None:
    page = illustrated.open()
    with page.get(picture_of(page)).page as answer:
        assert (answer.status_code, answer.data) == (200, PNG)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"


def test_a_text_is_never_sent_as_a_page(illustrated: Desk) -> None:
    page = illustrated.open()
    path = picture_of(page).replace("images/carte.png", "files/notes.txt")
    with page.get(path).page as answer:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_that_the_browser_has_is_not_sent_again(illustrated: Desk) -> None:
    page = illustrated.open()
    address = f"/s/{page.secret}/{picture_of(page)}"
    with page.client.get(address, base_url=BASE) as answer:
        tag = answer.headers["ETag"]
    with page.client.get(address, base_url=BASE, headers={"If-None-Match": tag}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "images/autre.png",
        "images/carte.png/",
        "images//carte.png",
        "../images/carte.png",
        "images/..%2f..%2f..%2ftraam.sqlite",
        "%2e%2e/%2e%2e/secret.key",
        "/etc/passwd",
        "images/carte.png%00",
        "%ED%A0%80.png",
        "a" * 5_000,
    ],
)
def test_no_other_file_can_be_had(illustrated: Desk, path: str) -> None:
    page = illustrated.open()
    folder = picture_of(page).removesuffix("images/carte.png")
    with page.client.get(f"/s/{page.secret}/{folder}{path}", base_url=BASE, follow_redirects=True) as answer:
        assert answer.status_code == 404


def test_the_media_of_another_activity_are_not_found(illustrated: Desk) -> None:
    other = store(illustrated.house, h5p("H5P.TrueFalse 1.8", media={"images/secret.png": PNG}))
    page = illustrated.open()
    assert_refused(page.get(f"media/{other}/images/secret.png"), 404, "medium-unknown")


def test_media_are_for_those_who_are_at_work(illustrated: Desk) -> None:
    page = illustrated.open()
    stranger = illustrated.house.browser()
    answer = stranger.get(f"/s/{page.secret}/{picture_of(page)}", base_url=BASE)
    assert answer.status_code == 403


# --- Too much


def test_who_sends_too_often_waits_and_others_do_not(desk: Desk) -> None:
    page, other = desk.open("3"), desk.open("4")
    assert {page.post(page.step, {}).page.status_code for _ in range(120)} == {400}
    # Two more are allowed each second, which a slow machine may take for the next posts.
    answers = (page.post(page.step, {}).page for _ in range(200))
    slowed = next(answer for answer in answers if answer.status_code == 429)
    assert int(slowed.headers["Retry-After"]) >= 1
    assert_refused(Visit(page.client, slowed), 429, "too-many-requests")
    assert send(other, "offre").page.status_code == 200


def test_looking_starts_nothing(desk: Desk) -> None:
    """A grade or a picture asked for before any work."""
    page = desk.open("2")
    assert_refused(page.get("grade"), 404, "attempt-unknown")
    assert_refused(page.get("media/1/images/carte.png"), 404, "attempt-unknown")
    assert rows(desk) == []
