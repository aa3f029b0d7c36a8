"""Where a launch arrives: which deployment, which course, which link, which person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.db import AnyRow, insert_or_find
from lti_tool.errors import Refused
from lti_tool.lti.claims import AGSEndpoint, LaunchMessage
from lti_tool.lti.registration import Registration
from lti_tool.platforms.models import deployments, registrations


@dataclass(frozen=True, slots=True)
class Arrival:
    """The rows of a launch, by their ids."""

    deployment_id: int
    person_id: int
    context_id: int
    link_id: int
    link_is_new: bool


def arrive(connection: Connection, registration: Registration, message: LaunchMessage, now: datetime) -> Arrival:
    """Find the rows that a launch names and make those that are missing: one statement when all are known.

    Raises `Refused("deployment-unknown")` or `Refused("deployment-pending")`.
    """
    known = _known(connection, registration, message)
    if known is None:
        raise Refused("deployment-unknown")
    if not known.active:
        raise Refused("platform-inactive")
    if known.state != "accepted":
        raise Refused("deployment-pending")
    person_id = known.person_id or _insert_person(connection, registration, message, now)
    context_id = known.context_id or _insert_context(connection, known.deployment_id, message)
    ags = _ags_columns(message.ags)
    if known.link_id is None:
        link_id = _insert_link(connection, known.deployment_id, context_id, message, now)
    else:
        link_id = known.link_id
        values = {**ags, "context_id": context_id, "title": message.link_title}
        if any(getattr(known, f"link_{name}") != value for name, value in values.items()):
            connection.execute(update(resource_links).where(resource_links.c.id == link_id).values(**values))
    if known.context_id is not None and message.context_title and known.context_title != message.context_title:
        connection.execute(update(contexts).where(contexts.c.id == context_id).values(title=message.context_title))
    return Arrival(known.deployment_id, person_id, context_id, link_id, link_is_new=known.link_id is None)


def _known(connection: Connection, registration: Registration, message: LaunchMessage) -> AnyRow | None:
    statement = (
        select(
            registrations.c.active,
            deployments.c.id.label("deployment_id"),
            deployments.c.state,
            people.c.id.label("person_id"),
            contexts.c.id.label("context_id"),
            contexts.c.title.label("context_title"),
            resource_links.c.id.label("link_id"),
            resource_links.c.title.label("link_title"),
            resource_links.c.context_id.label("link_context_id"),
            resource_links.c.ags_lineitem.label("link_ags_lineitem"),
            resource_links.c.ags_lineitems.label("link_ags_lineitems"),
            resource_links.c.ags_scopes.label("link_ags_scopes"),
        )
        .select_from(deployments)
        .join(registrations, registrations.c.id == deployments.c.registration_id)
        .outerjoin(people, and_(people.c.issuer == registrations.c.issuer, people.c.sub == message.user))
        .outerjoin(
            contexts,
            and_(contexts.c.deployment_id == deployments.c.id, contexts.c.context_key == message.context_id),
        )
        .outerjoin(
            resource_links,
            and_(resource_links.c.deployment_id == deployments.c.id, resource_links.c.link_key == message.link_id),
        )
        .where(deployments.c.registration_id == registration.id, deployments.c.deployment_id == message.deployment_id)
    )
    return connection.execute(statement).first()


def _insert_person(connection: Connection, registration: Registration, message: LaunchMessage, now: datetime) -> int:
    values = {"issuer": registration.issuer, "sub": message.user, "created_at": now}
    return insert_or_find(connection, people, ("issuer", "sub"), values)


def _insert_context(connection: Connection, deployment_id: int, message: LaunchMessage) -> int:
    values = {
        "deployment_id": deployment_id,
        "context_key": message.context_id,
        "title": message.context_title,
    }
    return insert_or_find(connection, contexts, ("deployment_id", "context_key"), values)


def _insert_link(
    connection: Connection, deployment_id: int, context_id: int, message: LaunchMessage, now: datetime
) -> int:
    values = {
        "deployment_id": deployment_id,
        "link_key": message.link_id,
        "context_id": context_id,
        "title": message.link_title,
        "created_at": now,
        **_ags_columns(message.ags),
    }
    return insert_or_find(connection, resource_links, ("deployment_id", "link_key"), values)


def _ags_columns(ags: AGSEndpoint | None) -> dict[str, str | None]:
    if ags is None:
        return {"ags_lineitem": None, "ags_lineitems": None, "ags_scopes": None}
    return {
        "ags_lineitem": ags.lineitem,
        "ags_lineitems": ags.lineitems,
        "ags_scopes": " ".join(ags.scopes),
    }


def ags_of_link(connection: Connection, link_id: int) -> AGSEndpoint | None:
    """The AGS endpoint that the last launch of a link named; None where grades have nowhere to go."""
    columns = (resource_links.c.ags_lineitem, resource_links.c.ags_lineitems, resource_links.c.ags_scopes)
    row = connection.execute(select(*columns).where(resource_links.c.id == link_id)).first()
    if row is None or not (row.ags_lineitem or row.ags_lineitems):
        return None
    return AGSEndpoint(row.ags_lineitem, row.ags_lineitems, tuple((row.ags_scopes or "").split()))
