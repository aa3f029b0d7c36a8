"""`kill -9` of the whole server between « Terminer » and the arrival of the score: every grade arrives, unchanged."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lti_tool.demo_lms import DemoUser, Fault
from tests.support.exercise import WORDS
from tests.support.pupil_thread import Pupil
from tests.support.school import School, hand_in, school, stocked_copy
from tests.support.servers import wait_until

PUPILS = tuple(DemoUser(str(10 + right), f"Élève {right}", "pupil") for right in range(1, len(WORDS) + 1))
MARKS = {pupil.id: right for right, pupil in enumerate(PUPILS, start=1)}

WINDOW = 1.5
"""Seconds after the first « Terminer » in which the kills fall, spread evenly over them."""

PROMISE = 20.0
"""Seconds after the restart by which every grade has been sent."""


@pytest.fixture
def school_of_eight(stocked: Path, tmp_path: Path) -> Iterator[School]:
    with school(stocked_copy(stocked, tmp_path / "data"), PUPILS) as built:
        built.tool.start()
        yield built


def slowly(_score: Mapping[str, Any]) -> Fault:
    """An LMS that takes its time before it stores a score and after: the kill finds some on their way."""
    time.sleep(0.1)
    return Fault(200, stored=True, delay=0.1)


def survive_a_kill(place: School, *, after: float) -> None:
    """Eight pupils hand in, the server is killed `after` seconds, and started again: every grade arrives, unchanged."""
    browsers = {pupil.id: place.open(pupil.id) for pupil in PUPILS}
    pupils = {id: Pupil(browser, MARKS[id]) for id, browser in browsers.items()}
    place.lms.answer_scores_with = slowly
    for pupil in pupils.values():
        pupil.start()
    time.sleep(after)
    place.tool.kill()
    for pupil in pupils.values():
        pupil.join()
    place.lms.answer_scores_with = []

    place.tool.start()
    restarted = time.monotonic()
    for id, pupil in pupils.items():
        if not pupil.was_told:
            hand_in_again(place, id)
    wait_until(
        lambda: all(place.grade(id) == f"{mark} / {len(WORDS)}" for id, mark in MARKS.items()),
        what=f"all grades, after a kill at {after:.2f} s",
        seconds=PROMISE - (time.monotonic() - restarted),
    )
    assert {(post.user, post.body["scoreGiven"]) for post in place.lms.posts} == set(MARKS.items())


def hand_in_again(place: School, pupil: str) -> None:
    """A pupil who was told nothing opens the activity once more: the work is either handed in or still to be."""
    browser = place.open(pupil)
    if browser.page.name == "play":
        hand_in(browser, MARKS[pupil])
    assert browser.page.name == "result"


def test_every_grade_arrives_once_after_a_kill(school_of_eight: School) -> None:
    survive_a_kill(school_of_eight, after=WINDOW / 2)


@pytest.mark.long
@pytest.mark.parametrize("moment", range(50))
def test_every_grade_arrives_once_whatever_the_moment_of_the_kill(school_of_eight: School, moment: int) -> None:
    survive_a_kill(school_of_eight, after=WINDOW * moment / 50)
