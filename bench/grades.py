"""From « Terminer » to the platform: how many grades a second arrive, and how long one takes when nothing else goes on.

The pupils are new, and have launched before the clock starts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.contestants import Grading, WrongAnswer
from bench.launch import launch_round
from bench.load import speak

PATIENCE = 60.0
"""Seconds in which the last grade has to arrive."""


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades that all arrived."""

    per_second: float
    """From the first post to the last arrival."""
    cpu_ms: float
    """Of the server, for each, submission and delivery."""


def grades_round(contestant: Grading, pupils: Iterator[int], *, count: int, at_once: int) -> Grades:
    """Have `count` new pupils hand in, `at_once` at a time, and wait until the platform has every grade."""
    _, pages = launch_round(contestant, pupils, count=count, at_once=at_once)
    talks = [contestant.submit(page) for page in pages]
    server = contestant.server
    cpu, began = server.cpu_seconds(), time.monotonic()
    speak(server.port, talks, at_once=at_once)
    arrivals = _arrivals(contestant, [page.pupil for page in pages])
    return Grades(count / (max(arrivals) - began), (server.cpu_seconds() - cpu) / count * 1000)


def idle_milliseconds(contestant: Grading, pupils: Iterator[int], *, count: int) -> list[float]:
    """From post to arrival, of pupils who hand in one by one, at moments that nobody expects."""
    _, pages = launch_round(contestant, pupils, count=count, at_once=1)
    taken = []
    for page in pages:
        time.sleep(random.uniform(0.2, 0.8))  # noqa: S311 # No secret: only not in step with what polls.
        _, [spoken] = speak(contestant.server.port, [contestant.submit(page)], at_once=1)
        [arrival] = _arrivals(contestant, [page.pupil])
        taken.append((arrival - spoken.began) * 1000)
    return taken


def _arrivals(contestant: Grading, pupils: list[int]) -> list[float]:
    """When the grades of these pupils came. Raises `WrongAnswer` if one does not."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        arrivals = contestant.platform.arrivals()
        if arrivals.keys() >= set(pupils):
            return [arrivals[pupil] for pupil in pupils]
        time.sleep(0.05)
    raise WrongAnswer(
        f"{contestant.name}: of {len(pupils)} grades, {len(set(pupils) - arrivals.keys())} did not arrive"
    )
