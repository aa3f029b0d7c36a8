"""The same on the engines of a large site: PostgreSQL, two Celery workers on Redis, pupils in their pages.

Web processes and workers are killed, the database is restarted in order and in disorder, every key is rotated.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from lti_tool.app import make_services
from lti_tool.demo_lms import DemoActivity, DemoUser
from lti_tool.settings import Settings
from tests.faults.ordeal import MAXIMUM, Couriers, Ordeal, ordeal
from tests.support.exercise import TITLE, WORDS
from tests.support.form_browser import FormBrowser
from tests.support.postgresql import PostgreSQLServer
from tests.support.pupil_thread import Pupil
from tests.support.redis import RedisServer
from tests.support.school import School, custom_of, hand_in, stock
from tests.support.servers import ToolServer, wait_until

pytestmark = pytest.mark.long

PUPILS = 10_000
KILLS = 20
RESTARTS = {5: signal.SIGINT, 10: signal.SIGQUIT, 15: signal.SIGINT}
"""After which kills the database is stopped, and how."""

ROTATION = 8
"""After which kill the keys of both sides are rotated."""

CLASS = 100
AGAIN = 5
TABLE = 10
"""Pupils who press « Terminer » in their pages around each kill."""

FIRST_PUPIL = 100
EXERCISE = "1"
PATIENCE = 1200.0
"""Seconds from the last kill to the end."""


@dataclass
class Site:
    """The engines, the web service, the workers, and what they have to survive."""

    place: Ordeal
    server: ToolServer
    postgresql: PostgreSQLServer
    draw: random.Random
    told_nothing: int = 0
    restarts: int = 0

    def kill(self, number: int) -> None:
        """`kill -9` a Celery worker, a web worker, or all of the web service, in turn."""
        match number % 3:
            case 0:
                self.place.couriers.kill_one(self.draw.randrange(2))
            case 1:
                self.server.kill_worker(self.draw.randrange(2))
            case _:
                self.server.kill()
                self.server.start()
        self.place.kills += 1

    def restart_database(self, how: signal.Signals) -> None:
        """Stop PostgreSQL under everybody's hands, and start it."""
        self.postgresql.stop(how)
        time.sleep(0.5)
        self.postgresql.start()
        self.restarts += 1

    def record(self, grades: dict[int, float]) -> None:
        """Have the grades of many recorded, in spite of a database that was restarted."""
        while True:
            try:
                return self.place.hand_in(grades)
            except DBAPIError:
                time.sleep(0.1)

    def is_over(self) -> bool:
        """Whether all is delivered; not while the database is away."""
        try:
            return self.place.is_over()
        except DBAPIError:
            return False

    def sit(self, pupils: list[str], disaster: Callable[[], None]) -> None:
        """These pupils press « Terminer » at once, the disaster strikes; who was told nothing opens the page again."""
        school = School(self.server, self.place.lms)
        marks = {pupil: self.draw.randrange(len(WORDS) + 1) for pupil in pupils}
        table = [Pupil(school.open(pupil), mark) for pupil, mark in marks.items()]
        for pupil in table:
            pupil.start()
        time.sleep(self.draw.uniform(0, 0.5))
        disaster()
        for pupil in table:
            pupil.join()
        for id, pupil in zip(pupils, table, strict=True):
            if not pupil.was_told:
                self.told_nothing += 1
                finish(school.open(id), marks[id])
        self.place.expected |= {pupil: (float(mark), "") for pupil, mark in marks.items()}
        self.place.recorded += len(marks)


def finish(browser: FormBrowser, right: int) -> None:
    """The work is either handed in, or still to be."""
    if browser.page.name == "play":
        hand_in(browser, right)
    assert browser.page.name == "result", browser.page.text


@contextmanager
def site_in(folder: Path, *, tables: int) -> Iterator[Site]:
    """A large site, serving, with two workers, and so many tables of pupils in their pages."""
    postgresql, redis = PostgreSQLServer(crash_safe=True), RedisServer(folder)
    server = ToolServer(folder / "data")
    server.folder.mkdir()
    users = range(FIRST_PUPIL, FIRST_PUPIL + tables * TABLE)
    try:
        redis.start()
        database = postgresql.url.render_as_string(hide_password=False)
        broker = {"TRAAM_DELIVERY": "celery", "TRAAM_BROKER_URL": redis.url}
        server.settings = {"TRAAM_DATABASE_URL": database, **broker}
        stock(server)
        settings = Settings(
            base_url=server.base_url,
            data_dir=server.folder,
            database_url=database,
            delivery="celery",
            broker_url=SecretStr(redis.url),
        )
        house = make_services(settings)
        assert house.wake_ups is not None
        house.wake_ups.start()
        with ordeal(
            server,
            house,
            PUPILS - len(users),
            couriers=Couriers(server, ["--celery"]),
            activities=[DemoActivity(EXERCISE, TITLE, custom=custom_of(server)[TITLE], points=len(WORDS))],
            others=[DemoUser(str(id), f"Élève {id}", "pupil") for id in users],
            fetch=server.fetch_keyset,
        ) as place:
            server.start()
            for _ in range(2):
                place.couriers.start()
            yield Site(place, server, postgresql, random.Random(KILLS))  # noqa: S311 - The same grades at each run.
        house.wake_ups.stop(timeout=8)
    finally:
        server.stop()
        redis.stop()
        postgresql.remove()


def test_ten_thousand_grades_survive_on_postgresql_with_two_celery_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with site_in(tmp_path, tables=KILLS + len(RESTARTS)) as site:
        began = time.monotonic()
        place, draw = site.place, site.draw
        others = iter([user.id for user in place.lms.config.users if int(user.id) not in place.pupils])

        def table() -> list[str]:
            return [next(others) for _ in range(TABLE)]

        for number in range(KILLS):
            # What is recorded now is on its way when the kill comes.
            for start in range(0, len(lesson := place.pupils[number::KILLS]), CLASS):
                site.record({id: draw.randrange(MAXIMUM + 1) for id in lesson[start : start + CLASS]})
            site.sit(table(), partial(site.kill, number))
            if number in RESTARTS:
                site.sit(table(), partial(site.restart_database, RESTARTS[number]))
            if number == ROTATION:
                place.house.platforms.keys.rotate(at_once=True)
                place.lms.tokens.revoke_all()
                place.lms.rotate_key(keep_old=False)
            site.record({id: draw.randrange(MAXIMUM + 1) for id in place.pupils[number::KILLS][::AGAIN]})
        wait_until(site.is_over, what="every grade is delivered", seconds=PATIENCE)
        took = time.monotonic() - began
        figures = {
            **place.figures(),
            "handed in in pages": (KILLS + len(RESTARTS)) * TABLE,
            "told nothing": site.told_nothing,
            "database restarts": site.restarts,
            "seconds": round(took, 1),
        }
        with capsys.disabled():
            print(f"\n{figures}")
        place.hold(figures)
        place.proxy.is_on = False
        assert place.house.reconciliation.run().equal == PUPILS
