"""Placements: models that links copy, and the one placement of each link."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, insert, literal, null, or_, select, update
from sqlalchemy.engine import Connection

from lti_tool.catalogue.models import activities, revisions
from lti_tool.catalogue.service import Catalogue, Listed
from lti_tool.catalogue.visibility import ANYBODY, Viewer, same_course, visible_to
from lti_tool.db import Database, again_if_overtaken
from lti_tool.errors import NotFound, Refused
from lti_tool.launches.sessions import LaunchSession
from lti_tool.placements.models import placements
from lti_tool.placements.parameter import read, sign
from lti_tool.placements.placement import Placement, PlacementSettings, placement_of

SETTINGS = ("title", "graded", "points", "max_attempts", "policy", "tolerance", "resource_id")
DATES = ("opens_at", "closes_at")


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the catalogue with the parameter to paste into a platform."""

    listed: Listed
    custom: str


@dataclass(frozen=True, slots=True)
class Pick:
    """An activity that a teacher has picked, with its settings; `points` are set where it is graded."""

    listed: Listed
    settings: PlacementSettings

    @property
    def title(self) -> str:
        """What the place is called."""
        return self.settings.title or self.listed.title


@dataclass(frozen=True, slots=True)
class Placed:
    """A pick that has its model: the parameter that names it, and the resource id of its column."""

    pick: Pick
    custom: str
    resource_id: str


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

    # --- models

    @again_if_overtaken
    def offers(self) -> list[Offer]:
        """Every activity for everyone, with the parameter of its model placement; missing models are made."""
        listed = self._catalogue.visible(ANYBODY)
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

    def place(self, session: LaunchSession, picks: Sequence[Pick]) -> list[Placed]:
        """Make the model of each pick, for links that the platform is about to make: all of them, or none."""
        placed = []
        with self._database.write() as connection:
            for pick in picks:
                values = {**self._values(pick.listed.revision_id), **asdict(pick.settings)}
                statement = (
                    insert(placements).values(context_id=session.context_id, **values).returning(placements.c.id)
                )
                model_id = int(connection.execute(statement).scalar_one())
                placed.append(Placed(pick, sign(model_id, self.key), str(values["resource_id"])))
        return placed

    def check(self, parameter: str) -> None:
        """Refuse a tampered parameter, before a launch writes anything. Raises `Refused("placement-forged")`."""
        read(parameter, self.key)

    def copy_model(self, connection: Connection, session: LaunchSession) -> Placement | None:
        """The first launch of a link copies the placement that its parameter names; None without a parameter.

        One statement. Raises `Refused("placement-forged")`, or `NotFound("placement-unknown")` when the activity is
        gone, or may not be seen here and was not placed for this course or one that it is a copy of.
        """
        if session.custom_activity is None:
            return None
        allowed = or_(visible_to(Viewer.of(session)), same_course(placements.c.context_id, session.context_id))
        source = self._model_columns(session).where(allowed)
        names = ["link_id", "created_at", "revision_id", *SETTINGS, *DATES]
        row = connection.execute(insert(placements).from_select(names, source).returning(placements)).first()
        if row is None:
            raise NotFound("placement-unknown")
        return placement_of(row)

    def _model_columns(self, session: LaunchSession) -> Select[tuple[object, ...]]:
        """What a link takes from its model. Last year's dates do not close the copy of a course."""
        now = literal(self._clock(), placements.c.created_at.type)
        in_force: ColumnElement[bool] = or_(
            placements.c.context_id == session.context_id,
            placements.c.closes_at.is_(None),
            placements.c.closes_at > now,
        )
        return (
            select(
                literal(session.link_id),
                now,
                placements.c.revision_id,
                *(placements.c[name] for name in SETTINGS),
                *(case((in_force, placements.c[name]), else_=null()).label(name) for name in DATES),
            )
            .join(revisions, revisions.c.id == placements.c.revision_id)
            .join(activities, activities.c.id == revisions.c.activity_id)
            .where(placements.c.id == read(session.custom_activity or "", self.key))
        )

    # --- links

    def of_link(self, connection: Connection, link_id: int) -> Placement | None:
        """The placement of a link, or None before anything was chosen."""
        row = connection.execute(select(placements).where(placements.c.link_id == link_id)).first()
        return placement_of(row) if row else None

    @again_if_overtaken
    def choose(self, session: LaunchSession, revision_id: int) -> None:
        """A teacher chooses the activity of a link, or another one; attempts and settings are kept.

        So a link whose own activity may not be seen here is mended: it takes the settings of its model, not the title.
        Raises `Refused("teachers-only")`, or `NotFound("activity-unknown")` when this person may not see it.
        """
        if not session.is_teacher:
            raise Refused("teachers-only")
        self._catalogue.find(Viewer.of(session), revision_id)
        fresh = {"revision_id": revision_id, "title": None}
        with self._database.write() as connection:
            if _change(connection, session, fresh):
                return
            if session.custom_activity is not None:
                names = ["link_id", "created_at", "revision_id", *SETTINGS, *DATES]
                connection.execute(insert(placements).from_select(names, self._model_columns(session)))
                if _change(connection, session, fresh):
                    return
            connection.execute(insert(placements).values(link_id=session.link_id, **self._values(revision_id)))

    def change(self, session: LaunchSession, settings: PlacementSettings) -> None:
        """A teacher changes the settings of a link.

        Raises `Refused("teachers-only")`, or `NotFound("placement-unknown")` before an activity was chosen.
        """
        if not session.is_teacher:
            raise Refused("teachers-only")
        with self._database.write() as connection:
            if not _change(connection, session, asdict(settings)):
                raise NotFound("placement-unknown")

    def _values(self, revision_id: int) -> dict[str, object]:
        return {
            "revision_id": revision_id,
            "graded": True,
            "policy": "best",
            "resource_id": secrets.token_hex(8),
            "created_at": self._clock(),
        }


def _change(connection: Connection, session: LaunchSession, values: Mapping[str, object]) -> bool:
    """Change the placement of the session's link; whether there is one."""
    statement = update(placements).where(placements.c.link_id == session.link_id).values(**values)
    return bool(connection.execute(statement).rowcount)
