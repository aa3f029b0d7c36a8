"""Who is in a course: numbers that stay, names only where they are asked for, groups as launches tell them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from lti_tool.app import utc_now
from lti_tool.contexts.models import contexts, roster_members
from lti_tool.contexts.roster import (
    Pupil,
    enroll,
    give_nickname,
    groups_of,
    name_groups,
    note_groups,
    pupils_of,
    replace_roster,
)
from lti_tool.contexts.rosters import Rosters
from lti_tool.errors import Invalid, NotFound, ToolError
from lti_tool.lti.nrps import Member
from lti_tool.lti.roles import Role
from lti_tool.platforms.models import registrations
from tests.support.house import House
from tests.support.wired import wire

LEARNER, TEACHER = frozenset({Role.LEARNER}), frozenset({Role.TEACHER})
ISSUER = "http://127.0.0.1:8001"
ANNE, BILEL, CHLOE = "3", "4", "5"


def learner(user_id: str, name: str | None = None) -> Member:
    return Member(user_id, LEARNER, active=True, name=name)


def in_course(house: House, work: Callable[[Connection, int], Any]) -> Any:
    """Do something in the only course."""
    with house.services.database.write() as connection:
        return work(connection, connection.execute(select(contexts.c.id)).scalar_one())


def take_over(house: House, *members: Member, with_names: bool = False) -> list[Pupil]:
    """The pupils of the only course after this roster has come."""

    def work(connection: Connection, context_id: int) -> list[Pupil]:
        replace_roster(connection, context_id, members, issuer=ISSUER, with_names=with_names, now=utc_now())
        return pupils_of(connection, context_id)

    found: list[Pupil] = in_course(house, work)
    return found


def pupils(house: House) -> list[Pupil]:
    found: list[Pupil] = in_course(house, pupils_of)
    return found


def ask_for_names(house: House, wanted: bool) -> None:
    with house.services.database.write() as connection:
        connection.execute(update(registrations).values(with_names=wanted))


@pytest.fixture
def course(house: House) -> House:
    """A house that knows a course: its teacher has come."""
    house.launch("2")
    return house


def test_a_roster_gives_numbers_in_its_order(course: House) -> None:
    listed = take_over(course, learner("31"), learner("7"), learner("12"))
    assert [(pupil.number, pupil.label) for pupil in listed] == [(1, "Élève 1"), (2, "Élève 2"), (3, "Élève 3")]


def test_a_number_is_kept_for_ever(course: House) -> None:
    before = take_over(course, learner("31"), learner("7"))
    after = take_over(course, learner("12"), learner("7"))
    assert [(pupil.person_id, pupil.number) for pupil in after[:2]] == [
        (pupil.person_id, pupil.number) for pupil in before
    ]
    assert [pupil.has_left for pupil in after] == [True, False, False]


def test_who_comes_back_has_not_left(course: House) -> None:
    take_over(course, learner("31"))
    take_over(course)
    (pupil,) = take_over(course, learner("31"))
    assert (pupil.number, pupil.has_left) == (1, False)


@pytest.mark.parametrize(
    "member",
    [
        Member("2", TEACHER, active=True),
        Member("2", TEACHER | LEARNER, active=True),
        Member("2", frozenset(), active=True),
        Member("2", LEARNER, active=False),
    ],
)
def test_who_does_not_learn_here_has_no_number(course: House, member: Member) -> None:
    assert take_over(course, member) == []


def test_a_pupil_who_becomes_a_teacher_has_left_the_class(course: House) -> None:
    take_over(course, learner("31"))
    (pupil,) = take_over(course, Member("31", TEACHER, active=True))
    assert pupil.has_left


def test_a_large_roster_is_taken_over(course: House) -> None:
    listed = take_over(course, *(learner(str(number)) for number in range(1200)))
    assert [pupil.number for pupil in listed] == list(range(1, 1201))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefg"), unique=True), max_size=4))
def test_numbers_are_those_from_one_on_whoever_comes_and_goes(course: House, rosters: list[list[str]]) -> None:
    for subs in rosters:
        take_over(course, *(learner(sub) for sub in subs))
    numbers = [pupil.number for pupil in pupils(course)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_names_are_shown_where_the_platforms_setting_asks_for_them(course: House) -> None:
    ask_for_names(course, wanted=True)
    (pupil,) = take_over(course, learner("31", "Zoé Martin"), with_names=True)
    assert pupil.label == "Zoé Martin"


def test_names_that_come_unasked_are_not_stored(course: House) -> None:
    take_over(course, learner("31", "Zoé Martin"), with_names=False)
    assert in_course(course, lambda connection, _: connection.scalars(select(roster_members.c.name)).all()) == [None]


def test_names_are_hidden_at_once_and_erased_when_the_setting_is_switched_off(course: House) -> None:
    ask_for_names(course, wanted=True)
    take_over(course, learner("31", "Zoé Martin"), with_names=True)
    ask_for_names(course, wanted=False)
    assert pupils(course)[0].label == "Élève 1"
    assert rosters_of(course).forget_names() == 1
    assert in_course(course, lambda connection, _: connection.scalars(select(roster_members.c.name)).all()) == [None]


def test_names_that_are_asked_for_are_not_erased(course: House) -> None:
    ask_for_names(course, wanted=True)
    take_over(course, learner("31", "Zoé Martin"), with_names=True)
    assert rosters_of(course).forget_names() == 0


def test_a_nickname_goes_before_the_name(course: House) -> None:
    ask_for_names(course, wanted=True)
    take_over(course, learner("31", "Zoé Martin"), with_names=True)
    in_course(course, lambda connection, id: give_nickname(connection, id, 1, "  Zo\tzo "))
    assert pupils(course)[0].label == "Zo zo"
    take_over(course, learner("31", "Zoé Martin"), with_names=True)
    assert pupils(course)[0].label == "Zo zo"


def test_an_empty_nickname_takes_it_away(course: House) -> None:
    take_over(course, learner("31"))
    in_course(course, lambda connection, id: give_nickname(connection, id, 1, "Zozo"))
    in_course(course, lambda connection, id: give_nickname(connection, id, 1, "  "))
    assert pupils(course)[0].label == "Élève 1"


@pytest.mark.parametrize("nickname", ["x" * 41, "a\x00b", "\ud800", "x" * 5000])
def test_a_nickname_that_does_not_fit_changes_nothing(course: House, nickname: str) -> None:
    take_over(course, learner("31"))
    with pytest.raises(Invalid, match="nickname-malformed"):
        in_course(course, lambda connection, id: give_nickname(connection, id, 1, nickname))


def test_nobody_of_that_number_has_a_nickname(course: House) -> None:
    with pytest.raises(NotFound, match="pupil-unknown"):
        in_course(course, lambda connection, id: give_nickname(connection, id, 1, "Zozo"))


def groups_at(house: House, user: str = ANNE, **custom: str) -> tuple[str, ...]:
    """Somebody's groups after a launch with these custom parameters."""
    house.launch(user, overrides={"custom": {"activity": house.lms.config.activities[0].custom["activity"], **custom}})
    listed = pupils(house)
    return listed[-1].groups if listed else ()


