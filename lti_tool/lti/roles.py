"""Roles (LTI 1.3 core §A.2), on the library's reading of role addresses."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pylti1p3.roles import RoleType, StudentRole


class Role(StrEnum):
    """What a launch may do here."""

    TEACHER = "teacher"
    LEARNER = "learner"
    ADMINISTRATOR = "administrator"


_TEACHING = (
    "Instructor",
    "TeachingAssistant",
    "ContentDeveloper",
    "Administrator",
    "Manager",
    "PrimaryInstructor",
    "Lecturer",
    "GuestInstructor",
    "ExternalInstructor",
    "SecondaryInstructor",
    "Grader",
)
_LEARNING = ("Learner", "Student", "NonCreditLearner", "GuestLearner", "ExternalLearner")


_ADMINISTRATION = ("Administrator", "SysAdmin", "AccountAdmin")

_library = StudentRole({})


def read_roles(roles: Iterable[str]) -> frozenset[Role]:
    """Short names and full addresses alike; unknown ones give no rights.

    In the course only roles in the course count (an « Instructor » of the institution may be a pupil here), but an
    administrator of the platform or institution acts as a teacher everywhere.
    """
    found: set[Role] = set()
    for role in roles:
        name, kind = _library.parse_role_str(role)
        if kind in {RoleType.SYSTEM, RoleType.INSTITUTION}:
            if name in _ADMINISTRATION:
                found |= {Role.ADMINISTRATOR, Role.TEACHER}
        elif name in _TEACHING:
            found.add(Role.TEACHER)
        elif name in _LEARNING:
            found.add(Role.LEARNER)
    return frozenset(found)
