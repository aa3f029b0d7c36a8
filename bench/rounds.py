"""Measures servers in turn, round by round, and makes medians of it.

A machine is not equally fast all the time: a figure is the median of its rounds, a ratio the median of the ratios of
each round, in which the servers came one right after the other.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bench.contestants import Contestant, Grading
from bench.grades import Grades, grades_round, idle_milliseconds
from bench.launch import WARM_UP, Launches, launch_round

CONCURRENCIES = (1, 8, 32)
USUAL = 8
"""The concurrency at which targets are set, and grades are handed in."""

C = TypeVar("C", bound=Contestant)
R = TypeVar("R")
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is measured: per round, and how many rounds."""

    launches: int
    rounds: int
    grades: int
    idle: int
    drain_rows: int
    people: int


# A round lasts a second and more: in a short one, one worker may have got most of it.
FULL = Counts(launches=600, rounds=5, grades=400, idle=30, drain_rows=10_000, people=200_000)
QUICK = Counts(launches=24, rounds=1, grades=12, idle=2, drain_rows=500, people=300)

_numbers = itertools.count(1000)


def new_pupils() -> Iterator[int]:
    """People whom nobody has seen yet."""
    return _numbers


def compare_launches(
    contestants: Sequence[Contestant], counts: Counts, *, concurrencies: Sequence[int] = CONCURRENCIES
) -> dict[str, Any]:
    """Launches at each concurrency: the figures by server, and by how much the first server is faster than each."""
    for contestant in contestants:
        launch_round(contestant, new_pupils(), count=min(WARM_UP, counts.launches), at_once=USUAL)

    def measure(at_once: int) -> Callable[[Contestant], Launches]:
        return lambda one: launch_round(one, new_pupils(), count=counts.launches, at_once=at_once)[0]

    found = {at_once: _in_turn(contestants, counts, measure(at_once)) for at_once in concurrencies}
    return {
        one.name: {
            str(at_once): _launch_figures(rounds[one.name], rounds[contestants[0].name])
            for at_once, rounds in found.items()
        }
        for one in contestants
    }


def _launch_figures(rounds: Sequence[Launches], first: Sequence[Launches]) -> Figures:
    return {
        "per_second": _median(one.per_second for one in rounds),
        "p50_ms": _median(one.percentile(0.5) for one in rounds),
        "p95_ms": _median(one.percentile(0.95) for one in rounds),
        "p99_ms": _median(one.percentile(0.99) for one in rounds),
        "cpu_ms": _median(one.cpu_ms for one in rounds),
        "login_ms": _median(one.login_ms for one in rounds),
        "login_cpu_ms": _median(one.login_cpu_ms for one in rounds),
        "first_is_faster_by": _median(
            mine.per_second / one.per_second for mine, one in zip(first, rounds, strict=True)
        ),
    }


def compare_grades(contestants: Sequence[Grading], counts: Counts) -> dict[str, Figures]:
    """Grades: one by one when nothing else goes on, then as many as there come."""
    # One by one first: several that want ltijs's first access token at once end in an error of its database.
    idle = {one.name: idle_milliseconds(one, new_pupils(), count=counts.idle) for one in contestants}

    def measure(contestant: Grading) -> Grades:
        return grades_round(contestant, new_pupils(), count=counts.grades, at_once=USUAL)

    found = _in_turn(contestants, counts, measure)
    first = found[contestants[0].name]
    return {
        one.name: {
            "per_second": _median(grades.per_second for grades in found[one.name]),
            "cpu_ms": _median(grades.cpu_ms for grades in found[one.name]),
            "idle_median_ms": _median(idle[one.name]),
            "first_is_faster_by": _median(
                mine.per_second / grades.per_second for mine, grades in zip(first, found[one.name], strict=True)
            ),
        }
        for one in contestants
    }


def _in_turn(contestants: Sequence[C], counts: Counts, measure: Callable[[C], R]) -> dict[str, list[R]]:
    """A round of each, and again, every other time the other way round."""
    found: dict[str, list[R]] = {one.name: [] for one in contestants}
    for number in range(counts.rounds):
        for one in contestants if number % 2 == 0 else reversed(contestants):
            found[one.name].append(measure(one))
    return found


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 3)
