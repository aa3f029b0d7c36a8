"""What a run has found, against what is promised, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.size import ATTEMPTS_EACH

Results = dict[str, Any]

ON_THE_CLOCK = (
    "A launch is measured from the post of its token to the answer of the page of an exercise of eight blanks, a new "
    "pupil each time. Its login (of which the floor has none) and the platform's signing come before and are not on "
    "the clock; ltijs redirects to its page, and both answers are. CPU: of the server's own processes, without "
    "PostgreSQL's."
)


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is promised: at least or at most a bound."""

    name: str
    at_least: bool
    bound: float
    find: Callable[[Results], float]
    """Raises `KeyError` when the run has not measured it."""

    def judged(self, results: Results) -> dict[str, Any] | None:
        """Whether it is met; None when it was not measured."""
        try:
            value = self.find(results)
        except KeyError:
            return None
        met = value >= self.bound if self.at_least else value <= self.bound
        return {"name": self.name, "value": value, "at_least" if self.at_least else "at_most": self.bound, "met": met}


TOOL = "traam-lti"
TARGETS = (
    Target("launches, × ltijs", True, 3, lambda r: r["launch"]["ltijs"]["8"]["first_is_faster_by"]),
    Target("launches, × the floor", True, 0.45, lambda r: r["launch"]["floor"]["8"]["first_is_faster_by"]),
    Target("CPU of a launch, ms", False, 2.6, lambda r: r["launch"][TOOL]["8"]["cpu_ms"]),
    Target("launch, p99, ms", False, 150, lambda r: r["launch"][TOOL]["8"]["p99_ms"]),
    Target("grades, × ltijs", True, 0.8, lambda r: r["grades"]["ltijs"]["first_is_faster_by"]),
    Target("grade when idle, median, ms", False, 50, lambda r: r["grades"][TOOL]["idle_median_ms"]),
    Target("outbox on PostgreSQL, a second", True, 1500, lambda r: r["drain"]["postgresql"]["outbox, 4 workers"]),
    Target("memory, MB", False, 120, lambda r: r["memory_mb"][TOOL]),
    Target(
        "launch when full, times empty", False, 1.3, lambda r: r["size"]["launch"]["full"]["8"]["first_is_faster_by"]
    ),
    Target("grade when full, times empty", False, 1.3, lambda r: r["size"]["grades"]["full"]["first_is_faster_by"]),
)


def judge(results: Results) -> list[dict[str, Any]]:
    """Every target that the run has measured."""
    return [judged for target in TARGETS if (judged := target.judged(results))]


def print_report(results: Results) -> None:
    """Print what there is."""
    console = Console()
    for part in (_heading(results), *_beside_others(results), *_by_size(results), *_drained(results), *_last(results)):
        console.print(part, highlight=False)


def _heading(results: Results) -> str:
    machine = results["machine"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, Python {machine['python']}, "
        f"{machine['date']}, commit {machine['commit']}; the tool on {results['database']}; "
        f"load {machine['load_before']} before it began"
    )


def _beside_others(results: Results) -> Iterator[Table | str]:
    if "launch" in results:
        yield _launch_table("Launches", results["launch"])
        yield ON_THE_CLOCK
        yield "SQL statements a launch: " + _listed(results["statements"])
    if "grades" in results:
        yield _grade_table("Grades, from « Terminer » to the platform", results["grades"])
    if "memory_mb" in results:
        yield "Memory after load (PSS of all processes), MB: " + _listed(results["memory_mb"])


def _by_size(results: Results) -> Iterator[Table]:
    if "size" in results:
        people = results["size"]["people"]
        beside = f"beside nobody, and beside {people:,} people with {people * ATTEMPTS_EACH:,} attempts"
        yield _launch_table(f"Launches {beside}", results["size"]["launch"])
        yield _grade_table(f"Grades {beside}", results["size"]["grades"])


def _drained(results: Results) -> Iterator[Table]:
    if "drain" in results:
        table = _table("Outbox, drained into a platform that costs nothing", "", *results["drain"])
        for name in results["drain"]["sqlite"]:
            table.add_row(name, *(f"{rates[name]:,}/s" for rates in results["drain"].values()))
        yield table


def _last(results: Results) -> Iterator[Table | str]:
    for name, reason in results["left_out"].items():
        yield f"Left out: {name}: {reason}"
    table = _table("What is promised", "", "found", "promised", "")
    for one in results["targets"]:
        promised = f"≥ {one['at_least']:g}" if "at_least" in one else f"≤ {one['at_most']:g}"
        table.add_row(one["name"], f"{one['value']:.2f}", promised, "yes" if one["met"] else "no")
    yield table


def _listed(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {figure:g}" for name, figure in figures.items())


LAUNCH_COLUMNS = ("at once", "launches/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "login CPU ms", "first is × faster")


def _launch_table(title: str, launches: dict[str, Any]) -> Table:
    table = _table(title, "", *LAUNCH_COLUMNS)
    for name, by_concurrency in launches.items():
        for at_once, one in by_concurrency.items():
            times = (f"{one[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms"))
            costs = (f"{one['cpu_ms']:.2f}", f"{one['login_cpu_ms']:.2f}", f"{one['first_is_faster_by']:.2f}")
            table.add_row(name, at_once, f"{one['per_second']:.0f}", *times, *costs)
    return table


def _grade_table(title: str, grades: dict[str, Any]) -> Table:
    table = _table(title, "", "grades/s", "CPU ms", "when idle, median ms", "first is × faster")
    for name, one in grades.items():
        costs = (f"{one['cpu_ms']:.2f}", f"{one['idle_median_ms']:.1f}", f"{one['first_is_faster_by']:.2f}")
        table.add_row(name, f"{one['per_second']:.0f}", *costs)
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(first, title=title, title_justify="left")
    for other in others:
        table.add_column(other, justify="right")
    return table
