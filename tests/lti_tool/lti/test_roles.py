"""What a role may do here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti.roles import Role, read_roles

V2 = "http://purl.imsglobal.org/vocab/lis/v2/"
T, L, A = Role.TEACHER, Role.LEARNER, Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("roles", "rights"),
    [
        ([], set()),
        (["Instructor"], {T}),
        ([V2 + "membership#Instructor"], {T}),
        ([V2 + "membership#ContentDeveloper"], {T}),
        ([V2 + "membership/Instructor#TeachingAssistant"], {T}),
        ([V2 + "membership#Administrator"], {T}),
        (["Learner"], {L}),
        ([V2 + "membership#Learner"], {L}),
        ([V2 + "membership/Learner#GuestLearner"], {L}),
        ([V2 + "membership#Mentor"], set()),
        ([V2 + "membership#Member"], set()),
        ([V2 + "institution/person#Instructor"], set()),
        ([V2 + "institution/person#Student"], set()),
        ([V2 + "institution/person#Administrator"], {A, T}),
        ([V2 + "system/person#Administrator"], {A, T}),
        ([V2 + "system/person#SysAdmin"], {A, T}),
        ([V2 + "system/person#TestUser", V2 + "membership#Learner"], {L}),
        ([V2 + "institution/person#Instructor", V2 + "membership#Learner"], {L}),
        ([V2 + "membership#Instructor", V2 + "membership#Learner"], {T, L}),
        (["instructor"], set()),
        (["Instructor "], set()),
        (["https://voleur.example/membership#Instructor"], set()),
        (["", "#", "/", V2, V2 + "#", V2 + "membership#"], set()),
    ],
)
def test_a_role_gives_its_rights_and_no_more(roles: list[str], rights: set[Role]) -> None:
    assert read_roles(roles) == rights


@given(st.lists(st.text() | st.text().map(lambda tail: V2 + tail)))
def test_any_texts_are_roles_with_or_without_rights(roles: list[str]) -> None:
    assert read_roles(roles) <= set(Role)


@given(st.lists(st.sampled_from(["Instructor", "Learner", V2 + "system/person#Administrator", "x"])))
def test_the_order_of_roles_means_nothing(roles: list[str]) -> None:
    assert read_roles(roles) == read_roles(reversed(roles))
