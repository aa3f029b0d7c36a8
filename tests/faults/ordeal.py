"""A class behind a faulty network whose grades are delivered by processes that are killed again and again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select

from lti_tool.app import Services
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, DemoUser, serve
from lti_tool.gradebook.models import deliveries
from lti_tool.lti.ags import LINE_ITEM, RESULT, SCORE
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.platforms.models import deployments
from tests.support.fault_proxy import FaultProxy
from tests.support.school import platform_of
from tests.support.servers import PROJECT, ToolServer, free_port

MAXIMUM = 20
LINK = "1000"
FIRST_ID = 1000


@dataclass
class Couriers:
    """Processes that deliver; one that is killed is replaced."""

    server: ToolServer
    arguments: Sequence[str] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """One more."""
        with self.server.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.support.courier", *self.arguments],
                    cwd=PROJECT,
                    env=self.server.environment,
                    stdout=log,
                    stderr=log,
                )
            )

    def kill_one(self, number: int) -> None:
        """`kill -9`, and another one in its place."""
        self._kill(self.processes.pop(number))
        self.start()

    def stop(self) -> None:
        """All of them."""
        for process in self.processes:
            self._kill(process)

    @staticmethod
    def _kill(process: subprocess.Popen[bytes]) -> None:
        assert process.poll() is None, "a courier must not end by itself"
        process.kill()
        process.wait()


@dataclass
class Ordeal:
    """A house with a class, its LMS behind the proxy, and the grades that it should have in the end."""

    house: Services
    lms: DemoLMS
    proxy: FaultProxy
    couriers: Couriers
    pupils: range
    link_id: int
    registration_id: int
    expected: dict[str, tuple[float, str]] = field(default_factory=dict)
    recorded: int = 0
    kills: int = 0
    retried: int = 0

    def hand_in(self, grades: Mapping[int, float]) -> None:
        """Record the grades of these pupils, in one transaction."""
        (item,) = (item for item in self.lms.line_items() if item.link_id == LINK)
        config = self.lms.config
        endpoint = AGSEndpoint(config.lineitem_url(item.id), config.lineitems_url, (SCORE, RESULT, LINE_ITEM))
        now = datetime.now(UTC)
        with self.house.database.write() as connection:
            for pupil, score in grades.items():
                self.house.gradebook.record(
                    connection,
                    registration_id=self.registration_id,
                    link_id=self.link_id,
                    ags=endpoint,
                    resource_id="placement-1",
                    tag="traam",
                    label="Le plan",
                    maximum=MAXIMUM,
                    person_id=pupil,
                    score=score,
                    comment=f"{score:g} points",
                    started_at=now,
                    submitted_at=now,
                )
        self.house.gradebook.wake()
        self.expected |= {str(pupil): (score, f"{score:g} points") for pupil, score in grades.items()}
        self.recorded += len(grades)

    def has_asked(self, count: int) -> bool:
        """Whether so many requests have been made."""
        return self.proxy.requests >= count

    def is_over(self) -> bool:
        """Whether all grades are delivered, as the tool believes. What was refused is sent again, as by an operator."""
        state = deliveries.c.state
        counted = select(state, func.count().label("number")).group_by(state)
        with self.house.database.read() as connection:
            states = {row.state: row.number for row in connection.execute(counted)}
        if not states.get("open"):
            self.retried += self.house.gradebook.retry()
        return states == {"delivered": len(self.expected)}

    def figures(self) -> dict[str, object]:
        """What has happened, and how the gradebook of the LMS differs from the expected one."""
        self.proxy.settle()
        found = self.found()
        return {
            "grades": self.recorded,
            "pupils": len(self.expected),
            "requests": self.proxy.requests,
            "faulty": self.proxy.faults.total(),
            "faults": {fault.name.lower(): count for fault, count in sorted(self.proxy.faults.items())},
            "kills": self.kills,
            "refused, sent again": self.retried,
            "lost": len(self.expected.keys() - found.keys()),
            "stale": sum(found[id] != self.expected[id] for id in self.expected.keys() & found.keys()),
            "invented": len(found.keys() - self.expected.keys()),
        }

    def hold(self, figures: Mapping[str, object]) -> None:
        """The gradebook of the LMS is exactly the expected one."""
        assert (figures["lost"], figures["stale"], figures["invented"]) == (0, 0, 0), figures
        assert self.found() == self.expected

    def found(self) -> dict[str, tuple[float | None, str]]:
        """The grades of the LMS."""
        return {grade.user_id: (grade.score, grade.comment) for grade in self.lms.store.grades()}


@contextmanager
def ordeal(
    server: ToolServer,
    house: Services,
    pupils: int,
    *,
    couriers: Couriers,
    activities: Sequence[DemoActivity] = (),
    others: Sequence[DemoUser] = (),
    fetch: Callable[[str], Any] | None = None,
) -> Iterator[Ordeal]:
    """A class of so many pupils whose work the test hands in; `activities` and `others` are those of its pages.

    `fetch`: how the LMS gets the keys of the tool, from the pages of the tool or, by default, from the house.
    """
    ids = range(FIRST_ID, FIRST_ID + pupils)
    port = free_port()
    with FaultProxy(port, seed=pupils) as proxy:
        config = DemoConfig(
            base_url=proxy.url,
            tool_url=server.base_url,
            activities=(DemoActivity(LINK, "Le plan", points=MAXIMUM), *activities),
            users=(*(DemoUser(str(id), f"Élève {id}", "pupil") for id in ids), *others),
        )
        lms = DemoLMS(config, fetch=fetch or (lambda _url: published_keys(house)))
        proxy.forget_tokens = lms.tokens.revoke_all
        with serve(lms, port=port):
            registration_id = house.platforms.add(platform_of(config))
            try:
                link_id = furnish(house, config, registration_id, ids)
                yield Ordeal(house, lms, proxy, couriers, ids, link_id, registration_id)
            finally:
                couriers.stop()
        lms.close()
    house.database.engine.dispose()


def published_keys(house: Services) -> dict[str, Any]:
    """The keyset of the tool."""
    return {"keys": [key.public_jwk() for key in house.platforms.keys.published()]}


def furnish(house: Services, config: DemoConfig, registration_id: int, ids: range) -> int:
    """The rows that launches would have made; the id of the link."""
    now = datetime.now(UTC)
    with house.database.write() as connection:
        here = deployments.c.registration_id == registration_id
        deployment = connection.execute(select(deployments.c.id).where(here)).scalar_one()
        course = {"deployment_id": deployment, "context_key": "2", "title": "SES"}
        context = connection.execute(insert(contexts).values(**course).returning(contexts.c.id)).scalar_one()
        link = {
            "deployment_id": deployment,
            "context_id": context,
            "link_key": LINK,
            "title": "Le plan",
            "created_at": now,
        }
        link_id = connection.execute(insert(resource_links).values(**link).returning(resource_links.c.id)).scalar_one()
        rows = [{"id": id, "issuer": config.base_url, "sub": str(id), "created_at": now} for id in ids]
        connection.execute(insert(people), rows)
    return int(link_id)
