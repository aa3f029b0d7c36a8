"""How fast the outbox drains into a platform that costs nothing: what the database can do, not the LMS.

    python bench/drain.py                                      # a SQLite file
    python bench/drain.py postgresql+psycopg://…/empty         # an empty database, whose tables it makes and drops
    python bench/drain.py --rows 20000 --workers 4 --json

Each worker is a process that claims and finishes until nothing is due. Two rates: `outbox` is claiming and finishing
alone, in batches of fifty; `delivery` is everything but the network. A row that two workers claim ends it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import func, insert, select, update

from lti_tool.cli.db import migrate
from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.db import Database, make_engine, metadata
from lti_tool.gradebook import outbox
from lti_tool.gradebook.delivery import Delivery
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.lti.ags import Result, ScoreAnswer, ScorePost
from lti_tool.lti.registration import Registration
from lti_tool.platforms.models import deployments, registrations

SITE = "https://null.example"
PLATFORMS = 4
BATCH = 50
CHUNK = 1000


class NullPlatform:
    """Takes every score; also who hands it out, and who knows it."""

    def by_id(self, registration_id: int) -> Registration:
        """Any platform."""
        return Registration(registration_id, SITE, str(registration_id), "Null", SITE, SITE, SITE)

    def ags(self, _registration: Registration, _granted: Collection[str]) -> NullPlatform:
        """Itself."""
        return self

    def post_score(self, _line_item_url: str, _score: ScorePost) -> ScoreAnswer:
        """Success, at once."""
        return ScoreAnswer(200, "OK")

    def results(self, _line_item_url: str, _user_id: str) -> list[Result]:
        """Nothing."""
        return []

    def column_results(self, _line_item_url: str) -> dict[str, Result]:
        """Nothing."""
        return {}

    def find_line_item(self, container_url: str, **_values: object) -> str | None:
        """Its container."""
        return container_url

    def create_line_item(self, container_url: str, **_values: object) -> str:
        """Its container."""
        return container_url


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def furnish(url: str, rows: int) -> None:
    """Make the tables, four platforms with a column each, and so many pupils with a grade that is due."""
    database = Database(make_engine(url))
    migrate(database.engine)
    now = utc_now()
    with database.write() as connection:
        for id in range(1, PLATFORMS + 1):
            site = {"issuer": SITE, "client_id": str(id), "auth_url": SITE, "token_url": SITE, "jwks_url": SITE}
            connection.execute(insert(registrations).values(id=id, name="Null", active=True, created_at=now, **site))
            deployment = {"id": id, "registration_id": id, "deployment_id": "1", "state": "accepted"}
            connection.execute(insert(deployments).values(created_at=now, **deployment))
            connection.execute(insert(contexts).values(id=id, deployment_id=id, context_key="2", title="SES"))
            link = {"id": id, "deployment_id": id, "context_id": id, "link_key": "1", "title": "Le plan"}
            connection.execute(insert(resource_links).values(created_at=now, **link))
            column = {"id": id, "registration_id": id, "link_id": id, "resource_id": "1", "tag": "", "label": "Le plan"}
            connection.execute(insert(line_items).values(maximum=20, url=SITE, scopes="", **column))
        for start in range(1, rows + 1, CHUNK):
            ids = range(start, min(start + CHUNK, rows + 1))
            pupils = [{"id": id, "issuer": SITE, "sub": str(id), "created_at": now} for id in ids]
            connection.execute(insert(people), pupils)
            grade = {"revision": 1, "score": 12, "maximum": 20, "state": "open", "due_at": now, "tries": 0}
            connection.execute(
                insert(deliveries), [{**grade, "line_item_id": id % PLATFORMS + 1, "person_id": id} for id in ids]
            )
    database.engine.dispose()


def open_again(url: str) -> None:
    """Have every grade due once more."""
    database = Database(make_engine(url))
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="open", due_at=utc_now(), last_timestamp=0))
    database.engine.dispose()


def drain_outbox(url: str) -> list[int]:
    """Claim and finish alone."""
    database = Database(make_engine(url))
    mine: list[int] = []
    while True:
        with database.write() as connection:
            claimed = outbox.claim(connection, utc_now(), limit=BATCH)
        if not claimed:
            break
        mine += [score.id for score in claimed]
        with database.write() as connection:
            outbox.settle_delivered(connection, claimed, utc_now())
    database.engine.dispose()
    return mine


def drain_delivery(url: str) -> list[int]:
    """The whole of a delivery but the network; which rows it took it does not tell."""
    database = Database(make_engine(url))
    delivery = Delivery(database, NullPlatform(), NullPlatform(), utc_now)
    delivery.pace.per_second = float("inf")
    while delivery.round():
        pass
    delivery.close()
    database.engine.dispose()
    return []


def measure(work: Callable[[str], list[int]], url: str, *, workers: int, rows: int) -> float:
    """Rows a second. Raises `SystemExit` when a row is left, or was taken twice."""
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(abs, range(workers))  # They have started, and imported.
        began = time.perf_counter()
        taken = Counter(id for mine in pool.map(work, [url] * workers, chunksize=1) for id in mine)
        seconds = time.perf_counter() - began
    database = Database(make_engine(url))
    with database.read() as connection:
        done = connection.execute(
            select(func.count()).select_from(deliveries).where(deliveries.c.state == "delivered")
        ).scalar_one()
    database.engine.dispose()
    if done != rows or any(count > 1 for count in taken.values()):
        raise SystemExit(f"{done} of {rows} delivered, {sum(count > 1 for count in taken.values())} claimed twice")
    return rows / seconds


def drain_rates(url: str, *, rows: int, workers: Sequence[int]) -> dict[str, int]:
    """Deliveries a second on an empty database, by what is done and by how many workers. Its tables stay."""
    furnish(url, rows)
    rates = {}
    for name, work in (("outbox", drain_outbox), ("delivery", drain_delivery)):
        for count in workers:
            open_again(url)
            rates[f"{name}, {count} workers"] = round(measure(work, url, workers=count, rows=rows))
    return rates


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", help="SQLAlchemy address of an empty database; none: a SQLite file")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'drain.sqlite'}"
        try:
            figures = drain_rates(url, rows=options.rows, workers=options.workers)
        finally:
            if options.url:
                engine = make_engine(url)
                metadata.drop_all(engine)
                with engine.begin() as connection:
                    connection.exec_driver_sql("DROP TABLE alembic_version")
                engine.dispose()
    if options.json:
        click.echo(json.dumps(figures, indent=2))
        return
    for label, rate in figures.items():
        click.echo(f"{label:<24} {rate:>8} deliveries/s")


if __name__ == "__main__":
    main()
