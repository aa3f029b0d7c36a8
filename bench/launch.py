"""How many launches a second, how long each takes, and what it costs the processor.

    python -m bench.launch                      # the tool alone, on SQLite, eight pupils at once
    python -m bench.launch --at-once 1 8 32 --launches 2000 --rounds 5

A new pupil each time. The logins of a round come first and the platform signs its tokens, off the clock; on the clock
is a launch from the post of its token to the answer of the page of the exercise. What logins take is told beside it.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench.contestants import Contestant, Login, Page
from bench.fake_platform import platform_serving
from bench.load import speak
from bench.tool import tool_serving
from lti_tool.demo_lms.keys import PlatformKey

WARM_UP = 400
"""Launches before the first round: what is read once is read, by each worker."""


@dataclass(frozen=True, slots=True)
class Launches:
    """A round of launches, and the logins before it."""

    per_second: float
    cpu_ms: float
    """Of the server, for each launch without its login."""
    latencies_ms: tuple[float, ...]
    """Of each launch, the shortest first."""
    login_ms: float
    """Wall-clock time for each login, at the same concurrency."""
    login_cpu_ms: float

    def percentile(self, share: float) -> float:
        """The latency, in ms, that this share of the launches does not exceed."""
        return self.latencies_ms[min(int(len(self.latencies_ms) * share), len(self.latencies_ms) - 1)]

    def __str__(self) -> str:
        times = "  ".join(f"p{share * 100:.0f} {self.percentile(share):6.1f}" for share in (0.5, 0.95, 0.99))
        login = f"(login {self.login_ms:.2f} ms, {self.login_cpu_ms:.2f} ms CPU)"
        return f"{self.per_second:6.0f} launches/s  {self.cpu_ms:5.2f} ms CPU  {times} ms  {login}"


def launch_round(
    contestant: Contestant, pupils: Iterator[int], *, count: int, at_once: int
) -> tuple[Launches, list[Page]]:
    """Launch `count` new pupils, `at_once` at a time; the figures, and the pages they got."""
    newcomers = list(itertools.islice(pupils, count))
    server = contestant.server
    logins = [Login(pupil) for pupil in newcomers]
    login_seconds = login_cpu = 0.0
    if contestant.has_login:
        cpu = server.cpu_seconds()
        login_seconds, answered = speak(server.port, map(contestant.login, newcomers), at_once=at_once)
        login_cpu = server.cpu_seconds() - cpu
        logins = [talk.result for talk in answered]
    tokens = [contestant.platform.id_token(login.pupil, login.nonce) for login in logins]
    talks = [contestant.launch(login, token) for login, token in zip(logins, tokens, strict=True)]
    cpu = server.cpu_seconds()
    seconds, launched = speak(server.port, talks, at_once=at_once)
    cpu = server.cpu_seconds() - cpu
    figures = Launches(
        per_second=count / seconds,
        cpu_ms=cpu / count * 1000,
        latencies_ms=tuple(sorted(talk.seconds * 1000 for talk in launched)),
        login_ms=login_seconds / count * 1000,
        login_cpu_ms=login_cpu / count * 1000,
    )
    return figures, [talk.result for talk in launched]


def measure(
    contestant: Contestant, pupils: Iterator[int], *, concurrencies: Sequence[int], count: int, rounds: int
) -> dict[int, list[Launches]]:
    """Rounds at each concurrency, one after the other."""
    launch_round(contestant, pupils, count=WARM_UP, at_once=8)
    found: dict[int, list[Launches]] = {at_once: [] for at_once in concurrencies}
    for _ in range(rounds):
        for at_once in concurrencies:
            found[at_once].append(launch_round(contestant, pupils, count=count, at_once=at_once)[0])
    return found


def main() -> None:
    """Measure the tool alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-once", type=int, nargs="+", default=[8], help="concurrencies")
    parser.add_argument("--launches", type=int, default=1000, help="launches a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", default="", help="SQLAlchemy address of an empty database; none: a SQLite file")
    options = parser.parse_args()
    key = PlatformKey.new()
    with (
        tempfile.TemporaryDirectory() as folder,
        platform_serving(key, Path(folder)) as platform_url,
        tool_serving(Path(folder), platform_url, key, database_url=options.database) as tool,
    ):
        rounds = measure(
            tool, itertools.count(1000), concurrencies=options.at_once, count=options.launches, rounds=options.rounds
        )
        for at_once, figures in rounds.items():
            for one in figures:
                click.echo(f"{at_once:>3} at once  {one}")
            click.echo(f"{statistics.median(one.per_second for one in figures):18.0f} launches/s, median")
        click.echo(f"memory {tool.server.pss_mb():.0f} MB PSS")


if __name__ == "__main__":
    main()
