"""Clocks that disagree: no score is dated in the future of the platform, nor in ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.gradebook.clocks import lag_after, lag_seen
from lti_tool.lti.ags import ScoreAnswer
from tests.lti_tool.gradebook.school import NOW, School

BEHIND = timedelta(minutes=5)


def says_its_time(school: School, behind: timedelta) -> None:
    school.lms.answers = [ScoreAnswer(200, "OK", date=(school.clock() - behind).replace(microsecond=0))]


def test_scores_are_dated_by_the_platforms_clock_once_it_is_known(school: School) -> None:
    school.record(3, pupil=1)
    says_its_time(school, BEHIND)
    school.deliver()
    school.record(7, pupil=2)
    school.deliver()
    assert school.lms.timestamps[1] == NOW - BEHIND


def test_what_was_claimed_before_its_clock_was_known_is_dated_anew(school: School) -> None:
    for pupil in (1, 2, 3):
        school.record(7, pupil=pupil)
    says_its_time(school, BEHIND)
    school.deliver()
    school.deliver()
    assert school.lms.timestamps == [NOW, NOW - BEHIND, NOW - BEHIND]
    assert {school.status(pupil).state for pupil in (1, 2, 3)} == {"delivered"}


def test_who_was_dated_in_its_future_waits_until_it_is_past_and_the_reason_says_so(school: School) -> None:
    school.record(3)
    says_its_time(school, BEHIND)
    school.deliver()
    school.clock.pass_by(seconds=10)
    school.record(7)
    assert school.deliver() == 0
    assert (school.status().state, school.status().reason) == ("open", "grade-clock")
    assert school.seconds_to_wait() == pytest.approx(291, abs=1)
    school.clock.pass_by(seconds=291)
    school.deliver()
    assert school.status().state == "delivered"
    assert school.lms.timestamps[1] == NOW + timedelta(seconds=1)


def test_a_platform_ahead_of_us_changes_nothing(school: School) -> None:
    for pupil in (1, 2):
        school.record(7, pupil=pupil)
        says_its_time(school, -BEHIND)
        school.deliver()
    assert school.lms.timestamps == [NOW, NOW]


def test_a_clock_that_was_mended_is_believed(school: School) -> None:
    for pupil, behind in ((1, BEHIND), (2, timedelta()), (3, timedelta())):
        school.record(7, pupil=pupil)
        says_its_time(school, behind)
        school.deliver()
    assert school.lms.timestamps[2] == NOW


def test_our_clock_set_back_by_an_hour_is_a_wait_with_a_reason(school: School) -> None:
    school.record(3)
    school.deliver()
    school.clock.pass_by(hours=-1)
    school.record(7)
    assert school.deliver() == 0
    assert (school.status().state, school.status().reason) == ("open", "grade-clock")
    school.clock.pass_by(hours=1, seconds=1)
    school.deliver()
    assert school.status().state == "delivered"


def test_a_score_that_waits_for_the_clock_does_not_stand_in_the_way(school: School) -> None:
    school.record(3, pupil=1)
    school.deliver()
    school.clock.pass_by(hours=-1)
    school.record(7, pupil=1)
    school.record(7, pupil=2)
    assert school.deliver(limit=1) == 1
    assert school.status(2).state == "delivered"


SECONDS = st.floats(0, 1)


@given(behind=st.floats(-500, 500), on_the_way=st.floats(0, 9), written=SECONDS, known=st.integers(0, 600))
def test_a_date_never_leads_into_the_platforms_future(
    behind: float, on_the_way: float, written: float, known: int
) -> None:
    sent, received = NOW, NOW + timedelta(seconds=on_the_way)
    there = sent + timedelta(seconds=on_the_way * written - behind)
    lag = lag_after(known, there.replace(microsecond=0), sent=sent, received=received)
    # Under a second and the time of a call, clocks are taken to agree.
    assert lag >= behind - 1 - on_the_way
    assert lag <= max(behind + on_the_way + 3, 1)


def test_clocks_that_may_agree_do() -> None:
    assert lag_seen(NOW, sent=NOW + timedelta(seconds=0.9), received=NOW + timedelta(seconds=3)) == (0, 0)
