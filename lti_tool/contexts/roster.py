"""The people of a course as its teachers see them: numbers, names, nicknames, groups.

Each function works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import context_groups, contexts, people, roster_members
from lti_tool.db import AnyRow, insert_into
from lti_tool.errors import Invalid, NotFound
from lti_tool.lti.nrps import Member, one_line
from lti_tool.lti.strings import is_clean
from lti_tool.platforms.models import deployments, registrations

LONGEST_NICKNAME = 40
LONGEST_GROUP_NAME = 40
LONGEST_FIELD = 400
AT_A_TIME = 500
"""Values in one statement: databases have a limit."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pupil:
    """Somebody who learns in a course, or did. `name` is None unless the platform's setting asks for names."""

    person_id: int
    number: int
    nickname: str | None
    name: str | None
    has_left: bool
    groups: tuple[str, ...]

    @property
    def label(self) -> str:
        """What to call the person: the teacher's nickname, else the name, else « Élève 7 »."""
        return self.nickname or self.name or f"Élève {self.number}"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a course, by the platform's key; the teacher names it."""

    key: str
    name: str | None

    @property
    def label(self) -> str:
        """The name, else « Groupe 12 »."""
        return self.name or f"Groupe {self.key}"


def pupils_of(connection: Connection, context_id: int) -> list[Pupil]:
    """The pupils of a course by number, those who left too; one statement."""
    statement = (
        select(roster_members, registrations.c.with_names)
        .join(contexts, contexts.c.id == roster_members.c.context_id)
        .join(deployments, deployments.c.id == contexts.c.deployment_id)
        .join(registrations, registrations.c.id == deployments.c.registration_id)
        .where(roster_members.c.context_id == context_id)
        .order_by(roster_members.c.number)
    )
    return [_pupil(row) for row in connection.execute(statement)]


def groups_of(connection: Connection, context_id: int, pupils: Iterable[Pupil]) -> list[Group]:
    """The groups that these pupils of a course are in, named or not."""
    keys = {key for pupil in pupils for key in pupil.groups}
    if not keys:
        return []
    columns = (context_groups.c.group_key, context_groups.c.name)
    rows = connection.execute(select(*columns).where(context_groups.c.context_id == context_id))
    names = {row.group_key: row.name for row in rows}
    found = [Group(key, names.get(key)) for key in keys]
    # Keys are numbers in Moodle: 9 before 10.
    return sorted(found, key=lambda group: (not group.name, (group.name or "").casefold(), len(group.key), group.key))


def enroll(connection: Connection, context_id: int, person_ids: Sequence[int]) -> None:
    """Give each person who has none the next number of the course, in this order. A number is kept for ever."""
    _lock(connection, context_id)
    columns = (roster_members.c.person_id, roster_members.c.number)
    rows = connection.execute(select(*columns).where(roster_members.c.context_id == context_id)).all()
    known = {row.person_id for row in rows}
    first = max((row.number for row in rows), default=0) + 1
    new = [person for person in dict.fromkeys(person_ids) if person not in known]
    values = [
        {"context_id": context_id, "person_id": person, "number": number, "status": "active"}
        for number, person in enumerate(new, first)
    ]
    for some in _chunks(values):
        connection.execute(insert(roster_members), some)


def note_groups(connection: Connection, context_id: int, person_id: int, groups: str) -> None:
    """Write down the groups (comma-separated keys) that a launch tells; who had no number gets one."""
    mine = (roster_members.c.context_id == context_id) & (roster_members.c.person_id == person_id)
    change = update(roster_members).where(mine).values(groups=groups)
    if not connection.execute(change).rowcount:
        enroll(connection, context_id, [person_id])
        connection.execute(change)


