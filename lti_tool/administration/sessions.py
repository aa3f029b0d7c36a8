"""Administrators' sessions, and the two ways into one: a link from the command line, a launch as an administrator."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from lti_tool.administration.models import admin_sessions, sign_in_links
from lti_tool.db import Database
from lti_tool.errors import Refused, Unknown
from lti_tool.platforms.records import Records
from lti_tool.web.seal import SealBroken, Sealer

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=8)
LINK_LIFE = timedelta(minutes=15)
SEEN_STEP = timedelta(minutes=1)
"""How often the last visit is written down: not at every request."""


@dataclass(frozen=True, slots=True)
class AdminSession:
    """Who administers: the operator (`registration_id` None), or an administrator of one platform."""

    id: int
    registration_id: int | None

    @property
    def is_operator(self) -> bool:
        """Whether everything may be seen and changed."""
        return self.registration_id is None


class AdminSessions:
    """Opens, finds and ends administrators' sessions. Secrets are 256 bits, kept as hashes only."""

    def __init__(self, database: Database, records: Records, clock: Callable[[], datetime], *, secret: str) -> None:
        self._database = database
        self._records = records
        self._clock = clock
        self._sealer = Sealer(secret, purpose="admin-code", seconds=int(LINK_LIFE.total_seconds()))

    def make_link(self) -> str:
        """The token of a link that signs the operator in: once, within 15 minutes. Forgets the old ones."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._database.write() as connection:
            connection.execute(delete(sign_in_links).where(sign_in_links.c.expires_at < now))
            values = {"token_hash": _digest(token), "created_at": now, "expires_at": now + LINK_LIFE}
            connection.execute(insert(sign_in_links).values(**values))
        return token

    def take_link(self, token: str) -> str:
        """Sign the operator in; returns the secret of the session's cookie. Raises `Refused("sign-in-link-used")`."""
        now = self._clock()
        usable = (
            (sign_in_links.c.token_hash == _digest(token))
            & sign_in_links.c.used_at.is_(None)
            & (sign_in_links.c.expires_at > now)
        )
        with self._database.write() as connection:
            if not connection.execute(update(sign_in_links).where(usable).values(used_at=now)).rowcount:
                raise Refused("sign-in-link-used")
            return self._open(connection, None)

    def make_code(self, registration_id: int) -> str:
        """A code for the page of a launch: opens a session over that registration, once, within 15 minutes.

        Writes nothing: the code is signed, and its first use is written down.
        """
        return self._sealer.seal([registration_id, secrets.token_urlsafe(16)])

    def take_code(self, code: str) -> str:
        """Sign an administrator of a platform in; returns the secret of the session's cookie.

        Raises `Refused("sign-in-link-used")`, or `Refused("admin-launch-off")` when the registration does not, or no
        longer, let its administrators in.
        """
        now = self._clock()
        try:
            registration_id, nonce = self._sealer.open(code)
        except SealBroken:
            raise Refused("sign-in-link-used") from None
        if not self.lets_in(registration_id):
            raise Refused("admin-launch-off")
        # The unique hash is what consumes the code: of its nonce, since base64 lets one code be written in many ways.
        values = {"token_hash": _digest(nonce), "created_at": now, "used_at": now, "expires_at": now + 2 * LINK_LIFE}
        try:
            with self._database.write() as connection:
                connection.execute(insert(sign_in_links).values(**values))
                return self._open(connection, registration_id)
        except IntegrityError:
            raise Refused("sign-in-link-used") from None

    def lets_in(self, registration_id: int) -> bool:
        """Whether administrators of this platform may sign in by launching the tool."""
        record = self._records.one(registration_id)
        return record.admin_launch and record.registration.active

    def find(self, secret: str | None) -> AdminSession:
        """The session of a cookie. Raises `Unknown("admin-sign-in-needed")`, also when the platform's right is gone."""
        now = self._clock()
        with self._database.read() as connection:
            found = select(admin_sessions).where(admin_sessions.c.secret_hash == _digest(secret or ""))
            row = connection.execute(found).first()
        over = row is None or row.ended_at or now - row.created_at > LONGEST or now - row.seen_at > IDLE
        if row is None or over or (row.registration_id is not None and not self.lets_in(row.registration_id)):
            raise Unknown("admin-sign-in-needed")
        if now - row.seen_at > SEEN_STEP:
            with self._database.write() as connection:
                connection.execute(update(admin_sessions).where(admin_sessions.c.id == row.id).values(seen_at=now))
        return AdminSession(row.id, row.registration_id)

    def end(self, session: AdminSession) -> None:
        """Sign out."""
        with self._database.write() as connection:
            this = admin_sessions.c.id == session.id
            connection.execute(update(admin_sessions).where(this).values(ended_at=self._clock()))

    def _open(self, connection: Connection, registration_id: int | None) -> str:
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        connection.execute(delete(admin_sessions).where(admin_sessions.c.created_at < now - LONGEST))
        values = {"secret_hash": _digest(secret), "registration_id": registration_id, "created_at": now, "seen_at": now}
        connection.execute(insert(admin_sessions).values(**values))
        return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
