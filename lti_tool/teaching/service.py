"""The class at one link: who is in it, who has worked, with what result, and where the grades are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from lti_tool.attempts.models import attempts
from lti_tool.attempts.policy import grade_of
from lti_tool.contexts.models import resource_links, roster_members
from lti_tool.contexts.roster import Pupil, enroll, pupils_of
from lti_tool.db import AnyRow
from lti_tool.gradebook.service import DeliveryStatus, Gradebook
from lti_tool.launches.sessions import LaunchSession

LAST_NAME = "\U0010ffff"
"""Sorts after every name: those who have none."""


@dataclass(frozen=True, slots=True)
class Line:
    """A pupil's line. `handed_in` counts attempts; `result`, 0 to 1, is what counts of them; `progress`, 0 to 1.

    `declared`: points of an attempt that was handed in are those that the browser claims.
    """

    pupil: Pupil
    handed_in: int = 0
    is_open: bool = False
    progress: float = 0.0
    result: float | None = None
    declared: bool = False
    grade: DeliveryStatus | None = None

    @property
    def has_worked(self) -> bool:
        """Whether there is anything to read."""
        return self.is_open or self.handed_in > 0

    @property
    def grade_failed(self) -> bool:
        """Whether a grade is here that the platform has not and will not get by itself."""
        return self.grade is not None and self.grade.state in {"refused", "parked"}


@dataclass(frozen=True, slots=True)
class Summary:
    """The class in one line: `median`, 0 to 1, of the results that are there."""

    handed_in: int
    pupils: int
    median: float | None


def class_of(connection: Connection, session: LaunchSession, gradebook: Gradebook, policy: str) -> list[Line]:
    """The pupils of the course, in an order that no visit and no nickname changes: by name, else by number.

    Who has left the course is there as long as they have worked at this link. Gives a number to those who have worked
    and have none, in the order in which the course first saw them.
    """
    work: dict[int, list[AnyRow]] = {}
    grades: dict[int, DeliveryStatus] = {}
    if not session.link_is_new:
        if newcomers := _without_number(connection, session.context_id):
            enroll(connection, session.context_id, newcomers)
        work = _work(connection, session.link_id)
        grades = gradebook.statuses(connection, session.link_id)
    lines = [
        _line(pupil, work.get(pupil.person_id, []), grades.get(pupil.person_id), policy)
        for pupil in pupils_of(connection, session.context_id)
    ]
    return sorted((line for line in lines if line.has_worked or not line.pupil.has_left), key=_place)


def summary_of(lines: Iterable[Line]) -> Summary:
    """Who has left does not count."""
    present = [line for line in lines if not line.pupil.has_left]
    results = [line.result for line in present if line.result is not None]
    return Summary(
        handed_in=sum(line.handed_in > 0 for line in present),
        pupils=len(present),
        median=median(results) if results else None,
    )


def _line(pupil: Pupil, work: list[AnyRow], grade: DeliveryStatus | None, policy: str) -> Line:
    handed_in = [row for row in work if row.status == "submitted"]
    fractions = [row.raw / row.maximum for row in handed_in if row.maximum]
    return Line(
        pupil=pupil,
        handed_in=len(handed_in),
        is_open=len(handed_in) < len(work),
        progress=max((row.progress for row in work), default=0.0),
        result=grade_of(fractions, policy) if fractions else None,
        declared=any(row.declared for row in handed_in),
        grade=grade,
    )


def _place(line: Line) -> tuple[str, int]:
    return (_folded(line.pupil.name) if line.pupil.name else LAST_NAME, line.pupil.number)


def _folded(name: str) -> str:
    """A name as it is looked up in a list: « Émile » beside « Emma »."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _work(connection: Connection, link_id: int) -> dict[int, list[AnyRow]]:
    """The attempts at a link by person, in their order; what teachers try is apart."""
    points = (attempts.c.raw, attempts.c.maximum, attempts.c.declared)
    statement = (
        select(attempts.c.person_id, attempts.c.status, attempts.c.progress, *points)
        .where(attempts.c.link_id == link_id, attempts.c.preview.is_(False))
        .order_by(attempts.c.person_id, attempts.c.number)
    )
    found: dict[int, list[AnyRow]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.person_id, []).append(row)
    return found


def _without_number(connection: Connection, context_id: int) -> list[int]:
    """Who has worked at any link of the course and has no number in it, in the order of their first attempts."""
    has_number = (roster_members.c.context_id == context_id) & (roster_members.c.person_id == attempts.c.person_id)
    statement = (
        select(attempts.c.person_id)
        .join(resource_links, resource_links.c.id == attempts.c.link_id)
        .where(
            resource_links.c.context_id == context_id,
            attempts.c.preview.is_(False),
            ~select(roster_members.c.id).where(has_number).exists(),
        )
        .group_by(attempts.c.person_id)
        .order_by(func.min(attempts.c.id))
    )
    return list(connection.scalars(statement))
