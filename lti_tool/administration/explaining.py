"""What happened to a grade, an attempt, a link, a person or a platform, in plain words, from what is stored.

Things are named by the numbers of their rows, as in `traam grades list`: no name, no pseudonym, no answer is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import people, resource_links
from lti_tool.db import AnyRow, Database
from lti_tool.gradebook.models import deliveries, line_items, platform_health
from lti_tool.platforms.models import deployments, registrations
from lti_tool.web.texts import Text, load_texts, presentable

NUMBERED = re.compile(r"(?:(grade|link|person|platform):)?([1-9][0-9]{0,8})")
ATTEMPT = re.compile(r"[0-9a-f]{32}")
REFERENCE = re.compile(r"[0-9a-f]{8}")
ANSWERED = re.compile(r"\b([45]\d\d) ([a-z0-9-]+) reference=")
"""How `lti_tool.web.errors` writes down an error that it has answered."""

ENDINGS = {
    "refused": "The platform does not take it",
    "parked": "Sending it was given up after days in vain",
}
FINDINGS = {
    "equal": "the gradebook had the same",
    "missing": "the gradebook had it no more",
    "overridden": "somebody had changed it in the gradebook, and that is kept",
}
MANY = 20
LONGEST_LINE = 2000
OVERDUE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Explanation:
    """`about` names the thing, as in `grade:12`; `says` are sentences."""

    about: str
    says: tuple[str, ...]


class Explaining:
    """Looks up whatever an operator has an id of."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def explain(self, id: str) -> list[Explanation]:
        """All that the id may mean; nothing when no row has it.

        `12` or `grade:12`, `link:4`, `person:7`, `platform:2`, the 32 digits of an attempt, or the 8 of a reference.
        """
        found: list[Explanation] = []
        tellers = {"grade": self._grade, "link": self._link, "person": self._person, "platform": self._platform}
        with self._database.read() as connection:
            if numbered := NUMBERED.fullmatch(id):
                kind = numbered[1] or "grade"
                found += _as_list(f"{kind}:{numbered[2]}", tellers[kind](connection, int(numbered[2])))
            elif ATTEMPT.fullmatch(id):
                found += _as_list(f"attempt {id}", self._attempt(connection, id))
        if REFERENCE.fullmatch(id):
            found += _as_list(f"reference {id}", _reference(id))
        return found

    def _grade(self, connection: Connection, id: int) -> Iterator[str]:
        for row in _grades(connection, deliveries.c.id == id):
            yield from self._tell_grade(connection, row)
            yield f"In the log: `journalctl -u traam | grep -w delivery={id}`."

    def _tell_grade(self, connection: Connection, row: AnyRow) -> Iterator[str]:
        points = f"{row.score:g} of {row.maximum:g}"
        where = f"person:{row.person_id}, link:{row.link_id}, platform:{row.registration_id}"
        yield f"Grade {row.id}: {points} ({where}), handed in {_at(row.submitted_at)}."
        if row.state == "delivered":
            yield f"It was delivered {_at(row.delivered_at)}: the platform has said that it took it."
        elif row.state == "open":
            yield from self._tell_waiting(row)
            yield from self._tell_pause(connection, row.registration_id)
        else:
            yield f"{ENDINGS[row.state]}{_because(row.reason)}"
            yield f"Once that is mended: `traam grades retry {row.id}`."
        if row.finding in FINDINGS:
            yield f"Compared {_at(row.checked_at)}: {FINDINGS[row.finding]}."

    def _tell_waiting(self, row: AnyRow) -> Iterator[str]:
        late = (self._clock() - row.due_at).total_seconds()
        if row.tries:
            yield f"It waits after {row.tries} {'try' if row.tries == 1 else 'tries'} in vain{_because(row.reason)}"
        else:
            yield f"It waits to be sent{_because(row.reason)}"
        if late > OVERDUE_SECONDS:
            yield f"It has been due since {_at(row.due_at)} and nobody sends it: see `traam doctor`, and the log."
        else:
            yield f"The next try is due {_at(row.due_at)}."

    def _tell_pause(self, connection: Connection, registration_id: int) -> Iterator[str]:
        of_platform = select(platform_health).where(platform_health.c.registration_id == registration_id)
        for health in connection.execute(of_platform):
            if health.resume_at is not None and health.resume_at > self._clock():
                until = _at(health.resume_at)
                yield f"Nothing is sent to platform:{registration_id} before {until}: {health.failures} failures."
            if health.clock_lag:
                yield f"The clock of platform:{registration_id} is {health.clock_lag} s behind ours."

    def _attempt(self, connection: Connection, public_id: str) -> Iterator[str]:
        for row in connection.execute(select(attempts).where(attempts.c.public_id == public_id)):
            kind = "A teacher's trial" if row.preview else f"Attempt number {row.number}"
            link = f"link:{row.link_id}" if row.link_id else "no link"
            yield f"{kind} of person:{row.person_id}, {link}, begun {_at(row.started_at)}."
            yield f"Last saved {_at(row.saved_at)}, after {row.version} changes; {row.progress:.0%} done."
            if row.submitted_at is None:
                yield "It was not handed in: there is no grade of it."
                continue
            yield f"Handed in {_at(row.submitted_at)}: {_points(row)}."
            if row.preview or not row.link_id:
                yield "Trials are never graded."
                continue
            its = (line_items.c.link_id == row.link_id) & (deliveries.c.person_id == row.person_id)
            rows = _grades(connection, its)
            if not rows:
                yield "No grade was written down: the platform had offered no gradebook for the link."
            for grade in rows:
                yield from self._tell_grade(connection, grade)

    def _link(self, connection: Connection, id: int) -> Iterator[str]:
        its_platform = select(deployments.c.registration_id).join(
            resource_links, resource_links.c.deployment_id == deployments.c.id
        )
        for platform in connection.execute(its_platform.where(resource_links.c.id == id)):
            yield f"Link {id} is on platform:{platform.registration_id}."
            yield _sum_up("Attempts", _count(connection, attempts.c.status, attempts.c.link_id == id))
            yield from _tell_grades(connection, line_items.c.link_id == id)

    def _person(self, connection: Connection, id: int) -> Iterator[str]:
        for row in connection.execute(select(people.c.created_at).where(people.c.id == id)):
            yield f"Person {id} is known since {_at(row.created_at)}."
            yield _sum_up("Attempts", _count(connection, attempts.c.status, attempts.c.person_id == id))
            for grade in _grades(connection, deliveries.c.person_id == id)[:MANY]:
                yield from self._tell_grade(connection, grade)

    def _platform(self, connection: Connection, id: int) -> Iterator[str]:
        for row in connection.execute(select(registrations).where(registrations.c.id == id)):
            active = "trusted" if row.active else "switched off: nobody can launch from it"
            yield f"Platform {id}, {row.name} ({row.issuer}), is {active}."
            yield _sum_up("Deployments", _count(connection, deployments.c.state, deployments.c.registration_id == id))
            yield f"Its keys were last fetched {_at(row.keyset_fetched_at)}."
            yield from self._tell_pause(connection, id)
            yield from _tell_grades(connection, line_items.c.registration_id == id)


