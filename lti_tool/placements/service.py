"""Placements: models that links copy, and the one placement of each link."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, literal, or_, select, update
from sqlalchemy.engine import Connection

from lti_tool.catalogue.models import activities, revisions
from lti_tool.catalogue.service import Catalogue, Listed
from lti_tool.db import AnyRow, Database
from lti_tool.errors import NotFound, Refused
from lti_tool.launches.sessions import LaunchSession
from lti_tool.placements.models import placements
from lti_tool.placements.parameter import read, sign


@dataclass(frozen=True, slots=True)
class Placement:
    """What a link plays and how it counts. `points` None: as many as the activity has."""

    id: int
    revision_id: int
    graded: bool
    points: int | None
    max_attempts: int | None
    policy: str
    resource_id: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the catalogue with the parameter to paste into a platform."""

    listed: Listed
    custom: str


class Placements:
    """Finds, copies and makes placements. `key` signs the custom parameter."""

    def __init__(
        self, database: Database, catalogue: Catalogue, key: Callable[[], bytes], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._load_key = key
        self._key: bytes | None = None
        self._clock = clock

    @property
    def key(self) -> bytes:
        """Loaded once: it never changes."""
        if self._key is None:
            self._key = self._load_key()
        return self._key

    def offers(self) -> list[Offer]:
        """Every activity for everyone, with the parameter of its model placement; missing models are made."""
        listed = self._catalogue.visible(context_id=None)
        with self._database.write() as connection:
            return [Offer(line, sign(self._model(connection, line), self.key)) for line in listed]

    def _model(self, connection: Connection, line: Listed) -> int:
        """The model placement of an activity: one for all time, moved to the newest revision."""
        row = connection.execute(
            select(placements.c.id, placements.c.revision_id).where(placements.c.model_of == line.activity_id)
        ).first()
        if row is None:
            values = self._values(line.revision_id)
            statement = insert(placements).values(model_of=line.activity_id, **values).returning(placements.c.id)
            return int(connection.execute(statement).scalar_one())
        if row.revision_id != line.revision_id:
            connection.execute(update(placements).where(placements.c.id == row.id).values(revision_id=line.revision_id))
        return int(row.id)

    def check(self, parameter: str) -> None:
        """Refuse a tampered parameter, before a launch writes anything. Raises `Refused("placement-forged")`."""
        read(parameter, self.key)

    def copy_model(self, connection: Connection, session: LaunchSession) -> Placement | None:
        """The first launch of a link copies the placement that its parameter names; None without a parameter.

        One statement. Raises `Refused("placement-forged")`, or `NotFound("placement-unknown")` when the activity is
        gone or may not be seen from this course.
        """
        if session.custom_activity is None:
            return None
        model_id = read(session.custom_activity, self.key)
        columns = ("revision_id", "graded", "points", "max_attempts", "policy", "resource_id")
        source = (
            select(
                literal(session.link_id),
                literal(self._clock(), placements.c.created_at.type),
                *(placements.c[name] for name in columns),
            )
            .join(revisions, revisions.c.id == placements.c.revision_id)
            .join(activities, activities.c.id == revisions.c.activity_id)
            .where(placements.c.id == model_id)
            .where(or_(activities.c.owner_context_id.is_(None), activities.c.owner_context_id == session.context_id))
        )
        statement = insert(placements).from_select(["link_id", "created_at", *columns], source).returning(placements)
        row = connection.execute(statement).first()
        if row is None:
            raise NotFound("placement-unknown")
        return placement_of(row)

    def of_link(self, connection: Connection, link_id: int) -> Placement | None:
        """The placement of a link, or None before anything was chosen."""
        row = connection.execute(select(placements).where(placements.c.link_id == link_id)).first()
        return placement_of(row) if row else None

    def choose(self, session: LaunchSession, revision_id: int) -> None:
        """A teacher chooses the activity of a link, or another one; attempts are kept.

        Raises `Refused("teachers-only")`, or `NotFound("activity-unknown")` when this course may not see it.
        """
        if not session.is_teacher:
            raise Refused("teachers-only")
        visible = {line.revision_id for line in self._catalogue.visible(context_id=session.context_id)}
        if revision_id not in visible:
            raise NotFound("activity-unknown")
        with self._database.write() as connection:
            changed = connection.execute(
                update(placements).where(placements.c.link_id == session.link_id).values(revision_id=revision_id)
            ).rowcount
            if not changed:
                connection.execute(insert(placements).values(link_id=session.link_id, **self._values(revision_id)))

    def _values(self, revision_id: int) -> dict[str, object]:
        return {
            "revision_id": revision_id,
            "graded": True,
            "policy": "best",
            "resource_id": secrets.token_hex(8),
            "created_at": self._clock(),
        }


def placement_of(row: AnyRow) -> Placement:
    """A placement from its row."""
    return Placement(
        id=row.id,
        revision_id=row.revision_id,
        graded=row.graded,
        points=row.points,
        max_attempts=row.max_attempts,
        policy=row.policy,
        resource_id=row.resource_id,
    )
