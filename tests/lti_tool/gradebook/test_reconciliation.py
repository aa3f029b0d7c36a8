"""The platform's gradebook beside what was sent: equal, missing, changed over there, or without its column."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import insert

from lti_tool.errors import Refused
from lti_tool.gradebook.models import delivery_leases
from lti_tool.gradebook.reconciliation import LEASE, LEASE_NAME, MOST_RESENDS, REST, Figures, Reconciliation
from lti_tool.lti.ags import Result
from lti_tool.lti.connector import ServiceAnswer
from lti_tool.lti.outgoing import PlatformUnreachable
from lti_tool.lti.registration import Registration
from tests.lti_tool.gradebook.school import COLUMN, School

GONE = ServiceAnswer("service-refuses", host="moodle.example", status=404, said="Not Found")


@pytest.fixture
def auditor(school: School) -> Reconciliation:
    """Three pupils have a grade of 7 of 8, delivered a minute ago."""
    for pupil in (1, 2, 3):
        school.record(7, pupil=pupil)
    school.deliver()
    school.clock.pass_by(minutes=1)
    return Reconciliation(school.database, school.platforms, school.lms, school.clock)


def all_there() -> dict[str, Result]:
    """The pupils 1, 2, 3 are the platform's 3, 4, 5; its column is out of 100."""
    return {"3": Result(87.5, 100), "4": Result(87.5, 100), "5": Result(87.5, 100)}


def test_equal_grades_are_left_alone(school: School, auditor: Reconciliation) -> None:
    school.lms.column = all_there()
    assert auditor.run() == Figures(columns=1, equal=3)
    assert school.deliver() == 0
    assert (school.status().text, school.status().checked_at) == ("grade-delivered", school.clock())
    assert school.lms.reads == [(COLUMN, "all")]


def test_a_missing_grade_is_sent_again(school: School, auditor: Reconciliation) -> None:
    school.lms.column = {user: result for user, result in all_there().items() if user != "3"}
    assert auditor.run() == Figures(columns=1, equal=2, missing=1)
    assert (school.status().state, school.status().reason) == ("open", "grade-was-missing")
    assert school.deliver() == 1
    assert school.lms.posts[-1][1].user_id == "3"
    assert (school.status().state, school.status().reason) == ("delivered", None)


def test_a_grade_that_is_never_shown_is_given_up_with_a_reason(school: School, auditor: Reconciliation) -> None:
    for _ in range(MOST_RESENDS):
        assert auditor.run().missing == 3
        school.deliver()
        school.clock.pass_by(days=1)
    assert auditor.run() == Figures(columns=1, vanished=3)
    assert (school.status().state, school.status().reason) == ("refused", "grade-vanishes")


def test_a_grade_that_stays_at_last_is_counted_anew(school: School, auditor: Reconciliation) -> None:
    auditor.run()
    school.deliver()
    school.lms.column = all_there()
    auditor.run()
    assert school.row().resends == 0


def test_a_grade_that_a_teacher_has_changed_is_kept_and_shown(school: School, auditor: Reconciliation) -> None:
    school.lms.column = {**all_there(), "3": Result(100, 100)}
    assert auditor.run() == Figures(columns=1, equal=2, overridden=1)
    assert school.deliver() == 0
    assert (school.status().state, school.status().text) == ("delivered", "grade-overridden")


def test_a_new_score_after_a_change_is_sent_and_says_no_more_of_it(school: School, auditor: Reconciliation) -> None:
    school.lms.column = {**all_there(), "3": Result(100, 100)}
    auditor.run()
    school.record(8)
    assert school.status().text == "grade-waiting"
    school.deliver()
    assert school.status().text == "grade-delivered"


def test_a_deleted_column_is_shown_and_not_made_anew(school: School, auditor: Reconciliation) -> None:
    school.lms.column = GONE
    assert auditor.run() == Figures(columns=1, gone=3)
    assert (school.status().state, school.status().reason) == ("refused", "grade-column-gone")
    assert school.deliver() == 0


def test_on_request_a_deleted_column_is_made_anew(school: School, auditor: Reconciliation) -> None:
    school.lms.column = GONE
    assert auditor.run(recreate=True) == Figures(columns=1, gone=3, recreated=3)
    school.deliver()
    assert len(school.lms.made) == 1
    assert {url for url, _ in school.lms.posts[-3:]} == {"https://moodle.example/made/1"}
    assert school.status().state == "delivered"


