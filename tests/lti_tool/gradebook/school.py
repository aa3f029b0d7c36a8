"""A course with a gradebook on a platform that is only an object: what the tests of the gradebook stand on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.db import AnyRow, Database, metadata
from lti_tool.errors import ToolError
from lti_tool.gradebook.delivery import Delivery
from lti_tool.gradebook.models import deliveries, delivery_leases, line_items, platform_health
from lti_tool.gradebook.service import DeliveryStatus, Gradebook
from lti_tool.lti.ags import Result, ScoreAnswer, ScorePost
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.lti.registration import Registration
from lti_tool.platforms.models import deployments, registrations
from tests.support.databases import engine_of

NOW = datetime(2026, 11, 25, 10, 0, 0, tzinfo=UTC)
PUPILS = (1, 2, 3)
LINK = 1
COLUMN = "https://moodle.example/lineitems/7/lineitem?type_id=3"
COLUMNS = "https://moodle.example/lineitems?type_id=3"
ENDPOINT = AGSEndpoint(COLUMN, COLUMNS, ("score", "results", "lineitem"))
MOODLE = Registration(
    1,
    "https://moodle.example",
    "client",
    "Moodle",
    "https://moodle.example/auth",
    "https://moodle.example/token",
    "https://moodle.example/certs",
)


@dataclass
class Clock:
    """Time that moves when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


Answer = int | ScoreAnswer | ToolError | RuntimeError


@dataclass
class FakeLMS:
    """A platform's grade service; answers come from `answers`, then 200. Also the port that hands the service out."""

    answers: list[Answer] = field(default_factory=list)
    results_found: list[Result] | ToolError = field(default_factory=list)
    column: dict[str, Result] | ToolError = field(default_factory=dict)
    found: str | None = None
    posts: list[tuple[str, ScorePost]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    reads: list[tuple[str, str]] = field(default_factory=list)
    searches: list[tuple[str, str, str]] = field(default_factory=list)
    granted: list[frozenset[str]] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None
    on_find: Callable[[], None] = lambda: None

    def ags(self, registration: Registration, granted: Collection[str]) -> FakeLMS:
        assert registration == MOODLE
        self.granted.append(frozenset(granted))
        return self

    def post_score(self, line_item_url: str, score: ScorePost) -> ScoreAnswer:
        self.posts.append((line_item_url, score))
        self.before_answer()
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return ScoreAnswer(answer, "Because") if isinstance(answer, int) else answer

    def results(self, line_item_url: str, user_id: str) -> list[Result]:
        self.reads.append((line_item_url, user_id))
        if isinstance(self.results_found, ToolError):
            raise self.results_found
        return self.results_found

    def column_results(self, line_item_url: str) -> dict[str, Result]:
        self.reads.append((line_item_url, "all"))
        if isinstance(self.column, ToolError):
            raise self.column
        return self.column

    def find_line_item(self, container_url: str, *, resource_link_id: str, resource_id: str) -> str | None:
        self.searches.append((container_url, resource_link_id, resource_id))
        self.on_find()
        return self.found

    def create_line_item(self, container_url: str, **values: Any) -> str:
        self.made.append({"container_url": container_url, **values})
        self.found = f"https://moodle.example/made/{len(self.made)}"
        return self.found

    @property
    def scores(self) -> list[float]:
        """The scores that were posted, in order."""
        return [score.score for _, score in self.posts]

    @property
    def timestamps(self) -> list[datetime]:
        """Their timestamps."""
        return [score.timestamp for _, score in self.posts]


@dataclass
class FakePlatforms:
    """Knows one platform, unless it is told to refuse it."""

    error: ToolError | None = None

    def by_id(self, registration_id: int) -> Registration:
        if self.error is not None:
            raise self.error
        assert registration_id == MOODLE.id
        return MOODLE


@dataclass
class School:
    """A database with a link and three pupils, a gradebook on it, a platform, a clock."""

    database: Database
    clock: Clock
    gradebook: Gradebook
    lms: FakeLMS = field(default_factory=FakeLMS)
    platforms: FakePlatforms = field(default_factory=FakePlatforms)

    def record(
        self, score: float, *, pupil: int = 1, comment: str | None = None, ags: AGSEndpoint | None = ENDPOINT
    ) -> None:
        """A pupil hands in."""
        with self.database.write() as connection:
            self.gradebook.record(
                connection,
                registration_id=MOODLE.id,
                link_id=LINK,
                ags=ags,
                resource_id="placement-1",
                tag="traam",
                label="Le plan",
                maximum=8,
                person_id=pupil,
                score=score,
                comment=comment,
                started_at=self.clock() - timedelta(minutes=5),
                submitted_at=self.clock(),
            )

    def deliver(self, *, limit: int = 20) -> int:
        """One round, one score after the other."""
        return one_round(Delivery(self.database, self.platforms, self.lms, self.clock, lanes=1), limit=limit)

    def status(self, pupil: int = 1) -> DeliveryStatus:
        """What became of a pupil's score."""
        with self.database.read() as connection:
            return self.gradebook.statuses(connection, LINK)[pupil]

    def row(self, pupil: int = 1) -> AnyRow:
        """The row of a pupil."""
        with self.database.read() as connection:
            return connection.execute(select(deliveries).where(deliveries.c.person_id == pupil)).one()

    def seconds_to_wait(self, pupil: int = 1) -> float:
        """How long until a pupil's score is due."""
        due: datetime = self.row(pupil).due_at
        return (due - self.clock()).total_seconds()


def one_round(delivery: Delivery, *, limit: int = 50) -> int:
    """From the claim to the last end; how many scores were taken up, 0: nothing was due."""
    try:
        return delivery.take_up(limit=limit)
    finally:
        delivery.finish()


def open_school(folder: Path) -> School:
    """A school on a fresh database."""
    database = Database(engine_of(folder))
    furnish(database)
    clock = Clock()
    return School(database, clock, Gradebook(database, clock))


def furnish(database: Database) -> None:
    """Make the tables, and the rows that a launch would have made."""
    rooms = [registrations, deployments, contexts, resource_links, people]
    tables = [*rooms, line_items, deliveries, delivery_leases, platform_health]
    metadata.create_all(database.engine, tables=tables)
    platform = {
        "id": MOODLE.id,
        "issuer": MOODLE.issuer,
        "client_id": MOODLE.client_id,
        "name": MOODLE.name,
        "auth_url": MOODLE.auth_url,
        "token_url": MOODLE.token_url,
        "jwks_url": MOODLE.jwks_url,
        "active": True,
        "created_at": NOW,
    }
    pupils = [{"id": id, "issuer": MOODLE.issuer, "sub": str(id + 2), "created_at": NOW} for id in PUPILS]
    link = {"id": LINK, "deployment_id": 1, "context_id": 1, "link_key": "11", "title": "Le plan", "created_at": NOW}
    deployment = {"id": 1, "registration_id": 1, "deployment_id": "1", "state": "accepted", "created_at": NOW}
    with database.write() as connection:
        connection.execute(insert(registrations).values(**platform))
        connection.execute(insert(deployments).values(**deployment))
        connection.execute(insert(contexts).values(id=1, deployment_id=1, context_key="2", title="SES"))
        connection.execute(insert(resource_links).values(**link))
        connection.execute(insert(people), pupils)
