"""Many platforms at once: each has its own lanes, and one that is slow holds up nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import insert

from lti_tool.contexts.models import resource_links
from lti_tool.gradebook import delivery as delivery_module
from lti_tool.gradebook.delivery import LANES, Delivery
from lti_tool.gradebook.pace import Pace
from lti_tool.lti.ags import ScoreAnswer, ScorePost
from lti_tool.lti.registration import Registration
from lti_tool.platforms.models import deployments, registrations
from tests.lti_tool.gradebook.school import ENDPOINT, MOODLE, NOW, PUPILS, FakeLMS, School

PATIENCE = 10.0
SECOND = 2


@dataclass
class Site(FakeLMS):
    """A platform that can be held up, and counts who is there at once."""

    open: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    inside: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post_score(self, line_item_url: str, score: ScorePost) -> ScoreAnswer:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.reached.set()
        assert self.open.wait(PATIENCE)
        with self.lock:
            self.inside -= 1
            self.posts.append((line_item_url, score))
        return ScoreAnswer(200, "OK")


@dataclass
class World:
    """Two platforms, and a delivery that serves both."""

    school: School
    sites: dict[int, Site]
    delivery: Delivery

    def record(self, platform: int, pupil: int = 1) -> None:
        with self.school.database.write() as connection:
            self.school.gradebook.record(
                connection,
                registration_id=platform,
                link_id=platform,
                ags=ENDPOINT,
                resource_id="placement-1",
                tag="",
                label="",
                maximum=8,
                person_id=pupil,
                score=5,
                comment=None,
                started_at=None,
                submitted_at=None,
            )


@dataclass
class Everyone:
    """Knows both platforms, and speaks to both."""

    sites: dict[int, Site]

    def by_id(self, registration_id: int) -> Registration:
        return replace(MOODLE, id=registration_id)

    def ags(self, registration: Registration, _granted: Collection[str]) -> Site:
        return self.sites[registration.id]


@pytest.fixture
def world(school: School) -> Iterator[World]:
    second = {"issuer": "https://second.example", "client_id": "c", "name": "Second", "active": True}
    urls = {"auth_url": "https://s", "token_url": "https://s", "jwks_url": "https://s"}
    deployment = {"id": SECOND, "registration_id": SECOND, "deployment_id": "1", "state": "accepted"}
    link = {"id": SECOND, "deployment_id": SECOND, "context_id": 1, "link_key": "12", "title": "Le plan"}
    with school.database.write() as connection:
        connection.execute(insert(registrations).values(id=SECOND, created_at=NOW, **second, **urls))
        connection.execute(insert(deployments).values(created_at=NOW, **deployment))
        connection.execute(insert(resource_links).values(created_at=NOW, **link))
    sites = {1: Site(), SECOND: Site()}
    everyone = Everyone(sites)
    made = World(school, sites, Delivery(school.database, everyone, everyone, school.clock))
    yield made
    for site in sites.values():
        site.open.set()
    made.delivery.close()


def test_a_platform_that_takes_its_time_holds_up_nobody_else(world: World) -> None:
    world.record(1)
    assert world.delivery.round() == 1
    assert world.sites[1].reached.wait(PATIENCE)
    world.sites[SECOND].open.set()
    world.record(SECOND)
    assert world.delivery.round() == 1
    ends = time.monotonic() + PATIENCE
    while not world.sites[SECOND].posts and time.monotonic() < ends:
        world.delivery.round()
    assert len(world.sites[SECOND].posts) == 1
    assert world.sites[1].posts == []


def test_two_scores_at_a_time_go_to_one_platform(world: World) -> None:
    for pupil in PUPILS:
        world.record(1, pupil)
    world.delivery.round()
    assert world.sites[1].reached.wait(PATIENCE)
    world.record(1, 1)
    world.school.clock.pass_by(seconds=1)
    assert world.delivery.take_up() == 0
    world.sites[1].open.set()
    world.delivery.finish()
    assert world.sites[1].most <= LANES
    assert len(world.sites[1].posts) == len(PUPILS)


def test_what_is_under_way_ends_when_the_loop_is_closed_and_the_rest_is_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pupil in PUPILS:
        world.record(1, pupil)
    world.delivery.round()
    assert world.sites[1].reached.wait(PATIENCE)
    closing = threading.Thread(target=world.delivery.close)
    closing.start()
    world.sites[1].open.set()
    closing.join(PATIENCE)
    world.delivery.take_up()
    world.delivery.finish()
    assert {world.school.row(pupil).state for pupil in PUPILS} == {"delivered"}
    assert len(world.sites[1].posts) == len(PUPILS)


def test_more_platforms_than_there_are_threads_for_wait_for_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "PLATFORMS_AT_ONCE", 1)
    world.record(1)
    world.delivery.round()
    world.record(SECOND)
    assert world.delivery.take_up() == 0
    world.sites[1].open.set()
    world.sites[SECOND].open.set()
    world.delivery.finish()
    assert world.delivery.take_up() == 1


def test_calls_are_spread_over_the_second() -> None:
    pace = Pace(200)
    began = time.monotonic()
    for _ in range(21):
        pace.wait(1)
    assert time.monotonic() - began >= 0.1
    pace.wait(2)