def replace_roster(
    connection: Connection, context_id: int, members: Iterable[Member], *, issuer: str, with_names: bool, now: datetime
) -> None:
    """Take over what the platform says of a course: who is there now, and, `with_names`, how they are called.

    Who is not a learner there any more is kept, and marked.
    """
    _lock(connection, context_id)
    learners = {member.user_id: member for member in members if member.is_learner}
    persons = _persons(connection, issuer, list(learners), now)
    enroll(connection, context_id, [persons[sub] for sub in learners])
    subs = {person_id: sub for sub, person_id in persons.items()}
    changes = []
    for row in connection.execute(select(roster_members).where(roster_members.c.context_id == context_id)):
        member = learners.get(subs.get(row.person_id, ""))
        name = member.name if member else row.name
        told = {"status": "active" if member else "left", "name": name if with_names else None}
        if (row.status, row.name) != (told["status"], told["name"]):
            changes.append((row.id, told))
    for member_id, told in changes:
        connection.execute(update(roster_members).where(roster_members.c.id == member_id).values(**told))
    connection.execute(update(contexts).where(contexts.c.id == context_id).values(roster_at=now))


def give_nickname(connection: Connection, context_id: int, number: int, nickname: str) -> None:
    """Call a pupil of a course so, on one line of at most 40 characters; an empty one takes the nickname away.

    Raises `Invalid("nickname-malformed")` or `NotFound("pupil-unknown")`.
    """
    called = _line(nickname, LONGEST_NICKNAME, "nickname-malformed")
    this = (roster_members.c.context_id == context_id) & (roster_members.c.number == number)
    if not connection.execute(update(roster_members).where(this).values(nickname=called or None)).rowcount:
        raise NotFound("pupil-unknown")


def name_groups(connection: Connection, context_id: int, names: Mapping[str, str]) -> None:
    """Name groups of a course by key, each on one line of at most 40 characters; an empty name takes it away.

    Raises `Invalid("group-name-malformed")`, or `NotFound("group-unknown")` for a group that nobody here is in.
    """
    known = {group.key for group in groups_of(connection, context_id, pupils_of(connection, context_id))}
    if not names.keys() <= known:
        raise NotFound("group-unknown")
    for key, name in names.items():
        called = _line(name, LONGEST_GROUP_NAME, "group-name-malformed")
        this = (context_groups.c.context_id == context_id) & (context_groups.c.group_key == key)
        connection.execute(delete(context_groups).where(this))
        if called:
            connection.execute(insert(context_groups).values(context_id=context_id, group_key=key, name=called))


def forget_names(connection: Connection) -> int:
    """Erase the names of everybody whose platform's setting does not ask for names any more; returns how many."""
    without = (
        select(contexts.c.id)
        .join(deployments, deployments.c.id == contexts.c.deployment_id)
        .join(registrations, registrations.c.id == deployments.c.registration_id)
        .where(registrations.c.with_names.is_(False))
    )
    stale = roster_members.c.name.is_not(None) & roster_members.c.context_id.in_(without)
    return connection.execute(update(roster_members).where(stale).values(name=None)).rowcount


def _pupil(row: AnyRow) -> Pupil:
    return Pupil(
        person_id=row.person_id,
        number=row.number,
        nickname=row.nickname,
        name=row.name if row.with_names else None,
        has_left=row.status == "left",
        groups=tuple(row.groups.split(",")) if row.groups else (),
    )


def _lock(connection: Connection, context_id: int) -> None:
    """One writer of a course's numbers at a time; SQLite has only one writer anyway. Launches need not wait."""
    connection.execute(select(contexts.c.id).where(contexts.c.id == context_id).with_for_update(key_share=True))


def _persons(connection: Connection, issuer: str, subs: Sequence[str], now: datetime) -> dict[str, int]:
    """The rows of these people, by `sub`; those who are missing are made."""
    for some in _chunks(subs):
        values = [{"issuer": issuer, "sub": sub, "created_at": now} for sub in some]
        connection.execute(insert_into(connection, people).on_conflict_do_nothing(), values)
    found: dict[str, int] = {}
    for some in _chunks(subs):
        wanted = select(people.c.sub, people.c.id).where(people.c.issuer == issuer, people.c.sub.in_(some))
        found |= {row.sub: row.id for row in connection.execute(wanted)}
    return found


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + AT_A_TIME] for start in range(0, len(items), AT_A_TIME))


def _line(text: str, longest: int, error: str) -> str:
    if not is_clean(text, LONGEST_FIELD):
        raise Invalid(error, longest=longest)
    line = one_line(text, LONGEST_FIELD)
    if len(line) > longest:
        raise Invalid(error, longest=longest)
    return line
