"""Two requests at once that want to write the same row: both succeed, and there is one row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lti_tool.cli.db import migrate
from lti_tool.db import Database
from tests.support.databases import engine_of
from tests.support.house import House
from tests.support.house_fixtures import house, house_seed

__all__ = ["house", "house_seed"]

pytestmark = pytest.mark.long

AT_ONCE = 6


def together(work: Callable[[int], Any]) -> list[Any]:
    """Do it in many threads that begin at the same moment."""
    line = threading.Barrier(AT_ONCE)

    def begin(number: int) -> Any:
        line.wait()
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(begin, range(AT_ONCE)))


COURSE = {"context": {"id": "77", "title": "Un nouveau cours"}, "resource_link": {"id": "770", "title": "Neuf"}}


@pytest.mark.parametrize("user", ["2", "3"])
def test_a_new_link_may_be_opened_by_many_at_once(house: House, user: str) -> None:
    house.launch("4", "1")
    pages = together(lambda _: house.launch(user, "1", overrides=COURSE).page.status_code)
    assert pages == [200] * AT_ONCE


def test_many_may_load_the_activities_at_once(house: House) -> None:
    offers = together(lambda _: [offer.custom for offer in house.services.placements.offers()])
    assert offers == offers[:1] * AT_ONCE


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(engine_of(tmp_path))
    migrate(made.engine)
    yield made
    made.engine.dispose()


def test_a_reader_sees_one_moment(database: Database) -> None:
    count = text("SELECT count(*) FROM kept_secret")
    with database.read() as reader:
        assert reader.execute(count).scalar() == 0
        with database.write() as writer:
            writer.execute(text("INSERT INTO kept_secret (name, value) VALUES ('a', 'b')"))
        assert reader.execute(count).scalar() == 0


def test_a_migration_does_not_wait_long_for_a_lock(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        return
    with database.write() as busy:
        busy.execute(text("LOCK TABLE alembic_version"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            migrate(database.engine)
