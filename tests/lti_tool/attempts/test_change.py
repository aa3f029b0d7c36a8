"""The teacher chooses another activity while pupils are at work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lti_tool.attempts.records import redraw_attempt
from lti_tool.db import Overtaken
from tests.lti_tool.desk import TRUE_FALSE, Desk, desk_with, form_of, h5p_file, send, store
from tests.support.house import House, Visit

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_with(house)


def choose_another(desk: Desk) -> None:
    revision = store(desk.house, h5p_file("H5P.TrueFalse 1.8", TRUE_FALSE, title="Le signal"))
    desk.open("2").post("choose", {"revision": str(revision)})


def shows_the_new_one(page: Visit) -> bool:
    return "Le prix est un signal." in page.page.text


def test_a_pupil_who_has_answered_nothing_meets_the_new_activity(desk: Desk) -> None:
    desk.open("3")
    choose_another(desk)
    assert shows_the_new_one(desk.open("3"))


def test_a_pupil_who_has_begun_goes_on_with_the_old_one(desk: Desk) -> None:
    send(desk.open("3"), "offre")
    choose_another(desk)
    assert not shows_the_new_one(desk.open("3"))


def test_what_the_teacher_tries_is_always_the_new_one(desk: Desk) -> None:
    send(desk.open("2").get("play"), "offre")
    choose_another(desk)
    assert shows_the_new_one(desk.open("2").get("play"))


def test_a_page_of_the_old_activity_is_told_that_it_is_behind(desk: Desk) -> None:
    page = desk.open("3")
    choose_another(desk)
    desk.open("3")
    answer = page.post(page.step, form_of(page, "offre", action="finish"))
    assert (answer.page.status_code, answer.error) == (409, "attempt-elsewhere")


def test_an_attempt_that_was_changed_since_it_was_read_is_not_begun_anew(desk: Desk) -> None:
    page, services = desk.open("3"), desk.house.services
    cookie = page.client.get_cookie("__Host-traam")
    assert cookie is not None
    work = services.attempts.find(services.sessions.find(page.secret, cookie.value))
    send(page, "offre", "demande", action="finish")
    with pytest.raises(Overtaken), services.database.write() as connection:
        redraw_attempt(connection, work.attempt, work.revision, now=NOW)
    assert "Ton résultat" in desk.open("3").page.text
