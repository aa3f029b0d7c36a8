"""Where a launch arrives: which deployment, which course, which link, which person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import contexts, people, resource_links, roster_members
from lti_tool.contexts.roster import note_groups
from lti_tool.db import AnyRow, insert_or_find
from lti_tool.errors import Refused
from lti_tool.lti.claims import AGSEndpoint, LaunchMessage, Purpose
from lti_tool.lti.registration import Registration
from lti_tool.lti.roles import Role
from lti_tool.platforms.deployments import DeploymentState
from lti_tool.platforms.models import deployments, registrations


@dataclass(frozen=True, slots=True)
class Arrival:
    """The rows of a launch, by their ids. No link while a teacher picks; `review_person_id` only for a review.

    `academie` and `time_zone` (an IANA name) are the platform's.
    """

    deployment_id: int
    person_id: int
    context_id: int
    link_id: int | None
    link_is_new: bool
    review_person_id: int | None
    academie: str | None
    time_zone: str


_KNOWN = (
    select(
        registrations.c.active,
        registrations.c.academie,
        registrations.c.tool_parameters,
        registrations.c.time_zone,
        deployments.c.id.label("deployment_id"),
        deployments.c.state,
        people.c.id.label("person_id"),
        contexts.c.id.label("context_id"),
        contexts.c.title.label("context_title"),
        contexts.c.memberships_url.label("context_memberships_url"),
        contexts.c.history.label("context_history"),
        roster_members.c.groups.label("member_groups"),
        resource_links.c.id.label("link_id"),
        resource_links.c.title.label("link_title"),
        resource_links.c.context_id.label("link_context_id"),
        resource_links.c.ags_lineitem.label("link_ags_lineitem"),
        resource_links.c.ags_lineitems.label("link_ags_lineitems"),
        resource_links.c.ags_scopes.label("link_ags_scopes"),
    )
    .select_from(deployments)
    .join(registrations, registrations.c.id == deployments.c.registration_id)
    .outerjoin(people, and_(people.c.issuer == registrations.c.issuer, people.c.sub == bindparam("sub")))
    .outerjoin(
        contexts,
        and_(contexts.c.deployment_id == deployments.c.id, contexts.c.context_key == bindparam("course")),
    )
    .outerjoin(
        roster_members,
        and_(roster_members.c.context_id == contexts.c.id, roster_members.c.person_id == people.c.id),
    )
    .outerjoin(
        resource_links,
        and_(resource_links.c.deployment_id == deployments.c.id, resource_links.c.link_key == bindparam("link")),
    )
    .where(
        deployments.c.registration_id == bindparam("registration"),
        deployments.c.deployment_id == bindparam("deployment"),
    )
)
"""The rows of a launch that are known, in one row. Built once: building a statement costs more than running it."""

_AGS = select(resource_links.c.ags_lineitem, resource_links.c.ags_lineitems, resource_links.c.ags_scopes).where(
    resource_links.c.id == bindparam("link_id")
)


class DeploymentUnknown(Refused):
    """A verified launch from a deployment that the registration has not named yet."""


def arrive(connection: Connection, registration: Registration, message: LaunchMessage, now: datetime) -> Arrival:
    """Find the rows that a launch names and make those that are missing: one statement when all are known.

    Raises `DeploymentUnknown`, `Refused("deployment-pending")` or `Refused("deployment-refused")`.
    """
    known = _known(connection, registration, message)
    if known is None:
        raise DeploymentUnknown("deployment-unknown")
    if not known.active:
        raise Refused("platform-inactive")
    if known.state != DeploymentState.ACCEPTED:
        raise Refused(f"deployment-{known.state}")
    person_id = known.person_id or _insert_person(connection, registration, message.user, now)
    context_id = _context(connection, known, message)
    link_id = _link(connection, known, context_id, message, now) if message.purpose != Purpose.DEEP_LINKING else None
    groups = _groups_told(message)
    if groups is not None and groups != (known.member_groups or ""):
        note_groups(connection, context_id, person_id, groups)
    reviewed = message.review_user
    return Arrival(
        deployment_id=known.deployment_id,
        person_id=person_id,
        context_id=context_id,
        link_id=link_id,
        link_is_new=link_id is not None and known.link_id is None,
        review_person_id=_insert_person(connection, registration, reviewed, now) if reviewed else None,
        academie=known.academie,
        time_zone=known.time_zone,
    )


def _context(connection: Connection, known: AnyRow, message: LaunchMessage) -> int:
    """The course, brought up to date with what the launch says of it."""
    if known.context_id is None:
        return _insert_context(connection, known, message)
    context_id = int(known.context_id)
    # What a launch leaves out is not unsaid: Moodle tells the roster's address only where the tool is in use.
    told = {
        "title": message.context_title,
        "memberships_url": message.memberships_url,
        "history": _history(known, message),
    }
    news = {name: value for name, value in told.items() if value and value != getattr(known, f"context_{name}")}
    if news:
        connection.execute(update(contexts).where(contexts.c.id == context_id).values(**news))
    return context_id


def _link(connection: Connection, known: AnyRow, context_id: int, message: LaunchMessage, now: datetime) -> int:
    """The link, brought up to date with what the launch says of it."""
    if known.link_id is None:
        return _insert_link(connection, known.deployment_id, context_id, message, now)
    link_id = int(known.link_id)
    told = {**_ags_columns(message.ags), "context_id": context_id, "title": message.link_title}
    if any(getattr(known, f"link_{name}") != value for name, value in told.items()):
        connection.execute(update(resource_links).where(resource_links.c.id == link_id).values(**told))
    return link_id


def _known(connection: Connection, registration: Registration, message: LaunchMessage) -> AnyRow | None:
    named = {
        "registration": registration.id,
        "deployment": message.deployment_id,
        "sub": message.user,
        "course": _context_key(message),
        "link": message.link_id,
    }
    return connection.execute(_KNOWN, named).first()


def _groups_told(message: LaunchMessage) -> str | None:
    """The groups of a learner, comma-separated; None where the platform does not tell them."""
    told = message.custom.get("groups")
    is_learner = Role.LEARNER in message.roles and Role.TEACHER not in message.roles
    if told is None or told.startswith("$") or not is_learner:
        return None
    return ",".join(message.groups)


def _insert_person(connection: Connection, registration: Registration, user: str, now: datetime) -> int:
    values = {"issuer": registration.issuer, "sub": user, "created_at": now}
    return insert_or_find(connection, people, ("issuer", "sub"), values)


def _context_key(message: LaunchMessage) -> str:
    """The platform's identifier of the course. A launch outside any course shares nothing with another one."""
    return message.context_id or (f"link {message.link_id}" if message.link_id else f"person {message.user}")


def _history(known: AnyRow, message: LaunchMessage) -> str:
    """The courses that this one was copied from: believed only where no teacher can write the parameter."""
    return ",".join(message.history) if known.tool_parameters else ""


def _insert_context(connection: Connection, known: AnyRow, message: LaunchMessage) -> int:
    values = {
        "deployment_id": known.deployment_id,
        "context_key": _context_key(message),
        "title": message.context_title,
        "memberships_url": message.memberships_url,
        "history": _history(known, message),
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
    row = connection.execute(_AGS, {"link_id": link_id}).first()
    if row is None or not (row.ags_lineitem or row.ags_lineitems):
        return None
    return AGSEndpoint(row.ags_lineitem, row.ags_lineitems, tuple((row.ags_scopes or "").split()))
