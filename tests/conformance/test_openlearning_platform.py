"""OpenLearning's library launches the tool, takes what a teacher picks and the grades, and gives its roster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.openlearning_platform import PICKING, Column, OpenLearning
from tests.support.exercise import TITLE, WORDS
from tests.support.form_browser import FormBrowser
from tests.support.school import custom_of, hand_in, introduce, stocked_copy
from tests.support.servers import ToolServer, wait_until

PEOPLE = {
    "teacher-1": "Instructor",
    "pupil-1": "Learner",
    "pupil-2": "Learner",
    "pupil-3": "Learner",
    "pupil-4": "Learner",
}


@pytest.fixture(scope="module")
def tool(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolServer]:
    server = stocked_copy(stocked, tmp_path_factory.mktemp("tool"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def openlearning(tool: ToolServer) -> Iterator[OpenLearning]:
    """The platform and the tool know each other; the first link has a column, the second has none yet."""
    place = OpenLearning(tool.base_url, PEOPLE, {"1": Column("link-1", len(WORDS))}, custom_of(tool)[TITLE])
    introduce(tool, place.platform)
    yield place
    place.stop()


def opened(place: OpenLearning, user: str, link: str = "link-1") -> FormBrowser:
    """From a click in the course to the tool's page."""
    browser = FormBrowser()
    browser.open(place.start_login(user, link))
    assert browser.url.startswith(f"{place.issuer}/auth")
    browser.submit()
    assert browser.status == 200, browser.page.text
    return browser


def points(place: OpenLearning, user: str, column: str = "1") -> float | None:
    score = place.columns[column].scores.get(user) if column in place.columns else None
    return score["scoreGiven"] if score else None


def test_a_pupil_of_openlearning_gets_a_grade(openlearning: OpenLearning) -> None:
    browser = opened(openlearning, "pupil-1")
    assert browser.page.name == "play"
    hand_in(browser, 6)
    assert browser.page.name == "result"
    wait_until(lambda: points(openlearning, "pupil-1") == 6, what="the score in OpenLearning")
    score = openlearning.columns["1"].scores["pupil-1"]
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
    assert score["scoreMaximum"] == len(WORDS)


def test_a_better_attempt_replaces_the_grade_in_openlearning(openlearning: OpenLearning) -> None:
    browser = opened(openlearning, "pupil-2")
    hand_in(browser, 2)
    wait_until(lambda: points(openlearning, "pupil-2") == 2, what="the first score")
    browser.press("Recommencer")
    hand_in(browser, 5)
    wait_until(lambda: points(openlearning, "pupil-2") == 5, what="the better score")


def test_a_link_of_openlearning_without_a_column_gets_one(openlearning: OpenLearning) -> None:
    hand_in(opened(openlearning, "pupil-3", link="link-2"), 4)
    wait_until(lambda: points(openlearning, "pupil-3", column="2") == 4, what="the score in a column of its own")
    assert openlearning.columns["2"].link == "link-2"
    assert points(openlearning, "pupil-3") is None


def test_a_teacher_of_openlearning_sees_the_whole_roster_turned_page_by_page(openlearning: OpenLearning) -> None:
    browser = opened(openlearning, "teacher-1")
    assert browser.page.name == "class"
    browser.press("Actualiser la liste")
    assert [number for number in range(1, 6) if f"Élève {number}" in browser.page.text] == [1, 2, 3, 4]


def test_a_teacher_of_openlearning_picks_an_activity_and_its_column_comes_along(openlearning: OpenLearning) -> None:
    browser = opened(openlearning, "teacher-1", link=PICKING)
    assert browser.page.name == "pick"
    browser.choose(TITLE)
    browser.press("Insérer dans le cours")
    browser.submit()
    assert browser.page.name == "picked"
    (item,) = openlearning.picked
    assert (item["type"], item["title"]) == ("ltiResourceLink", TITLE)
    assert item["custom"].keys() == {"activity"}
    assert openlearning.echoed == {"dialog": 7}
    assert item["lineItem"]["scoreMaximum"] == len(WORDS)