def test_a_column_that_a_score_has_found_deleted_can_be_made_anew_too(school: School) -> None:
    school.lms.answers = [404]
    school.record(7)
    school.deliver()
    auditor = Reconciliation(school.database, school.platforms, school.lms, school.clock)
    assert auditor.run(recreate=True) == Figures(recreated=1)
    school.clock.pass_by(seconds=1)
    school.deliver()
    assert school.status().state == "delivered"


def test_what_is_handed_in_while_the_platform_answers_is_not_judged_by_an_older_answer(
    school: School, auditor: Reconciliation
) -> None:
    platforms = school.platforms

    class HandsInMeanwhile:
        def by_id(self, registration_id: int) -> Registration:
            school.record(2)
            return platforms.by_id(registration_id)

    school.lms.column = {}
    auditor = Reconciliation(school.database, HandsInMeanwhile(), school.lms, school.clock)
    assert auditor.run() == Figures(columns=1, missing=2)
    assert (school.status().score, school.status().reason) == (2, None)


@pytest.mark.parametrize(
    "error",
    [
        PlatformUnreachable("platform-slow", host="moodle.example"),
        ServiceAnswer("service-answer-wrong", host="moodle.example", status=200, said=""),
        ServiceAnswer("service-refuses", host="moodle.example", status=403, said=""),
    ],
)
def test_a_platform_that_does_not_say_changes_nothing(
    school: School, auditor: Reconciliation, error: ServiceAnswer | PlatformUnreachable
) -> None:
    school.lms.column = error
    assert auditor.run() == Figures(columns=1, unread=1)
    assert (school.status().text, school.status().checked_at) == ("grade-delivered", None)


def test_a_platform_that_is_switched_off_is_not_asked(school: School, auditor: Reconciliation) -> None:
    school.platforms.error = Refused("platform-inactive")
    assert auditor.run() == Figures(columns=1, unread=1)
    assert school.lms.reads == []


def test_a_column_too_long_to_be_read_is_read_pupil_by_pupil(school: School, auditor: Reconciliation) -> None:
    school.lms.column = PlatformUnreachable("platform-answer-too-long", host="moodle.example")
    school.lms.results_found = [Result(7, 8)]
    assert auditor.run() == Figures(columns=1, equal=3)


def test_another_platform_is_left_out(auditor: Reconciliation) -> None:
    assert auditor.run(registration_id=2) == Figures()


# --- by night


def at(school: School, hour: int) -> None:
    school.clock.now = (school.clock.now + timedelta(days=1)).replace(hour=hour, minute=0)


def test_by_day_nothing_is_read(school: School, auditor: Reconciliation) -> None:
    at(school, 12)
    assert auditor.nightly() is None


def test_by_night_one_process_reads_once(
    school: School, auditor: Reconciliation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    school.lms.column = all_there()
    other = Reconciliation(school.database, school.platforms, school.lms, school.clock)
    at(school, 2)
    assert auditor.nightly() == Figures(columns=1, equal=3)
    assert "grades reconciled: columns=1 equal=3 missing=0" in caplog.text
    school.clock.pass_by(hours=1)
    assert [other.nightly(), auditor.nightly()] == [None, None]
    at(school, 2)
    assert other.nightly() == Figures(columns=1, equal=3)


def test_a_run_that_died_is_taken_over_where_it_was(school: School, auditor: Reconciliation) -> None:
    at(school, 1)
    school.lms.column = all_there()
    auditor.run()
    left_behind = {"name": LEASE_NAME, "holder": "dead", "expires_at": school.clock() + LEASE}
    with school.database.write() as connection:
        connection.execute(insert(delivery_leases).values(**left_behind))
    assert auditor.nightly() is None
    school.clock.pass_by(minutes=15)
    assert auditor.nightly() == Figures()


def test_columns_without_a_grade_for_months_are_read_on_request_only(school: School, auditor: Reconciliation) -> None:
    school.clock.pass_by(days=90)
    at(school, 3)
    assert auditor.nightly() == Figures()
    school.clock.pass_by(seconds=REST.total_seconds())
    assert auditor.run().columns == 1
