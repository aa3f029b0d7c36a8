"""Roles (LTI 1.3 core §A.2), on the library's reading of role addresses."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pylti1p3.roles import AbstractRole, RoleType


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


class _Administration(AbstractRole):
    _system_roles = ("Administrator", "SysAdmin", "AccountAdmin")
    _institution_roles = ("Administrator", "SysAdmin")

    def __init__(self, roles: list[str]) -> None:
        super().__init__({"https://purl.imsglobal.org/spec/lti/claim/roles": roles})

    def check(self) -> bool:
        """Any such role counts, whatever the roles in the course: an administrator acts as a teacher everywhere."""
        return any(self._check_access(*self.parse_role_str(role)) for role in self._jwt_roles if isinstance(role, str))


def read_roles(roles: Iterable[str]) -> frozenset[Role]:
    """Short names and full addresses alike; unknown ones give no rights.

    Only roles in the course count: an « Instructor » of the institution may be a pupil here.
    """
    listed = list(roles)
    found: set[Role] = set()
    administration = _Administration(listed)
    if administration.check():
        found |= {Role.ADMINISTRATOR, Role.TEACHER}
    for role in listed:
        name, kind = administration.parse_role_str(role)
        if kind not in {None, RoleType.CONTEXT}:
            continue
        if name in _TEACHING:
            found.add(Role.TEACHER)
        elif name in _LEARNING:
            found.add(Role.LEARNER)
    return frozenset(found)
