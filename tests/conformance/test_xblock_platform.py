"""Open edX launches the tool, and receives the grade through its own views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.xblock_platform import XBlockPlatform, XBlockTool
from tests.support.exercise import TITLE, WORDS
from tests.support.form_browser import FormBrowser
from tests.support.school import custom_of, hand_in, introduce, stocked_copy
from tests.support.servers import ToolServer, wait_until


@pytest.fixture(scope="module")
def tool(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolServer]:
    server = stocked_copy(stocked, tmp_path_factory.mktemp("tool"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def edx(xblock_platform: XBlockPlatform, tool: ToolServer) -> XBlockTool:
    """The tool as Open edX knows it; the tool knows Open edX too."""
    registered = xblock_platform.add_tool(tool.base_url, points=len(WORDS))
    introduce(tool, registered.platform)
    return registered


def opened(edx: XBlockTool, tool: ToolServer, *, user: str, role: str, picking: bool = False) -> FormBrowser:
    """From a click in the course to the tool's page."""
    browser = FormBrowser()
    custom = {} if picking else custom_of(tool)[TITLE]
    browser.open(edx.start_login(user=user, role=role, custom=custom, picking=picking))
    assert browser.url.startswith(edx.auth_url)
    browser.submit()
    return browser


def points(edx: XBlockTool, user: str) -> float | None:
    score = edx.score(user)
    return score["score_given"] if score else None


def test_a_pupil_of_open_edx_gets_a_grade(edx: XBlockTool, tool: ToolServer) -> None:
    browser = opened(edx, tool, user="pupil-7", role="student")
    assert browser.page.name == "play"
    hand_in(browser, 6)
    assert browser.page.name == "result"
    wait_until(lambda: edx.score("pupil-7") is not None, what="the score in Open edX")
    assert edx.score("pupil-7") == {
        "score_given": 6.0,
        "score_maximum": 8.0,
        "activity_progress": "Completed",
        "grading_progress": "FullyGraded",
    }


def test_a_better_attempt_replaces_the_grade(edx: XBlockTool, tool: ToolServer) -> None:
    browser = opened(edx, tool, user="pupil-8", role="student")
    hand_in(browser, 2)
    wait_until(lambda: points(edx, "pupil-8") == 2, what="the first score")
    browser.press("Recommencer")
    hand_in(browser, 5)
    wait_until(lambda: points(edx, "pupil-8") == 5, what="the better score")


def test_a_teacher_of_open_edx_sees_the_whole_roster(edx: XBlockTool, tool: ToolServer) -> None:
    browser = opened(edx, tool, user="teacher-1", role="staff")
    assert (browser.status, browser.page.name) == (200, "class")
    browser.press("Actualiser la liste")
    assert [number for number in range(1, 6) if f"Élève {number}" in browser.page.text] == [1, 2, 3]


def test_an_author_of_open_edx_picks_an_activity(edx: XBlockTool, tool: ToolServer) -> None:
    browser = opened(edx, tool, user="teacher-1", role="staff", picking=True)
    assert browser.page.name == "pick"
    browser.choose(TITLE)
    browser.press("Insérer dans le cours")
    browser.submit()
    assert browser.status == 200, browser.page.text
    (item,) = edx.picked()
    assert item["title"] == TITLE
    assert item["custom"].keys() == {"activity"}
