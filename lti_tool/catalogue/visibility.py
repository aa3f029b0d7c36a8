"""Who may see an activity. The one place where it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, and_, exists, func, literal, or_

from lti_tool.catalogue.models import activities
from lti_tool.contexts.models import contexts
from lti_tool.launches.sessions import LaunchSession


class Visibility(StrEnum):
    """Who may find an activity and place it. Its owner always may."""

    ME = "me"
    COURSE = "course"
    ACADEMIE = "academie"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a person, in a course, on a platform of an académie; each may be unknown."""

    person_id: int | None = None
    context_id: int | None = None
    academie: str | None = None

    @classmethod
    def of(cls, session: LaunchSession) -> Viewer:
        """The person of a session."""
        return cls(session.person_id, session.context_id, session.academie)


ANYBODY = Viewer()
"""Sees what is for everyone, and nothing else."""


@dataclass(frozen=True, slots=True)
class Owner:
    """By whom an activity was made, in which course, on a platform of which académie."""

    context_id: int
    person_id: int | None = None
    academie: str | None = None

    @classmethod
    def of(cls, session: LaunchSession) -> Owner:
        """The person of a session, in its course."""
        return cls(session.context_id, session.person_id, session.academie)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `activity` under which `viewer` may see it."""
    ways: list[ColumnElement[bool]] = [activities.c.visibility == Visibility.EVERYONE]
    if viewer.person_id is not None:
        ways.append(activities.c.owner_person_id == viewer.person_id)
    if viewer.context_id is not None:
        here = same_course(activities.c.owner_context_id, viewer.context_id)
        ways.append(and_(activities.c.visibility == Visibility.COURSE, here))
    if viewer.academie:
        there = activities.c.academie == viewer.academie
        ways.append(and_(activities.c.visibility == Visibility.ACADEMIE, there))
    return or_(*ways)


def same_course(column: Column[int], context_id: int) -> ColumnElement[bool]:
    """Whether a column names this course, or one of the same deployment that it was copied from."""
    origin, here = contexts.alias(), contexts.alias()
    ancestors = literal(",").concat(here.c.history).concat(",")
    # Exact where LIKE would take `%` and `_` for anything, and the same in every database.
    without = func.replace(ancestors, literal(",").concat(origin.c.context_key).concat(","), "")
    copied = exists().where(
        origin.c.id == column,
        here.c.id == context_id,
        origin.c.deployment_id == here.c.deployment_id,
        origin.c.context_key != "",
        without != ancestors,
    )
    return or_(column == context_id, copied)