def test_a_launch_tells_the_groups_of_a_pupil(house: House) -> None:
    assert groups_at(house, groups="12, 7") == ("12", "7")
    assert groups_at(house, groups="9") == ("9",)


def test_groups_that_are_not_told_are_not_unsaid(house: House) -> None:
    groups_at(house, groups="12")
    assert groups_at(house) == ("12",)
    assert groups_at(house, groups="$Moodle.Person.userGroupIds") == ("12",)


def test_who_is_in_no_group_any_more_is_in_none(house: House) -> None:
    groups_at(house, groups="12")
    assert groups_at(house, groups="") == ()


def test_a_variable_that_the_platform_does_not_know_is_no_group(house: House) -> None:
    assert groups_at(house, groups="$Moodle.Person.userGroupIds") == ()
    assert pupils(house) == []


def test_the_groups_of_a_teacher_are_not_kept(house: House) -> None:
    assert groups_at(house, "2", groups="12") == ()
    assert pupils(house) == []


def test_groups_come_named_first_then_by_number(course: House) -> None:
    def work(connection: Connection, id: int) -> list[str]:
        replace_roster(connection, id, [learner("31")], issuer=ISSUER, with_names=False, now=utc_now())
        person = pupils_of(connection, id)[0].person_id
        note_groups(connection, id, person, "10,9,4")
        name_groups(connection, id, {"10": " Groupe  A "})
        return [group.label for group in groups_of(connection, id, pupils_of(connection, id))]

    assert in_course(course, work) == ["Groupe A", "Groupe 4", "Groupe 9"]


