"""What happens to a score on its way, whatever the platform answers and whenever a process dies."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from lti_tool.errors import Refused, ToolError
from lti_tool.gradebook.verdict import DELAYS, MOST_CONFLICTS, delay_after
from lti_tool.lti.ags import Result, ScoreAnswer
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.lti.connector import ScopeMissing, ServiceAnswer, TokenRefused
from lti_tool.lti.outgoing import AddressRefused, PlatformUnreachable
from tests.lti_tool.gradebook.school import COLUMN, COLUMNS, NOW, School
from tests.support.plans import whole_reads

NO_COLUMN = AGSEndpoint(None, COLUMNS, ("score", "lineitem"))


def test_a_score_is_delivered_as_it_was_recorded(school: School) -> None:
    school.record(7, comment="Bravo")
    assert school.deliver() == 1
    ((url, post),) = school.lms.posts
    assert url == COLUMN
    assert (post.user_id, post.score, post.maximum, post.comment) == ("3", 7, 8, "Bravo")
    assert (post.timestamp, post.submitted_at, post.started_at) == (NOW, NOW, NOW - timedelta(minutes=5))
    status = school.status()
    assert (status.state, status.reason, status.delivered_at) == ("delivered", None, NOW)


@pytest.mark.parametrize("answer", [200, 500, 403, 404, 409, 429])
def test_no_table_that_grows_is_read_whole_for_a_grade(school: School, answer: int) -> None:
    for pupil in (1, 2, 3):
        school.record(7, pupil=pupil)
    school.lms.answers = [200, 200, answer]
    with whole_reads(school.database.engine) as found:
        school.record(6)
        assert school.deliver() == 3
        assert school.status(2).state == "delivered"
    assert found == []


def test_nothing_due_is_nothing_to_do(school: School) -> None:
    assert school.deliver() == 0


def test_what_is_delivered_is_not_sent_again(school: School) -> None:
    school.record(7)
    school.deliver()
    school.clock.pass_by(days=1)
    assert school.deliver() == 0


def test_the_comment_goes_with_every_score(school: School) -> None:
    school.record(3, comment="Courage")
    school.lms.answers = [503]
    school.deliver()
    school.clock.pass_by(minutes=1)
    school.deliver()
    assert [post.comment for _, post in school.lms.posts] == ["Courage", "Courage"]


# --- answers


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "grade-not-accepted"),
        (403, "grade-forbidden"),
        (404, "grade-column-gone"),
        (405, "grade-not-accepted"),
        (422, "grade-not-accepted"),
    ],
)
def test_a_refusal_is_final_and_says_why(school: School, status: int, reason: str) -> None:
    school.lms.answers = [status]
    school.record(7)
    school.deliver()
    assert (school.status().state, school.status().reason) == ("refused", reason)
    school.clock.pass_by(days=9)
    assert school.deliver() == 0


@pytest.mark.parametrize("status", [302, 408, 423, 425, 429, 500, 502, 503, 504])
def test_a_platform_that_cannot_now_is_tried_later(school: School, status: int) -> None:
    school.lms.answers = [status]
    school.record(7)
    school.deliver()
    assert (school.status().state, school.status().reason, school.status().tries) == ("open", "grade-platform-busy", 1)
    assert 0.8 <= school.seconds_to_wait() <= 1.2
    school.clock.pass_by(seconds=2)
    school.deliver()
    assert school.status().state == "delivered"


def test_a_platform_may_say_how_long_to_wait(school: School) -> None:
    school.lms.answers = [ScoreAnswer(503, "Maintenance", retry_after=600)]
    school.record(7)
    school.deliver()
    assert school.seconds_to_wait() == 600


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (PlatformUnreachable("platform-slow", host="moodle.example"), "open", "grade-platform-silent"),
        (TokenRefused("token-refused", host="moodle.example", status=401, said=""), "open", "grade-tool-unknown"),
        (AddressRefused("address-refused", host="evil.example"), "refused", "grade-address-refused"),
        (ScopeMissing("scope-missing", scope="score"), "refused", "grade-right-missing"),
        (ServiceAnswer("service-refuses", host="moodle.example", status=403, said=""), "refused", "grade-forbidden"),
        (ServiceAnswer("service-answer-wrong", host="m", status=200, said=""), "open", "grade-answer-wrong"),
        (PlatformUnreachable("platform-answer-too-long", host="m"), "open", "grade-answer-wrong"),
        (PlatformUnreachable("platform-answer-wrong", host="m", status=200), "open", "grade-answer-wrong"),
        (RuntimeError("a mistake of ours"), "open", "grade-tool-failed"),
    ],
)
def test_a_call_without_an_answer_has_its_verdict_too(
    school: School, error: ToolError | RuntimeError, state: str, reason: str
) -> None:
    school.lms.answers = [error]
    school.record(7)
    school.deliver()
    assert (school.status().state, school.status().reason, school.status().tries) == (state, reason, 1)


def test_a_platform_that_still_refuses_a_new_token_is_tried_later(school: School) -> None:
    school.lms.answers = [401]
    school.record(7)
    school.deliver()
    assert (school.status().state, school.status().reason) == ("open", "grade-tool-unknown")


def test_a_platform_that_is_switched_off_keeps_its_scores_waiting(school: School) -> None:
    school.platforms.error = Refused("platform-inactive")
    school.record(7)
    school.deliver()
    assert (school.status().state, school.status().reason) == ("open", "platform-inactive")
    assert school.lms.posts == []


def test_waits_grow_for_days_and_then_the_score_is_parked(school: School) -> None:
    school.record(7)
    waited = []
    while school.status().state == "open":
        school.lms.answers = [503]
        school.deliver()
        if school.status().state == "open":
            waited.append(school.seconds_to_wait())
            school.clock.pass_by(seconds=max(waited[-1], 1))
    assert [round(wait / delay, 1) for wait, delay in zip(waited, DELAYS, strict=True)] == pytest.approx(
        [1] * len(DELAYS), abs=0.2
    )
    assert sum(waited) > timedelta(days=3).total_seconds()
    assert (school.status().state, school.status().reason) == ("parked", "grade-platform-busy")


def test_two_scores_do_not_wait_for_exactly_as_long() -> None:
    assert len({delay_after(5) for _ in range(20)}) > 1


def test_one_mistake_does_not_hold_up_the_others(school: School, caplog: pytest.LogCaptureFixture) -> None:
    school.lms.answers = [RuntimeError("a mistake of ours"), 200, 200]
    for pupil in (1, 2, 3):
        school.record(7, pupil=pupil)
    school.deliver()
    assert [school.status(pupil).state for pupil in (1, 2, 3)] == ["open", "delivered", "delivered"]
    assert "delivery-failed error=" in caplog.text


def test_a_connection_that_broke_costs_the_others_nothing(school: School) -> None:
    school.lms.answers = [PlatformUnreachable("platform-unreachable", host="moodle.example")]
    for pupil in (1, 2):
        school.record(7, pupil=pupil)
    school.deliver(limit=1)
    assert school.deliver() == 1
    assert school.status(2).state == "delivered"


def test_the_log_says_why_a_platform_refuses_but_not_of_whom(school: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    repeated = '{"scoreGiven": 7, "userId": "41", "comment": "Une remarque"}'
    school.lms.answers = [ScoreAnswer(400, f"Incorrect score received{repeated}")]
    school.record(7, comment="Une remarque")
    school.deliver()
    assert "status=400 said='Incorrect score received'" in caplog.text
    assert "type_id" not in caplog.text
    assert "Une remarque" not in caplog.text


def test_clocks_that_disagree_are_told_of(school: School, caplog: pytest.LogCaptureFixture) -> None:
    school.lms.answers = [ScoreAnswer(200, "OK", date=NOW - timedelta(minutes=5))]
    school.record(7)
    school.deliver()
    assert "clock-apart registration=1 seconds=300" in caplog.text


# --- a newer score over there


def test_a_conflict_with_the_same_grade_is_a_delivery(school: School) -> None:
    school.lms.answers = [409]
    school.lms.results_found = [Result(87.5, 100)]
    school.record(7)
    school.deliver()
    assert school.status().state == "delivered"
    assert school.lms.reads == [(COLUMN, "3")]


@pytest.mark.parametrize("found", [[], [Result(3, 8)], ServiceAnswer("service-refuses", host="m", status=500, said="")])
def test_a_conflict_with_another_grade_is_tried_with_a_newer_timestamp(
    school: School, found: list[Result] | ToolError
) -> None:
    school.lms.answers = [409]
    school.lms.results_found = found
    school.record(7)
    school.deliver()
    assert (school.status().state, school.status().reason) == ("open", "grade-conflict")
    school.clock.pass_by(seconds=2)
    school.deliver()
    assert school.status().state == "delivered"
    assert school.lms.timestamps == [NOW, NOW + timedelta(seconds=2)]


def test_a_conflict_without_end_is_parked(school: School) -> None:
    school.record(7)
    for _ in range(MOST_CONFLICTS):
        school.lms.answers = [409]
        school.deliver()
        school.clock.pass_by(hours=2)
    assert (school.status().state, school.status().reason) == ("parked", "grade-conflict")
    assert len(school.lms.posts) == MOST_CONFLICTS
