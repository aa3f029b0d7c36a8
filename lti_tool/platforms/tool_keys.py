"""Our own keys: published, signing, retired; encrypted at rest where the operator has set a key for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from lti_tool.db import AnyRow, Database
from lti_tool.errors import Unavailable
from lti_tool.lti.keys import ToolKey, load_key, new_key_pem
from lti_tool.platforms.models import tool_keys

SIGNS_AFTER = timedelta(hours=1)
"""From the publication of a key to its first signature: platforms have time to learn it."""

PUBLISHED_AFTER = timedelta(days=1)
"""From its last signature to its leaving the keyset."""

REMEMBERED = timedelta(minutes=1)
"""How long a process signs with the key it has found: a rotation needs no restart."""

SEALED = "fernet:"


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key as an administrator sees it. `state`: waiting | signing | retired."""

    kid: str
    state: str
    created_at: datetime
    signs_from: datetime
    retired_at: datetime | None
    leaves_at: datetime | None
    encrypted: bool


class ToolKeys:
    """The keys by which platforms know the tool. Each is parsed once per process. Threads share it."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, encryption_key: str = "") -> None:
        self._database = database
        self._clock = clock
        self._fernet = Fernet(encryption_key) if encryption_key else None
        self._parsed: dict[str, ToolKey] = {}
        self._signing: tuple[datetime, ToolKey] | None = None
        self._lock = threading.Lock()

    def published(self) -> list[ToolKey]:
        """The keys of the keyset, newest first; read anew each time, so that no process publishes less than another.

        Raises `Unavailable("tool-without-key")` before the first `db upgrade`, `Unavailable("tool-keys-locked")` when
        they cannot be decrypted.
        """
        now = self._clock()
        with self._database.read() as connection:
            rows = _published(connection, now)
        return [self._parse(row) for row in rows]

    def signing(self) -> ToolKey:
        """The key to sign with now. Raises as `published`."""
        now = self._clock()
        remembered = self._signing
        if remembered is not None and now - remembered[0] < REMEMBERED:
            return remembered[1]
        with self._database.read() as connection:
            rows = _published(connection, now)
        key = self._parse(next((row for row in rows if _signs(row, now)), rows[0]))
        self._signing = (now, key)
        return key

    def states(self) -> list[KeyState]:
        """Every key that is published, newest first."""
        now = self._clock()
        with self._database.read() as connection:
            rows = _published(connection, now)
        signing = next((row.kid for row in rows if _signs(row, now)), None)
        return [
            KeyState(
                kid=row.kid,
                state="signing" if row.kid == signing else "retired" if row.retired_at else "waiting",
                created_at=row.created_at,
                signs_from=_starts(row),
                retired_at=row.retired_at,
                leaves_at=row.retired_at + PUBLISHED_AFTER if row.retired_at else None,
                encrypted=row.private_pem.startswith(SEALED),
            )
            for row in rows
        ]

    def ensure(self) -> None:
        """Make the first key where there is none, and encrypt those that should be. Repeating it changes nothing."""
        now = self._clock()
        with self._database.write() as connection:
            if connection.execute(select(tool_keys.c.kid).limit(1)).first() is None:
                self._insert(connection, now=now, signs_from=now)
            self._seal_all(connection)

    def rotate(self, *, at_once: bool = False) -> str:
        """Publish a new key, which signs in an hour (or `at_once`) and retires the others then; returns its kid.

        Keys that have left the keyset are deleted. Raises `Unavailable("tool-keys-locked")`: the tool must be able to
        read the keys that it retires.
        """
        now = self._clock()
        signs_from = now if at_once else now + SIGNS_AFTER
        with self._database.write() as connection:
            self._seal_all(connection)
            connection.execute(
                update(tool_keys)
                .where((tool_keys.c.retired_at.is_(None)) | (tool_keys.c.retired_at > signs_from))
                .values(retired_at=signs_from)
            )
            connection.execute(delete(tool_keys).where(tool_keys.c.retired_at <= now - PUBLISHED_AFTER))
            kid = self._insert(connection, now=now, signs_from=signs_from)
        self._signing = None
        return kid

    def _insert(self, connection: Connection, *, now: datetime, signs_from: datetime) -> str:
        kid, pem = new_key_pem()
        values = {"kid": kid, "private_pem": self._seal(pem), "created_at": now, "signs_from": signs_from}
        connection.execute(insert(tool_keys).values(**values))
        return kid

    def _seal_all(self, connection: Connection) -> None:
        """Encrypt what is not; and see that what is can be read."""
        for row in connection.execute(select(tool_keys)).all():
            pem = self._open(row.private_pem)
            if self._fernet and not row.private_pem.startswith(SEALED):
                sealed = self._seal(pem)
                connection.execute(update(tool_keys).where(tool_keys.c.kid == row.kid).values(private_pem=sealed))

    def _seal(self, pem: str) -> str:
        return SEALED + self._fernet.encrypt(pem.encode()).decode() if self._fernet else pem

    def _open(self, stored: str) -> str:
        if not stored.startswith(SEALED):
            return stored
        if self._fernet is None:
            raise Unavailable("tool-keys-locked")
        try:
            return self._fernet.decrypt(stored.removeprefix(SEALED)).decode()
        except InvalidToken:
            raise Unavailable("tool-keys-locked") from None

    def _parse(self, row: AnyRow) -> ToolKey:
        with self._lock:
            if row.kid not in self._parsed:
                self._parsed[row.kid] = load_key(row.kid, self._open(row.private_pem))
            return self._parsed[row.kid]


def _published(connection: Connection, now: datetime) -> Sequence[AnyRow]:
    """The rows of the keyset, the latest to sign first."""
    there = tool_keys.c.retired_at.is_(None) | (tool_keys.c.retired_at > now - PUBLISHED_AFTER)
    starts = func.coalesce(tool_keys.c.signs_from, tool_keys.c.created_at)
    rows = connection.execute(select(tool_keys).where(there).order_by(starts.desc(), tool_keys.c.kid)).all()
    if not rows:
        raise Unavailable("tool-without-key")
    return rows


def _starts(row: AnyRow) -> datetime:
    starts: datetime = row.signs_from or row.created_at
    return starts


def _signs(row: AnyRow, now: datetime) -> bool:
    return _starts(row) <= now and (row.retired_at is None or row.retired_at > now)