def test_a_group_that_nobody_is_in_has_no_name(course: House) -> None:
    with pytest.raises(NotFound, match="group-unknown"):
        in_course(course, lambda connection, id: name_groups(connection, id, {"77": "Fantômes"}))


def test_enrolling_twice_changes_nothing(course: House) -> None:
    person = take_over(course, learner("31"))[0].person_id
    in_course(course, lambda connection, id: enroll(connection, id, [person, person]))
    assert len(pupils(course)) == 1


def rosters_of(house: House) -> Rosters:
    return house.services.rosters


def test_the_roster_is_fetched_from_the_platform(course: House) -> None:
    wire(course)
    context_id = in_course(course, lambda _, id: id)
    rosters_of(course).refresh(context_id)
    assert [pupil.number for pupil in pupils(course)] == [1, 2, 3]


def test_a_platform_that_is_down_leaves_the_roster_as_it_was(course: House) -> None:
    wire(course)
    context_id = in_course(course, lambda _, id: id)
    rosters_of(course).refresh(context_id)
    course.http.down = True
    with pytest.raises(ToolError, match="platform-unreachable"):
        rosters_of(course).refresh(context_id)
    assert [pupil.has_left for pupil in pupils(course)] == [False] * 3
    state = in_course(course, rosters_of(course).state)
    assert (state.due, state.trouble.id) == (False, "platform-unreachable")


def test_what_went_wrong_is_over_once_another_process_has_fetched_the_roster(course: House) -> None:
    context_id = in_course(course, lambda _, id: id)
    rosters_of(course).refresh_if_due(context_id)
    assert in_course(course, rosters_of(course).state).trouble is not None
    take_over(course, learner("31"))
    assert in_course(course, rosters_of(course).state).trouble is None


def test_after_a_failure_the_platform_is_left_alone_for_a_while(course: House) -> None:
    context_id = in_course(course, lambda _, id: id)
    rosters_of(course).refresh_if_due(context_id)
    calls = len(course.http.calls)
    rosters_of(course).refresh_if_due(context_id)
    assert len(course.http.calls) == calls


def test_the_roster_names_people_only_where_names_are_asked_for(course: House) -> None:
    wire(course)
    course.lms.config = replace(course.lms.config, tells_names=True)
    context_id = in_course(course, lambda _, id: id)
    rosters_of(course).refresh(context_id)
    assert pupils(course)[0].label == "Élève 1"
    assert pupils(course)[0].name is None
    ask_for_names(course, wanted=True)
    rosters_of(course).refresh(context_id)
    assert pupils(course)[0].name == "Élève 1"


def test_a_course_without_a_roster_has_none_to_fetch(house: House) -> None:
    house.launch("2", without=["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"])
    context_id = in_course(house, lambda _, id: id)
    assert not in_course(house, rosters_of(house).state).offered
    with pytest.raises(NotFound, match="roster-not-offered"):
        rosters_of(house).refresh(context_id)
