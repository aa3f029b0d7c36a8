"""Thirty in a hundred answers of the platform are faulty, and who delivers is killed again and again.

Afterwards the platform's gradebook is exactly the expected one: no grade is lost, and none is an older one.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from lti_tool.app import Services, make_services
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, DemoUser, serve
from lti_tool.gradebook.models import deliveries
from lti_tool.lti.ags import LINE_ITEM, RESULT, SCORE
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.platforms.models import deployments
from tests.support.databases import copy_data
from tests.support.fault_proxy import FaultProxy
from tests.support.house import settings_of
from tests.support.school import platform_of, tool_in
from tests.support.servers import PROJECT, ToolServer, free_port, wait_until

MAXIMUM = 20
LINK = "1"
AGAIN = 5
"""One pupil in so many hands in a second time, while the first grades are on their way."""

CLASS = 100
FIRST_ID = 1000


@dataclass
class Couriers:
    """Processes that deliver; one that is killed is replaced."""

    server: ToolServer
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def start(self) -> None:
        """One more."""
        with self.server.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.support.courier"],
                    cwd=PROJECT,
                    env=self.server.environment,
                    stdout=log,
                    stderr=log,
                )
            )

    def kill_one(self, number: int) -> None:
        """`kill -9`, and another one in its place."""
        self._kill(self.processes.pop(number))
        self.kills += 1
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
    link_id: int
    registration_id: int
    expected: dict[str, tuple[float, str]] = field(default_factory=dict)

    def hand_in(self, grades: dict[int, float]) -> None:
        """Record the grades of these pupils, in one transaction."""
        endpoint = AGSEndpoint(
            self.lms.config.lineitem_url(self.lms.line_items()[0].id),
            self.lms.config.lineitems_url,
            (SCORE, RESULT, LINE_ITEM),
        )
        now = datetime.now(UTC)
        with self.house.database.write() as connection:
            for pupil, score in grades.items():
                comment = f"{score:g} points"
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
                    comment=comment,
                    started_at=now,
                    submitted_at=now,
                )
                self.expected[str(pupil)] = (score, comment)

    def has_posted(self, count: int) -> bool:
        """Whether so many requests have been made."""
        return self.proxy.posts >= count

    def delivered(self) -> int:
        """How many grades are delivered, as the tool believes."""
        with self.house.database.read() as connection:
            count = select(func.count()).select_from(deliveries).where(deliveries.c.state == "delivered")
            return int(connection.execute(count).scalar_one())

    def found(self) -> dict[str, tuple[float | None, str]]:
        """The grades of the LMS."""
        return {grade.user_id: (grade.score, grade.comment) for grade in self.lms.store.grades()}


@contextmanager
def ordeal(seed: Path, folder: Path, pupils: int) -> Iterator[Ordeal]:
    """A class of so many pupils."""
    copy_data(seed, folder)
    house = make_services(settings_of(folder))
    ids = range(FIRST_ID, FIRST_ID + pupils)
    port = free_port()
    with FaultProxy(port, seed=pupils) as proxy:
        config = DemoConfig(
            base_url=proxy.url,
            activities=(DemoActivity(LINK, "Le plan", points=MAXIMUM),),
            users=tuple(DemoUser(str(id), f"Élève {id}", "pupil") for id in ids),
        )
        keys = house.platforms.keys
        lms = DemoLMS(config, fetch=lambda _url: {"keys": [key.public_jwk() for key in keys.published()]})
        proxy.forget_tokens = lms.tokens.revoke_all
        with serve(lms, port=port):
            server = tool_in(folder)
            couriers = Couriers(server)
            registration_id = house.platforms.add(platform_of(config))
            try:
                link_id = furnish(house, config, registration_id, list(ids))
                yield Ordeal(house, lms, proxy, couriers, link_id, registration_id)
            finally:
                couriers.stop()
        lms.close()
    house.database.engine.dispose()


def furnish(house: Services, config: DemoConfig, registration_id: int, ids: list[int]) -> int:
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


def survive(place: Ordeal, pupils: int, *, kills: int, seconds: float) -> dict[str, object]:
    """Let everybody hand in, kill as often as asked, rotate the keys half-way, and give the figures."""
    draw = random.Random(kills)  # noqa: S311 - The same grades at each run.
    began = time.monotonic()
    ids = range(FIRST_ID, FIRST_ID + pupils)
    again = list(ids[::AGAIN])
    for _ in range(2):
        place.couriers.start()
    for start in range(0, pupils, CLASS):
        place.hand_in({id: draw.randrange(MAXIMUM + 1) for id in ids[start : start + CLASS]})
    for kill in range(kills):
        mark = pupils * (kill + 1) // (kills + 2)
        wait_until(partial(place.has_posted, mark), what=f"{mark} posts", seconds=seconds)
        place.couriers.kill_one(draw.randrange(2))
        place.hand_in({id: draw.randrange(MAXIMUM + 1) for id in again[kill::kills]})
        if kill == kills // 2:
            place.house.platforms.keys.rotate(at_once=True)
            place.lms.tokens.revoke_all()
    left = seconds - (time.monotonic() - began)
    wait_until(lambda: place.delivered() == pupils, what="every grade is delivered", seconds=left)
    took = time.monotonic() - began
    place.proxy.settle()
    found = place.found()
    return {
        "grades": pupils + len(again),
        "pupils": pupils,
        "posts": place.proxy.posts,
        "faulty": place.proxy.faults.total(),
        "faults": {fault.name.lower(): count for fault, count in sorted(place.proxy.faults.items())},
        "kills": place.couriers.kills,
        "lost": len(place.expected.keys() - found.keys()),
        "stale": sum(found[id] != place.expected[id] for id in place.expected.keys() & found.keys()),
        "invented": len(found.keys() - place.expected.keys()),
        "seconds": round(took, 1),
    }


def hold(figures: dict[str, object], place: Ordeal) -> None:
    assert (figures["lost"], figures["stale"], figures["invented"]) == (0, 0, 0), figures
    assert place.found() == place.expected


def test_three_hundred_grades_survive_three_kills(house_seed: Path, tmp_path: Path) -> None:
    with ordeal(house_seed, tmp_path / "house", pupils := 250) as place:
        figures = survive(place, pupils, kills=3, seconds=60)
        hold(figures, place)
        place.proxy.is_on = False
        assert place.house.reconciliation.run().equal == pupils


@pytest.mark.long
def test_ten_thousand_grades_survive_twenty_kills(
    house_seed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ordeal(house_seed, tmp_path / "house", pupils := 10_000) as place:
        figures = survive(place, pupils, kills=20, seconds=900)
        with capsys.disabled():
            print(f"\n{figures}")
        hold(figures, place)
