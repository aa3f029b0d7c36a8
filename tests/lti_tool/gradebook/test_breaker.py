"""A platform that cannot answer is left alone, by all processes, and found again soon after it is back."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from lti_tool.contexts.models import people
from lti_tool.db import AnyRow
from lti_tool.gradebook import breaker, outbox
from lti_tool.gradebook.breaker import LONGEST_PAUSE, PATIENCE, pause_after
from lti_tool.gradebook.models import platform_health
from lti_tool.lti.ags import ScoreAnswer
from lti_tool.lti.outgoing import PlatformUnreachable
from tests.lti_tool.gradebook.school import MOODLE, NOW, School

SILENT = PlatformUnreachable("platform-unreachable", host="moodle.example")
SLOW = PlatformUnreachable("platform-slow", host="moodle.example")
CROWD = range(10, 30)


@pytest.fixture
def crowd(school: School) -> School:
    """Twenty more pupils, who have all handed in."""
    rows = [{"id": id, "issuer": MOODLE.issuer, "sub": f"crowd-{id}", "created_at": NOW} for id in CROWD]
    with school.database.write() as connection:
        connection.execute(insert(people), rows)
    for pupil in CROWD:
        school.record(7, pupil=pupil)
    return school


def health(school: School) -> AnyRow:
    with school.database.read() as connection:
        return connection.execute(select(platform_health)).one()


def states(school: School) -> set[str]:
    return {school.status(pupil).state for pupil in CROWD}


def break_down(school: School) -> None:
    """Let the platform fail until it is left alone."""
    school.lms.answers = [SILENT] * PATIENCE
    school.deliver()
    assert len(school.lms.posts) == PATIENCE


def test_failures_in_a_row_end_the_round_and_cost_the_others_no_try(crowd: School) -> None:
    break_down(crowd)
    assert sorted(crowd.status(pupil).tries for pupil in CROWD) == [0] * (len(CROWD) - PATIENCE) + [1] * PATIENCE
    assert crowd.deliver() == 0


@pytest.mark.parametrize("failure", [500, 503, 429, 401, 302, ScoreAnswer(200, "OK", is_page=True), SILENT])
def test_every_kind_of_failure_counts(crowd: School, failure: int | ScoreAnswer) -> None:
    crowd.lms.answers = [failure] * PATIENCE
    crowd.deliver()
    assert len(crowd.lms.posts) == PATIENCE


@pytest.mark.parametrize("answer", [200, 400, 404, 409, 423])
def test_an_answer_in_between_begins_the_count_anew(crowd: School, answer: int) -> None:
    crowd.lms.answers = [*[503] * (PATIENCE - 1), answer, *[503] * (PATIENCE - 1)]
    assert crowd.deliver() == len(CROWD)
    assert len(crowd.lms.posts) == len(CROWD)


def test_a_platform_that_keeps_us_waiting_is_left_alone_sooner(crowd: School) -> None:
    crowd.lms.answers = [SLOW, SLOW]
    crowd.deliver()
    assert len(crowd.lms.posts) == 2


def test_after_a_pause_one_score_tries_and_opens_the_way_for_all(crowd: School) -> None:
    break_down(crowd)
    crowd.clock.pass_by(seconds=2)
    assert crowd.deliver() == 1
    assert crowd.deliver() == len(CROWD) - 1
    assert states(crowd) == {"delivered"}


def test_while_one_process_tries_no_other_does(crowd: School) -> None:
    break_down(crowd)
    crowd.clock.pass_by(seconds=2)
    with crowd.database.write() as connection:
        assert len(outbox.claim(connection, crowd.clock(), limit=20)) == 1
    assert crowd.deliver() == 0
    crowd.clock.pass_by(seconds=12)
    assert crowd.deliver() == 1


def test_each_try_in_vain_makes_the_next_pause_longer_up_to_five_minutes(crowd: School) -> None:
    break_down(crowd)
    pauses = [health(crowd).resume_at - crowd.clock()]
    while len(pauses) < 12:
        crowd.clock.now = health(crowd).resume_at
        crowd.lms.answers = [503]
        assert crowd.deliver() == 1
        pauses.append(health(crowd).resume_at - crowd.clock())
    assert all(earlier < later or later == LONGEST_PAUSE for earlier, later in pairwise(pauses))
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=2), LONGEST_PAUSE)


@pytest.mark.parametrize("weight", [1, 3])
def test_one_bad_moment_costs_one_pause_however_many_were_on_their_way(crowd: School, weight: int) -> None:
    break_down(crowd)
    pause = health(crowd).resume_at
    crowd.clock.pass_by(seconds=1)
    for _ in range(8):
        with crowd.database.write() as connection:
            held = breaker.note_failure(
                connection, MOODLE.id, weight=weight, wait=0, was_probe=False, now=crowd.clock()
            )
        assert held == pause
    assert (health(crowd).failures, health(crowd).resume_at) == (PATIENCE, pause)


def test_a_late_failure_may_still_ask_for_a_longer_wait(crowd: School) -> None:
    break_down(crowd)
    with crowd.database.write() as connection:
        breaker.note_failure(connection, MOODLE.id, weight=1, wait=600, was_probe=False, now=crowd.clock())
    assert health(crowd).resume_at == crowd.clock() + timedelta(seconds=600)


def test_after_a_night_without_the_platform_every_grade_leaves_within_minutes(crowd: School) -> None:
    morning = crowd.clock() + timedelta(hours=10)
    while crowd.clock() < morning:
        crowd.lms.answers = [SILENT] * len(CROWD)
        crowd.deliver()
        crowd.clock.pass_by(minutes=2)
    crowd.lms.answers = []
    for _ in range(4):
        crowd.clock.pass_by(minutes=2)
        crowd.deliver()
        crowd.deliver()
    assert states(crowd) == {"delivered"}


def test_what_is_recorded_meanwhile_waits_without_being_tried(crowd: School) -> None:
    break_down(crowd)
    crowd.record(5)
    assert crowd.deliver() == 0
    assert crowd.status().tries == 0


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_platform_asks_for_is_everybodys(crowd: School, status: int) -> None:
    crowd.lms.answers = [ScoreAnswer(status, "Later", retry_after=600)]
    crowd.deliver()
    assert len(crowd.lms.posts) == 1
    crowd.clock.pass_by(seconds=599)
    assert crowd.deliver() == 0
    crowd.clock.pass_by(seconds=1)
    assert crowd.deliver() == len(CROWD)
    assert states(crowd) == {"delivered"}


def test_pauses_have_no_end_and_no_overflow() -> None:
    assert pause_after(PATIENCE - 1) is None
    assert pause_after(10**9) == LONGEST_PAUSE
