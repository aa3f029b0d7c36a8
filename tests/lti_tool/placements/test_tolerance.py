"""A teacher says how typed answers are compared: it is offered where something is typed, and met at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lti_tool.placements.models import placements
from tests.lti_tool.desk import BLANKS, Desk, desk_with, h5p_file, send, store
from tests.lti_tool.picking import insert, open_picker, placed, settings_of
from tests.support.house import House, Visit

WATER: dict[str, Any] = {"questions": ["<p>*l'été* et *le cœur*</p>"]}
TYPED = ("l’été", "le coeur")
OFFER = "Réponses tapées au clavier"


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_with(house, params=WATER)


def set_tolerance(teacher: Visit, tolerance: str) -> Visit:
    fields = {"title": "Le devoir", "graded": "1", "points": "10", "policy": "best", "tolerance": tolerance}
    return teacher.post("settings", fields)


def chosen(page: Visit) -> str:
    """The value that the list of the page stands at."""
    _, _, listed = page.page.text.partition(OFFER)
    return listed.split(" selected", 1)[0].rsplit('value="', 1)[1].split('"', 1)[0]


def test_it_is_offered_where_something_is_typed(house: House, desk: Desk) -> None:
    assert chosen(desk.open("2").get("settings")) == "none"
    other = desk_with(house, "H5P.TrueFalse 1.8")
    assert OFFER not in other.open("2", link="10").get("settings").page.text


@pytest.mark.parametrize(("tolerance", "points"), [("none", "0 / 2"), ("typing", "2 / 2")])
def test_a_pupil_is_scored_as_the_teacher_says(desk: Desk, tolerance: str, points: str) -> None:
    assert set_tolerance(desk.open("2"), tolerance).name == "class"
    assert chosen(desk.open("2").get("settings")) == tolerance
    assert points in send(desk.open("3"), *TYPED, action="finish").page.text


def test_accents_are_forgiven_where_the_teacher_says_so(desk: Desk) -> None:
    for user, tolerance, points in (("3", "typing", "1 / 2"), ("4", "accents", "2 / 2")):
        set_tolerance(desk.open("2"), tolerance)
        assert points in send(desk.open(user), "l'ete", "le cœur", action="finish").page.text


def test_who_is_at_work_meets_it_at_once(desk: Desk) -> None:
    pupil = send(desk.open("3"), *TYPED, action="check")
    assert "Ce n’est pas encore ça." in pupil.page.text
    set_tolerance(desk.open("2"), "typing")
    assert "Tout est juste" in pupil.get("play").page.text
    assert "2 / 2" in desk.open("2").get("class/1").page.text


def test_what_is_handed_in_keeps_its_verdicts(desk: Desk) -> None:
    pupil = send(desk.open("3"), *TYPED, action="finish")
    set_tolerance(desk.open("2"), "typing")
    for page in (pupil.get("play"), desk.open("2").get("class/1")):
        assert "0 / 2" in page.page.text
        assert "2 / 2" not in page.page.text


def test_it_is_picked_and_goes_with_the_copies_of_a_course(house: House) -> None:
    revision = store(house, h5p_file(params=WATER))
    (activity,) = placed(house, insert(open_picker(house), revision, **settings_of(revision, tolerance="accents")))
    copy = house.lms.duplicate(activity.key)
    assert "2 / 2" in send(house.launch("3", copy.key), "l’ete", "le coeur", action="finish").page.text


def test_without_a_choice_a_place_is_as_the_activity(house: House) -> None:
    revision = store(house, h5p_file(params=BLANKS))
    (activity,) = placed(house, insert(open_picker(house), revision))
    assert house.launch("3", activity.key).name == "play"
    with house.services.database.read() as connection:
        assert set(connection.scalars(select(placements.c.tolerance))) == {None}


def test_what_no_page_offers_changes_nothing(desk: Desk) -> None:
    answer = set_tolerance(desk.open("2"), "everything")
    assert (answer.page.status_code, answer.name) == (400, "settings")
    assert "Choisissez l’une de celles" in answer.page.text
