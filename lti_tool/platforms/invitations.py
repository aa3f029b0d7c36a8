"""Invitations: one-time links by which a platform registers the tool."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from lti_tool.db import AnyRow, Database
from lti_tool.errors import Conflict, Invalid, NotFound
from lti_tool.lti.strings import is_clean
from lti_tool.platforms.academies import ACADEMIES
from lti_tool.platforms.models import invitations
from lti_tool.platforms.zones import DEFAULT_ZONE, is_zone

LIFE = timedelta(days=7)
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitation is for. Its token is not kept: only who was given the link has it."""

    id: int
    name: str
    academie: str | None
    time_zone: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    registration_id: int | None


def check_description(name: str, academie: str | None, time_zone: str) -> None:
    """What is said of a platform. Raises `Invalid` with `platform-name`, `platform-academie` or `platform-zone`."""
    if not name.strip() or not is_clean(name, LONGEST_NAME) or not name.isprintable():
        raise Invalid("platform-name")
    if academie is not None and academie not in ACADEMIES:
        raise Invalid("platform-academie")
    if not is_zone(time_zone):
        raise Invalid("platform-zone")


class Invitations:
    """Makes, finds, revokes and consumes invitations."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def make(self, name: str, *, academie: str | None = None, time_zone: str = DEFAULT_ZONE) -> str:
        """A new invitation, valid for seven days; returns the token of its link: 256 bits, kept as a hash only.

        Raises as `check_description`.
        """
        check_description(name, academie, time_zone)
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._database.write() as connection:
            connection.execute(
                insert(invitations).values(
                    token_hash=_digest(token),
                    name=name.strip(),
                    academie=academie,
                    time_zone=time_zone,
                    created_at=now,
                    expires_at=now + LIFE,
                )
            )
        return token

    def find(self, token: str) -> Invitation:
        """The invitation of a link.

        Raises `NotFound("invitation-unknown")`, `Conflict("invitation-used")` or `NotFound("invitation-over")`.
        """
        with self._database.read() as connection:
            statement = select(invitations).where(invitations.c.token_hash == _digest(token))
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("invitation-unknown")
        if row.used_at is not None:
            raise Conflict("invitation-used")
        if row.expires_at <= self._clock():
            raise NotFound("invitation-over")
        return _invitation(row)

    def consume(self, connection: Connection, id: int, registration_id: int) -> None:
        """Use an invitation up, in the transaction that writes its registration: one statement, one winner.

        Raises `Conflict("invitation-used")`.
        """
        now = self._clock()
        usable = (invitations.c.id == id) & invitations.c.used_at.is_(None) & (invitations.c.expires_at > now)
        values = {"used_at": now, "registration_id": registration_id}
        if not connection.execute(update(invitations).where(usable).values(**values)).rowcount:
            raise Conflict("invitation-used")

    def all(self) -> list[Invitation]:
        """The newest hundred first."""
        with self._database.read() as connection:
            rows = connection.execute(select(invitations).order_by(invitations.c.id.desc()).limit(100)).all()
        return [_invitation(row) for row in rows]

    def revoke(self, id: int) -> None:
        """Take an unused invitation back. Raises `NotFound("invitation-unknown")`."""
        unused = (invitations.c.id == id) & invitations.c.used_at.is_(None)
        with self._database.write() as connection:
            if not connection.execute(delete(invitations).where(unused)).rowcount:
                raise NotFound("invitation-unknown")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _invitation(row: AnyRow) -> Invitation:
    return Invitation(
        id=row.id,
        name=row.name,
        academie=row.academie,
        time_zone=row.time_zone,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        registration_id=row.registration_id,
    )