def explain_log(reference: str, lines: Iterable[str]) -> Iterator[str]:
    """What the log tells of the request with this reference: each error with its text, other lines as they are."""
    for line in lines:
        if reference not in line:
            continue
        yield presentable(line.strip(), LONGEST_LINE)
        if answered := ANSWERED.search(line):
            yield f"The answer was {answered[1]}, and the page said: {_quote(answered[2])}"


def _as_list(about: str, says: Iterable[str]) -> list[Explanation]:
    sentences = tuple(says)
    return [Explanation(about, sentences)] if sentences else []


def _reference(id: str) -> Iterator[str]:
    yield "The reference of a request: an error page shows it, and the header X-Request-ID of any answer."
    yield "What happened to it stands in the log alone:"
    yield f"  journalctl -u traam -o cat | traam explain {id} --log -"


def _grades(connection: Connection, which: ColumnElement[bool]) -> list[AnyRow]:
    wanted = select(deliveries, line_items.c.registration_id, line_items.c.link_id).join(
        line_items, line_items.c.id == deliveries.c.line_item_id
    )
    return list(connection.execute(wanted.where(which).order_by(deliveries.c.id.desc())))


def _tell_grades(connection: Connection, which: ColumnElement[bool]) -> Iterator[str]:
    joined = deliveries.join(line_items, line_items.c.id == deliveries.c.line_item_id)
    by_state = select(deliveries.c.state, func.count()).select_from(joined).where(which).group_by(deliveries.c.state)
    yield _sum_up("Grades", {row[0]: row[1] for row in connection.execute(by_state)})
    stuck = select(deliveries.c.id, deliveries.c.reason).select_from(joined).where(which)
    stuck = stuck.where(deliveries.c.state != "delivered").order_by(deliveries.c.id.desc()).limit(MANY)
    for row in connection.execute(stuck):
        yield f"Not delivered: grade:{row.id}{f' ({row.reason})' if row.reason else ''}."


def _count(connection: Connection, column: ColumnElement[str], which: ColumnElement[bool]) -> dict[str, int]:
    counted = connection.execute(select(column, func.count()).where(which).group_by(column))
    return {row[0]: row[1] for row in counted}


def _sum_up(what: str, counts: dict[str, int]) -> str:
    return f"{what}: {', '.join(f'{number} {state}' for state, number in sorted(counts.items())) or 'none'}."


def _points(row: AnyRow) -> str:
    return "without points" if row.raw is None or row.maximum is None else f"{row.raw:g} of {row.maximum:g}"


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d at %H:%M:%S} UTC" if moment else "at no time"


def _because(reason: str | None) -> str:
    return f", because of {reason}: {_quote(reason)}" if reason else "."


def _quote(id: str) -> str:
    text = load_texts().get(id, Text(id, "")).fill({})
    return f"« {' — '.join(filter(None, (text.title, text.text, text.todo)))} »"
