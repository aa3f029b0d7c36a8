"""The tool, the floor below it and ltijs beside it, in one run; a table, and JSON.

    make bench                            # everything
    make bench QUICK=1                    # the same with few launches, to see that it works
    python -m bench --only launch grades  # some of its parts

`docs/operate/capacity.md` says what is on the clock.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.contestants import Contestant, Grading, NotHere
from bench.drain import drain_rates
from bench.fake_platform import platform_serving
from bench.floor import floor_serving
from bench.launch import launch_round
from bench.ltijs_server import ltijs_serving
from bench.machine import describe_machine
from bench.postgresql import Databases, count_statements, databases
from bench.report import judge, print_report
from bench.rounds import FULL, QUICK, USUAL, Counts, compare_grades, compare_launches, new_pupils
from bench.servers import PROJECT
from bench.size import fill
from bench.tool import statements_a_launch, tool_serving
from lti_tool.demo_lms.keys import PlatformKey

PARTS = ("launch", "grades", "drain", "size")
OUT = PROJECT / "bench" / "results.json"


class Bench:
    """One run in `folder`. What it cannot measure here stands in `left_out`, with the reason."""

    def __init__(self, folder: Path, counts: Counts, *, server: Databases | None, on_server: bool) -> None:
        self._folder = folder
        self._counts = counts
        self._server = server
        self._on_server = on_server
        self._key = PlatformKey.new()
        self.left_out: dict[str, str] = {}

    def run(self, parts: list[str]) -> dict[str, Any]:
        """Measure these parts."""
        found: dict[str, Any] = {}
        with platform_serving(self._key, self._folder) as platform_url:
            if "launch" in parts or "grades" in parts:
                found |= self._beside_others(platform_url, parts)
            if "size" in parts:
                found["size"] = self._by_size(platform_url)
        if "drain" in parts:
            found["drain"] = self._drain()
        return found

    def _beside_others(self, platform_url: str, parts: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        with ExitStack() as stack:
            folder = self._folder / "tool"
            tool = stack.enter_context(
                tool_serving(folder, platform_url, self._key, database_url=self._database_of_the_tool())
            )
            page = self._folder / "page.html"
            _, [first] = launch_round(tool, new_pupils(), count=1, at_once=1)
            page.write_text(first.html)
            graders: list[Grading] = [tool]
            statements = {tool.name: statements_a_launch(self._folder / "count", platform_url, self._key)}
            if self._server is not None:
                database = self._server.make()
                try:
                    ltijs = stack.enter_context(ltijs_serving(self._folder, tool.platform, page, database))
                except NotHere as reason:
                    self.left_out["ltijs"] = str(reason)
                else:
                    graders.append(ltijs)
                    before = count_statements(database)
                    launch_round(ltijs, new_pupils(), count=20, at_once=1)
                    statements[ltijs.name] = (count_statements(database) - before) / 20
            if "launch" in parts:
                floor = stack.enter_context(floor_serving(self._folder, tool.platform, page))
                contestants: list[Contestant] = [tool, floor, *graders[1:]]
                found["launch"] = compare_launches(contestants, self._counts)
                found["statements"] = statements
            if "grades" in parts:
                found["grades"] = compare_grades(graders, self._counts)
            found["memory_mb"] = {one.name: round(one.server.pss_mb(), 1) for one in graders}
            found["memory_mb"][f"{tool.name}’s workers alone"] = round(tool.server.pss_mb(workers=True), 1)
        return found

    def _by_size(self, platform_url: str) -> dict[str, Any]:
        people = self._counts.people
        with ExitStack() as stack:
            tools = [
                stack.enter_context(
                    tool_serving(
                        self._folder / name,
                        platform_url,
                        self._key,
                        database_url=self._database_of_the_tool(),
                        prepare=prepare,
                        name=name,
                    )
                )
                for name, prepare in (
                    ("empty", None),
                    ("full", lambda services, platform: fill(services, platform, people_count=people)),
                )
            ]
            launches = compare_launches(tools, self._counts, concurrencies=(USUAL,))
            return {"people": people, "launch": launches, "grades": compare_grades(tools, self._counts)}

    def _drain(self) -> dict[str, dict[str, int]]:
        rows, workers = self._counts.drain_rows, (1, 4)
        found = {"sqlite": drain_rates(f"sqlite:///{self._folder / 'drain.sqlite'}", rows=rows, workers=workers)}
        if self._server is not None:
            found["postgresql"] = drain_rates(self._server.make(), rows=rows, workers=workers)
        return found

    def _database_of_the_tool(self) -> str:
        return self._server.make() if self._on_server and self._server else ""


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a few launches only: the figures mean nothing")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, help="how often each server has its turn")
    parser.add_argument("--out", type=Path, default=OUT, help="where the JSON goes")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the tool runs on")
    parser.add_argument(
        "--postgresql", default="", help="SQLAlchemy address on a server where databases may be made; none: our own"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="traam-bench-")))
        left_out = {}
        server = None
        try:
            server = stack.enter_context(databases(options.postgresql))
        except NotHere as reason:
            if options.database == "postgresql":
                parser.error(str(reason))
            left_out = {"ltijs": str(reason), "drain on PostgreSQL": str(reason)}
        counts = QUICK if options.quick else FULL
        counts = replace(counts, rounds=options.rounds or counts.rounds)
        bench = Bench(folder, counts, server=server, on_server=options.database == "postgresql")
        results: dict[str, Any] = {"machine": describe_machine(), "database": options.database}
        results |= bench.run(options.only)
        results["left_out"] = {**left_out, **bench.left_out}
    results["targets"] = judge(results)
    options.out.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    print_report(results)


if __name__ == "__main__":
    main()
