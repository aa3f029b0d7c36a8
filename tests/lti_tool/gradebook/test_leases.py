"""Who holds a score, for how long, and under which time it is sent: no two deliver the same one."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from lti_tool.contexts.models import people
from lti_tool.gradebook import outbox
from tests.lti_tool.gradebook.school import MOODLE, NOW, School, open_school

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
