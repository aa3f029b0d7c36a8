"""What a link plays, how it counts, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lti_tool.db import AnyRow

TAG = "traam"
"""The tag of our gradebook columns (AGS 2.0 §3.2.6)."""

POLICIES = ("best", "last", "first", "mean")
"""How the grade is made of several attempts."""

GRACE = timedelta(minutes=5)
"""How long an attempt that was open at closing time can still be handed in: nobody loses work to a slow network."""


class Door(StrEnum):
    """Whether pupils may work: `late` only lets them hand in what they had begun."""

    EARLY = "early"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PlacementSettings:
    """What a teacher chooses for one place.

    `title` None: the activity's. `points`, a whole number up to 100, None: as many as the activity has.
    `max_attempts` None: as many as one likes. `policy`: one of `POLICIES`.
    `tolerance`, how typed answers are compared: one of `activities.kind.TOLERANCES`, None: as the activity does.
    """

    title: str | None = None
    graded: bool = True
    points: int | None = None
    max_attempts: int | None = None
    policy: str = "best"
    tolerance: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placement(PlacementSettings):
    """The one placement of a link. `resource_id` names its column in the platform's gradebook."""

    id: int = 0
    revision_id: int = 0
    resource_id: str = ""

    def door(self, now: datetime) -> Door:
        """Whether pupils may work now."""
        if self.opens_at is not None and now < self.opens_at:
            return Door.EARLY
        if self.closes_at is None or now < self.closes_at:
            return Door.OPEN
        return Door.LATE if now < self.closes_at + GRACE else Door.CLOSED

    @property
    def last_moment(self) -> datetime | None:
        """When the last work is taken; None: always."""
        return self.closes_at + GRACE if self.closes_at else None


def placement_of(row: AnyRow) -> Placement:
    """A placement from its row."""
    return Placement(
        id=row.id,
        revision_id=row.revision_id,
        resource_id=row.resource_id,
        title=row.title,
        graded=row.graded,
        points=row.points,
        max_attempts=row.max_attempts,
        policy=row.policy,
        tolerance=row.tolerance,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )
