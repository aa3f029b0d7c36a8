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

from lti_tool.db import AnyRow, Database, again_if_overtaken
from lti_tool.errors import Refused, Unavailable, Unknown
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.registration import Registration
from lti_tool.platforms.deployments import Deployments
from lti_tool.platforms.invitations import Invitations
from lti_tool.platforms.keysets import FetchJSON, Keysets
from lti_tool.platforms.models import deployments, registrations, secrets_kept
from lti_tool.platforms.records import Records, registration_of
from lti_tool.platforms.tool_keys import ToolKeys

REMEMBERED = timedelta(seconds=5)
"""How long a registration is served from memory: a change made by another process is seen after this."""


@dataclass(frozen=True, slots=True)
class NewPlatform:
    """What an operator, or the platform itself, tells of a platform. What is None stays as it was."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    deployment_id: str | None = None
    name: str | None = None
    time_zone: str | None = None
    academie: str | None = None
    with_names: bool | None = None
    product: str | None = None
    tool_parameters: bool | None = None
    active: bool | None = True


class Platforms:
    """Registrations by key and their public keys; with them their `records`, `deployments`, `invitations`, our `keys`.

    With `accept_deployments` a new deployment of a known registration is accepted at once; `encryption_key` encrypts
    our private keys.
    """

    def __init__(
        self,
        database: Database,
        fetch: FetchJSON,
        clock: Callable[[], datetime],
        *,
        allow_loopback: bool,
        accept_deployments: bool = False,
        encryption_key: str = "",
    ) -> None:
        self._database = database
        self._clock = clock
        self._allow_loopback = allow_loopback
        self._keysets = Keysets(self, fetch, clock)
        self._remembered: dict[object, tuple[datetime, Registration]] = {}
        self._lock = threading.Lock()
        self.deployments = Deployments(database, clock, accept_all=accept_deployments)
        self.invitations = Invitations(database, clock)
        self.keys = ToolKeys(database, clock, encryption_key=encryption_key)
        self.records = Records(database, changed=self.forget)

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

    def _recall(self, key: object, load: Callable[[Connection], AnyRow | None]) -> Registration:
        now = self._clock()
        remembered = self._remembered.get(key)
        if remembered is not None and now - remembered[0] < REMEMBERED:
            return remembered[1]
        with self._database.read() as connection:
            row = load(connection)
        if row is None:
            raise Unknown("platform-unknown")
        registration = self._trusted(registration_of(row))
        with self._lock:
            self._remembered = {k: v for k, v in self._remembered.items() if now - v[0] < REMEMBERED}
            self._remembered[key] = (now, registration)
            self._remembered[registration.id] = (now, registration)
        return registration

    def _trusted(self, registration: Registration) -> Registration:
        if not registration.active:
            raise Refused("platform-inactive")
        if registration.is_loopback and not self._allow_loopback:
            raise Refused("platform-on-this-machine")
        return registration

    def now(self) -> datetime:
        """What time it is in this house."""
        return self._clock()

    def forget(self) -> None:
        """Serve no registration from memory that was read before now."""
        with self._lock:
            self._remembered = {}

    @again_if_overtaken
    def add(self, platform: NewPlatform) -> int:
        """Register a platform, or update it when (issuer, client_id) is known. Contacts nobody. Returns its id."""
        with self._database.write() as connection:
            registration_id = self.write(connection, platform)
        self.forget()
        return registration_id

    def write(self, connection: Connection, platform: NewPlatform) -> int:
        """The same in the caller's transaction; the caller says `forget` when it is committed."""
        told = {
            "name": platform.name,
            "auth_url": platform.auth_url,
            "token_url": platform.token_url,
            "jwks_url": platform.jwks_url,
            "time_zone": platform.time_zone,
            "academie": platform.academie,
            "with_names": platform.with_names,
            "product": platform.product,
            "tool_parameters": platform.tool_parameters,
            "active": platform.active,
        }
        values: dict[str, object] = {name: value for name, value in told.items() if value is not None}
        row = _find(connection, platform.issuer, platform.client_id)
        if row is None:
            key = {"issuer": platform.issuer, "client_id": platform.client_id, "created_at": self._clock()}
            values = {"name": platform.issuer, **key, **values}
            statement = insert(registrations).values(**values).returning(registrations.c.id)
            registration_id = int(connection.execute(statement).scalar_one())
        else:
            registration_id = int(row.id)
            # An académie opens activities: registering again does not change it, its page does.
            values.pop("academie", None)
            if row.jwks_url != platform.jwks_url:
                values |= {"keyset": None, "keyset_fetched_at": None}
            connection.execute(update(registrations).where(registrations.c.id == registration_id).values(**values))
        if platform.deployment_id is not None:
            self.deployments.accept(connection, registration_id, platform.deployment_id)
        return registration_id

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
            (registration_of(row), tuple(d.deployment_id for d in placed if d.registration_id == row.id))
            for row in rows
        ]

    # --- their keys

    def public_key(self, registration: Registration, kid: str) -> RSAPublicKey:
        """The key that a platform signs with; see `Keysets.find`."""
        return self._keysets.find(registration, kid)

    def count_published_keys(self, registration: Registration) -> int:
        """How many keys a platform publishes just now: it is asked anew. Raises as the outgoing door does."""
        return len(self._keysets.ask(registration))

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
        self.keys.ensure()
        with self._database.write() as connection:
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
        """The key to sign with; see `ToolKeys.signing`."""
        return self.keys.signing()

    def tool_keys(self) -> list[ToolKey]:
        """The keys of our keyset; see `ToolKeys.published`."""
        return self.keys.published()


def _find(connection: Connection, issuer: str, client_id: str | None) -> AnyRow | None:
    statement = select(registrations).where(registrations.c.issuer == issuer)
    if client_id is not None:
        return connection.execute(statement.where(registrations.c.client_id == client_id)).first()
    rows = connection.execute(statement.limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def _by_id(connection: Connection, registration_id: int) -> AnyRow | None:
    return connection.execute(select(registrations).where(registrations.c.id == registration_id)).first()
