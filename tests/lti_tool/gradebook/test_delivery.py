"""What happens to a score on its way, whatever the platform answers and whenever a process dies."""

from __future__ import annotations

import logging
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from lti_tool.contexts.models import people
from lti_tool.errors import Refused, ToolError
from lti_tool.gradebook import outbox
from lti_tool.gradebook.verdict import DELAYS, MOST_CONFLICTS, delay_after
from lti_tool.lti.ags import Result, ScoreAnswer
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.lti.connector import ScopeMissing, ServiceAnswer, TokenRefused
from lti_tool.lti.outgoing import AddressRefused, PlatformUnreachable
from tests.lti_tool.gradebook.school import COLUMN, COLUMNS, MOODLE, NOW, School, open_school

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


# --- timestamps


def test_two_scores_within_a_second_are_sent_a_second_apart(school: School) -> None:
    school.record(3)
    school.deliver()
    school.clock.pass_by(milliseconds=400)
    school.record(7)
    assert school.deliver() == 0
    school.clock.pass_by(milliseconds=600)
    assert school.deliver() == 1
    assert school.lms.timestamps == [NOW, NOW + timedelta(seconds=1)]


def test_a_clock_set_back_does_not_make_a_timestamp_go_back(school: School) -> None:
    school.record(3)
    school.deliver()
    school.clock.pass_by(seconds=-5)
    school.record(7)
    assert school.deliver() == 0
    school.clock.pass_by(seconds=6)
    school.deliver()
    assert school.lms.timestamps == [NOW, NOW + timedelta(seconds=1)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(0, 8)),
        st.tuples(st.just("deliver"), st.sampled_from([200, 409, 503])),
        st.tuples(st.just("wait"), st.sampled_from([100, 700, 1000, 20_000])),
        st.tuples(st.just("die"), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_whatever_happens_timestamps_grow_and_the_last_score_arrives(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        school = open_school(Path(folder))
        last = 8
        for step, value in [*steps, ("record", 8)]:
            if step == "record":
                last = value
                school.record(value)
            elif step == "deliver":
                school.lms.answers = [value]
                school.deliver()
            elif step == "wait":
                school.clock.pass_by(milliseconds=value)
            else:
                with school.database.write() as connection:
                    outbox.claim(connection, school.clock(), limit=20)
        school.lms.answers = []
        for _ in range(3):
            school.clock.pass_by(days=1)
            school.deliver()
        stamps = school.lms.timestamps
        assert all(earlier < later for earlier, later in pairwise(stamps))
        assert all(stamp <= school.clock() and stamp.microsecond == 0 for stamp in stamps)
        assert school.status().state == "delivered"
        assert school.lms.scores[-1] == last
        school.database.engine.dispose()


# --- leases


def test_a_score_claimed_by_a_process_that_died_is_sent_when_its_lease_ends(school: School) -> None:
    school.record(7)
    with school.database.write() as connection:
        assert len(outbox.claim(connection, school.clock(), limit=20)) == 1
    school.clock.pass_by(seconds=11.9)
    assert school.deliver() == 0
    school.clock.pass_by(seconds=0.1)
    assert school.deliver() == 1
    assert school.status().state == "delivered"
    assert school.lms.timestamps == [NOW + timedelta(seconds=12)]


def test_a_newer_score_recorded_while_an_older_one_is_on_its_way_stays_open(school: School) -> None:
    school.record(3)
    school.lms.before_answer = lambda: school.record(7)
    school.deliver()
    assert (school.status().state, school.status().score) == ("open", 7)
    school.lms.before_answer = lambda: None
    school.clock.pass_by(seconds=1)
    school.deliver()
    assert school.lms.scores == [3, 7]
    assert school.status().state == "delivered"


def test_a_late_answer_does_not_undo_what_a_newer_claim_has_found(school: School) -> None:
    school.record(7)
    school.lms.answers = [404, 200]

    def slow() -> None:
        school.lms.before_answer = lambda: None
        school.lms.answers = [200, 404]
        school.clock.pass_by(seconds=16)
        assert school.deliver() == 1

    school.lms.before_answer = slow
    school.deliver()
    assert school.status().state == "delivered"


def test_a_score_whose_lease_is_nearly_over_is_left_for_the_next_round(school: School) -> None:
    for pupil in (1, 2):
        school.record(7, pupil=pupil)
    school.lms.before_answer = lambda: school.clock.pass_by(seconds=8)
    school.deliver()
    assert len(school.lms.posts) == 1
    school.lms.before_answer = lambda: None
    school.clock.pass_by(seconds=4)
    assert school.deliver() == 1
    assert {school.status(pupil).state for pupil in (1, 2)} == {"delivered"}


def test_a_round_takes_no_more_than_its_limit_and_the_longest_due_first(school: School) -> None:
    for pupil in (3, 1, 2):
        school.record(7, pupil=pupil)
        school.clock.pass_by(seconds=1)
    assert school.deliver(limit=2) == 2
    assert {post.user_id for _, post in school.lms.posts} == {"5", "3"}


def test_four_threads_never_claim_the_same_score(school: School) -> None:
    crowd = range(10, 210)
    with school.database.write() as connection:
        connection.execute(
            insert(people),
            [{"id": id, "issuer": MOODLE.issuer, "sub": f"crowd-{id}", "created_at": NOW} for id in crowd],
        )
    for pupil in crowd:
        school.record(1, pupil=pupil)

    def claim_all(_number: int) -> list[int]:
        mine: list[int] = []
        while True:
            with school.database.write() as connection:
                claimed = outbox.claim(connection, school.clock(), limit=7)
            if not claimed:
                return mine
            mine += [score.id for score in claimed]

    with ThreadPoolExecutor(4) as pool:
        claimed = [id for ids in pool.map(claim_all, range(4)) for id in ids]
    assert len(claimed) == len(set(claimed)) == len(crowd)


# --- columns


def test_a_column_that_is_there_is_used(school: School) -> None:
    school.lms.found = "https://moodle.example/there"
    school.record(7, ags=NO_COLUMN)
    school.deliver()
    assert school.lms.posts[0][0] == "https://moodle.example/there"
    assert school.lms.searches == [(COLUMNS, "11", "placement-1")]
    assert school.lms.made == []


def test_a_column_that_is_not_there_is_made_once_for_all(school: School) -> None:
    for pupil in (1, 2, 3):
        school.record(7, pupil=pupil, ags=NO_COLUMN)
    school.deliver()
    assert school.lms.made == [
        {
            "container_url": COLUMNS,
            "resource_link_id": "11",
            "resource_id": "placement-1",
            "tag": "traam",
            "label": "Le plan",
            "maximum": 8,
        }
    ]
    assert {url for url, _ in school.lms.posts} == {"https://moodle.example/made/1"}
    assert {school.status(pupil).state for pupil in (1, 2, 3)} == {"delivered"}


def test_while_one_makes_the_column_another_waits_without_counting(school: School) -> None:
    school.record(7, ags=NO_COLUMN)
    with school.database.write() as connection:
        assert outbox.take_making(connection, 1, school.clock())
    school.deliver()
    assert (school.status().state, school.status().tries, school.seconds_to_wait()) == ("open", 0, 1)
    assert school.lms.made == []
    school.clock.pass_by(seconds=15)
    school.deliver()
    assert len(school.lms.made) == 1
    assert school.status().state == "delivered"


def test_two_processes_at_once_make_one_column(school: School) -> None:
    school.record(7, pupil=1, ags=NO_COLUMN)
    school.record(7, pupil=2, ags=NO_COLUMN)

    def meanwhile() -> None:
        assert school.deliver() == 1

    school.lms.on_find = meanwhile
    school.deliver(limit=1)
    assert len(school.lms.searches) == len(school.lms.made) == 1


def test_a_slow_platform_gets_its_column_too(school: School) -> None:
    school.record(7, ags=NO_COLUMN)
    school.lms.on_find = lambda: school.clock.pass_by(seconds=20)
    school.deliver()
    assert len(school.lms.made) == 1
    assert school.status().state == "delivered"


def test_a_search_that_another_one_has_overtaken_makes_nothing(school: School) -> None:
    school.record(7, pupil=1, ags=NO_COLUMN)
    school.record(7, pupil=2, ags=NO_COLUMN)

    def overtaken() -> None:
        school.lms.on_find = lambda: None
        school.clock.pass_by(seconds=20)
        assert school.deliver() == 2

    school.lms.on_find = overtaken
    school.deliver()
    assert len(school.lms.searches) == 2
    assert len(school.lms.made) == 1
    assert {school.status(pupil).state for pupil in (1, 2)} == {"delivered"}


def test_without_a_column_and_without_the_course_there_is_no_way(school: School) -> None:
    school.record(7)
    with school.database.write() as connection:
        connection.exec_driver_sql("UPDATE line_item SET url = NULL, container_url = NULL")
    school.deliver()
    assert (school.status().state, school.status().reason) == ("refused", "grade-right-missing")
