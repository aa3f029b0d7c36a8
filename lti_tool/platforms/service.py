"""The trusted platforms and our own keys."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from lti_tool.db import AnyRow, Database
from lti_tool.errors import Refused, Unavailable, Unknown
from lti_tool.lti.keys import ToolKey, load_key, new_key_pem
from lti_tool.lti.registration import Registration
from lti_tool.platforms.keysets import FetchJSON, Keysets
from lti_tool.platforms.models import deployments, registrations, secrets_kept, tool_keys

REMEMBERED = timedelta(seconds=5)
"""How long a registration is served from memory: a change made by another process is seen after this."""


@dataclass(frozen=True, slots=True)
class NewPlatform:
    """What an operator tells of a platform."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    deployment_id: str | None = None
    name: str | None = None


class Platforms:
    """Registrations by key, their public keys, and the key we sign with."""

    def __init__(
        self, database: Database, fetch: FetchJSON, clock: Callable[[], datetime], *, allow_loopback: bool
    ) -> None:
        self._database = database
        self._clock = clock
        self._allow_loopback = allow_loopback
        self._keysets = Keysets(self, fetch, clock)
        self._remembered: dict[object, tuple[datetime, Registration]] = {}
        self._keys: dict[str, ToolKey] = {}
        self._lock = threading.Lock()

    # --- registrations

    def find(self, issuer: str, client_id: str | None) -> Registration:
        """The registration of a login. Without `client_id`, the issuer must have only one.

        Raises `Unknown("platform-unknown")`, and `Refused` as `by_id` does.
        """
        return self._recall((issuer, client_id), lambda connection: _find(connection, issuer, client_id))

    def by_id(self, registration_id: int) -> Registration:
        """One registration.

        Raises `Unknown("platform-unknown")`, `Refused("platform-inactive")` or `Refused("platform-on-this-machine")`.
        """
        return self._recall(registration_id, lambda connection: _by_id(connection, registration_id))

    def registration(self, registration_id: int) -> Registration:
        """The same, by the name that the gradebook's port gives it."""
        return self.by_id(registration_id)

    def _recall(self, key: object, load: Callable[[Connection], AnyRow | None]) -> Registration:
        now = self._clock()
        remembered = self._remembered.get(key)
        if remembered is not None and now - remembered[0] < REMEMBERED:
            return self._trusted(remembered[1])
        with self._database.read() as connection:
            row = load(connection)
        if row is None:
            raise Unknown("platform-unknown")
        registration = _registration(row)
        with self._lock:
            self._remembered = {k: v for k, v in self._remembered.items() if now - v[0] < REMEMBERED}
            self._remembered[key] = (now, registration)
            self._remembered[registration.id] = (now, registration)
        return self._trusted(registration)

    def _trusted(self, registration: Registration) -> Registration:
        if not registration.active:
            raise Refused("platform-inactive")
        if registration.is_loopback and not self._allow_loopback:
            raise Refused("platform-on-this-machine")
        return registration

    def add(self, platform: NewPlatform) -> int:
        """Register a platform, or update it when (issuer, client_id) is known. Contacts nobody. Returns its id."""
        values = {
            "name": platform.name or platform.issuer,
            "auth_url": platform.auth_url,
            "token_url": platform.token_url,
            "jwks_url": platform.jwks_url,
            "active": True,
        }
        with self._database.write() as connection:
            row = _find(connection, platform.issuer, platform.client_id)
            if row is None:
                key = {"issuer": platform.issuer, "client_id": platform.client_id, "created_at": self._clock()}
                statement = insert(registrations).values(**key, **values).returning(registrations.c.id)
                registration_id = int(connection.execute(statement).scalar_one())
            else:
                registration_id = int(row.id)
                if platform.name is None:
                    values["name"] = row.name
                if row.jwks_url != platform.jwks_url:
                    values |= {"keyset": None, "keyset_fetched_at": None}
                connection.execute(update(registrations).where(registrations.c.id == registration_id).values(**values))
            if platform.deployment_id is not None:
                self._accept_deployment(connection, registration_id, platform.deployment_id)
        self._remembered.clear()
        return registration_id

    def _accept_deployment(self, connection: Connection, registration_id: int, deployment_id: str) -> None:
        this = (deployments.c.registration_id == registration_id) & (deployments.c.deployment_id == deployment_id)
        changed = connection.execute(update(deployments).where(this).values(state="accepted")).rowcount
        if not changed:
            connection.execute(
                insert(deployments).values(
                    registration_id=registration_id,
                    deployment_id=deployment_id,
                    state="accepted",
                    created_at=self._clock(),
                )
            )

    def all(self) -> list[tuple[Registration, tuple[str, ...]]]:
        """Every registration with its accepted deployment ids."""
        with self._database.read() as connection:
            rows = connection.execute(select(registrations).order_by(registrations.c.id)).all()
            placed = connection.execute(
                select(deployments.c.registration_id, deployments.c.deployment_id)
                .where(deployments.c.state == "accepted")
                .order_by(deployments.c.id)
            ).all()
        return [
            (_registration(row), tuple(d.deployment_id for d in placed if d.registration_id == row.id)) for row in rows
        ]

    # --- their keys

    def public_key(self, registration: Registration, kid: str) -> RSAPublicKey:
        """The key that a platform signs with; see `Keysets.find`."""
        return self._keysets.find(registration, kid)

    def load_keyset(self, registration_id: int) -> tuple[str, datetime] | None:
        """The stored keyset of a registration and when it was fetched."""
        columns = (registrations.c.keyset, registrations.c.keyset_fetched_at)
        with self._database.read() as connection:
            row = connection.execute(select(*columns).where(registrations.c.id == registration_id)).first()
        return (row.keyset, row.keyset_fetched_at) if row and row.keyset and row.keyset_fetched_at else None

    def save_keyset(self, registration_id: int, document: str, fetched_at: datetime) -> None:
        """Keep a fetched keyset."""
        with self._database.write() as connection:
            connection.execute(
                update(registrations)
                .where(registrations.c.id == registration_id)
                .values(keyset=document, keyset_fetched_at=fetched_at)
            )

    # --- our keys

    def ensure_keys(self) -> None:
        """Make the tool's key and its kept secrets where they are missing (`traam db upgrade` calls this)."""
        with self._database.write() as connection:
            if connection.execute(select(tool_keys.c.kid).limit(1)).first() is None:
                kid, pem = new_key_pem()
                connection.execute(insert(tool_keys).values(kid=kid, private_pem=pem, created_at=self._clock()))
            if connection.execute(select(secrets_kept.c.name)).first() is None:
                connection.execute(insert(secrets_kept).values(name="placement", value=secrets.token_hex(32)))

    def kept_secret(self, name: str) -> bytes:
        """A secret that is never retired. Raises `Unavailable("tool-without-key")` before the first `db upgrade`."""
        with self._database.read() as connection:
            value = connection.execute(select(secrets_kept.c.value).where(secrets_kept.c.name == name)).scalar()
        if value is None:
            raise Unavailable("tool-without-key")
        return bytes.fromhex(value)

    def signing_key(self) -> ToolKey:
        """The newest of our keys."""
        return self.tool_keys()[0]

    def tool_keys(self) -> list[ToolKey]:
        """All our keys, newest first. A key is parsed once per process.

        Raises `Unavailable("tool-without-key")` before the first `db upgrade`.
        """
        with self._database.read() as connection:
            rows = connection.execute(select(tool_keys).order_by(tool_keys.c.created_at.desc())).all()
        if not rows:
            raise Unavailable("tool-without-key")
        with self._lock:
            for row in rows:
                if row.kid not in self._keys:
                    self._keys[row.kid] = load_key(row.kid, row.private_pem)
        return [self._keys[row.kid] for row in rows]


def _find(connection: Connection, issuer: str, client_id: str | None) -> AnyRow | None:
    statement = select(registrations).where(registrations.c.issuer == issuer)
    if client_id is not None:
        return connection.execute(statement.where(registrations.c.client_id == client_id)).first()
    rows = connection.execute(statement.limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def _by_id(connection: Connection, registration_id: int) -> AnyRow | None:
    return connection.execute(select(registrations).where(registrations.c.id == registration_id)).first()


def _registration(row: AnyRow) -> Registration:
    return Registration(
        id=row.id,
        issuer=row.issuer,
        client_id=row.client_id,
        name=row.name,
        auth_url=row.auth_url,
        token_url=row.token_url,
        jwks_url=row.jwks_url,
        active=row.active,
    )
