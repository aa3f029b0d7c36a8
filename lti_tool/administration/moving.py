"""Platforms that change: a site gets another address, or its tool is added anew. People keep their work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from lti_tool.administration.folding import fold, repoint
from lti_tool.administration.models import admin_sessions
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.db import AnyRow, Database
from lti_tool.errors import Conflict, Invalid, NotFound
from lti_tool.gradebook.models import line_items
from lti_tool.launches.models import launch_sessions
from lti_tool.platforms.deployments import DeploymentState
from lti_tool.platforms.models import deployments, registrations

ADDRESSES = ("auth_url", "token_url", "jwks_url")


@dataclass(frozen=True, slots=True)
class NewAddresses:
    """Where a platform is now. An address that is None is the old one with the issuer's part replaced."""

    issuer: str
    auth_url: str | None = None
    token_url: str | None = None
    jwks_url: str | None = None


class Moving:
    """Merges and moves platforms, each in one transaction. `changed` is told afterwards."""

    def __init__(self, database: Database, *, changed: Callable[[], None]) -> None:
        self._database = database
        self._changed = changed

    def merge(self, old: int, new: int, *, deployment_id: str | None = None) -> None:
        """Give the people, courses, links, attempts and grades of one registration to another, and delete it.

        Its deployments go into the one of the same id, else into `deployment_id`, else into the only accepted one of
        `new`. Raises `NotFound("platform-not-here")`, `Invalid("merge-same")`, `Conflict("merge-shared-issuer")` and
        `Conflict("merge-without-deployment")`.
        """
        if old == new:
            raise Invalid("merge-same")
        with self._database.write(durable=True) as connection:
            before, after = _registration(connection, old), _registration(connection, new)
            if before.issuer != after.issuer:
                others = [row for row in _of_issuer(connection, before.issuer) if row.id != old]
                if others:
                    raise Conflict("merge-shared-issuer", name=others[0].name)
                _carry_people(connection, before.issuer, after.issuer)
            connection.execute(delete(launch_sessions).where(launch_sessions.c.registration_id == old))
            # Rights over the one are none over the other.
            connection.execute(delete(admin_sessions).where(admin_sessions.c.registration_id == old))
            # Their addresses name the old tool: the next launch tells the new ones.
            _forget_columns(connection, old)
            targets = _targets(connection, new, deployment_id)
            for row in _deployments(connection, old):
                target = targets.get(row.deployment_id) or targets.get(None)
                if target is None:
                    raise Conflict("merge-without-deployment")
                fold(connection, deployments, row.id, target)
            fold(connection, registrations, old, new)
        self._changed()

    def move(self, registration_id: int, to: NewAddresses) -> list[int]:
        """Change the issuer of a registration, and with it of all registrations of that site; returns their ids.

        People are (issuer, sub): they move too, and meet those whom the new issuer has already. Raises
        `NotFound("platform-not-here")` and `Conflict("move-taken")`.
        """
        with self._database.write(durable=True) as connection:
            moved = _registration(connection, registration_id)
            given = {name: getattr(to, name) for name in ADDRESSES if getattr(to, name)}
            rows = _of_issuer(connection, moved.issuer)
            for row in rows:
                taken = _find(connection, to.issuer, row.client_id)
                if taken is not None and taken.id != row.id:
                    raise Conflict("move-taken", name=taken.name, number=taken.id)
                values = {name: _moved(getattr(row, name), moved.issuer, to.issuer) for name in ADDRESSES}
                values |= given if row.id == registration_id else {}
                this = registrations.c.id == row.id
                fresh = {"issuer": to.issuer, "keyset": None, "keyset_fetched_at": None}
                connection.execute(update(registrations).where(this).values(**values, **fresh))
                _move_addresses(connection, row.id, moved.issuer, to.issuer)
            if to.issuer != moved.issuer:
                _carry_people(connection, moved.issuer, to.issuer)
        self._changed()
        return [int(row.id) for row in rows]


def _registration(connection: Connection, id: int) -> AnyRow:
    row = connection.execute(select(registrations).where(registrations.c.id == id)).first()
    if row is None:
        raise NotFound("platform-not-here")
    return row


def _of_issuer(connection: Connection, issuer: str) -> list[AnyRow]:
    statement = select(registrations).where(registrations.c.issuer == issuer).order_by(registrations.c.id)
    return list(connection.execute(statement).all())


def _find(connection: Connection, issuer: str, client_id: str) -> AnyRow | None:
    key = (registrations.c.issuer == issuer) & (registrations.c.client_id == client_id)
    return connection.execute(select(registrations).where(key)).first()


def _carry_people(connection: Connection, old: str, new: str) -> None:
    for row in connection.execute(select(people).where(people.c.issuer == old)).all():
        repoint(connection, people, row, {"issuer": new})


def _deployments(connection: Connection, registration_id: int) -> list[AnyRow]:
    statement = select(deployments).where(deployments.c.registration_id == registration_id).order_by(deployments.c.id)
    return list(connection.execute(statement).all())


def _targets(connection: Connection, registration_id: int, chosen: str | None) -> dict[str | None, int]:
    """The deployments of a registration by id; under None, the one for all others."""
    rows = _deployments(connection, registration_id)
    targets: dict[str | None, int] = {row.deployment_id: row.id for row in rows}
    accepted = [row.id for row in rows if row.state == DeploymentState.ACCEPTED]
    rest = targets.get(chosen) if chosen is not None else accepted[0] if len(accepted) == 1 else None
    return targets if rest is None else {**targets, None: rest}


def _forget_columns(connection: Connection, registration_id: int) -> None:
    here = line_items.c.registration_id == registration_id
    connection.execute(update(line_items).where(here).values(url=None, container_url=None, making_until=None))
    nothing = {"ags_lineitem": None, "ags_lineitems": None, "ags_scopes": None}
    mine = select(deployments.c.id).where(deployments.c.registration_id == registration_id)
    connection.execute(update(resource_links).where(resource_links.c.deployment_id.in_(mine)).values(**nothing))
    connection.execute(update(contexts).where(contexts.c.deployment_id.in_(mine)).values(memberships_url=None))


def _move_addresses(connection: Connection, registration_id: int, old: str, new: str) -> None:
    """The services of a site that has moved are where they were, under the new address."""
    mine = select(deployments.c.id).where(deployments.c.registration_id == registration_id)
    places = (
        (line_items, line_items.c.registration_id == registration_id, ("url", "container_url")),
        (resource_links, resource_links.c.deployment_id.in_(mine), ("ags_lineitem", "ags_lineitems")),
        (contexts, contexts.c.deployment_id.in_(mine), ("memberships_url",)),
    )
    for table, here, names in places:
        for row in connection.execute(select(table).where(here)).all():
            values = {name: _moved(getattr(row, name), old, new) for name in names if getattr(row, name)}
            if values:
                connection.execute(update(table).where(table.c.id == row.id).values(**values))


def _moved(address: str, old: str, new: str) -> str:
    inside = address == old or address.startswith(old.rstrip("/") + "/")
    return new.rstrip("/") + address.removeprefix(old.rstrip("/")) if inside else address
