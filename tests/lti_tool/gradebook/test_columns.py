"""The column of a line item: found, or made, never twice."""

from __future__ import annotations

from lti_tool.gradebook import outbox
from lti_tool.lti.claims import AGSEndpoint
from tests.lti_tool.gradebook.school import COLUMNS, School

NO_COLUMN = AGSEndpoint(None, COLUMNS, ("score", "lineitem"))


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
