"""`python -m bench --quick`: it runs from end to end, and its JSON has what others read."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bench.servers import PROJECT

pytestmark = pytest.mark.long

LAUNCH = {"per_second", "p50_ms", "p95_ms", "p99_ms", "cpu_ms", "login_ms", "login_cpu_ms", "first_is_faster_by"}
GRADES = {"per_second", "cpu_ms", "idle_median_ms", "first_is_faster_by"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("bench") / "results.json"
    command = [sys.executable, "-m", "bench", "--quick", "--out", str(out)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def contestants(results: dict[str, Any]) -> set[str]:
    """Who is there: ltijs needs npm and PostgreSQL, and the run says so where they are missing."""
    return {"traam-lti"} if "ltijs" in results["left_out"] else {"traam-lti", "ltijs"}


def test_launches_are_measured_beside_the_floor_and_ltijs(results: dict[str, Any]) -> None:
    assert set(results["launch"]) == contestants(results) | {"floor"}
    for by_concurrency in results["launch"].values():
        assert set(by_concurrency) == {"1", "8", "32"}
        assert all(set(figures) == LAUNCH for figures in by_concurrency.values())


def test_grades_are_measured_beside_ltijs(results: dict[str, Any]) -> None:
    assert set(results["grades"]) == contestants(results)
    assert all(set(figures) == GRADES for figures in results["grades"].values())


def test_statements_and_memory_are_measured(results: dict[str, Any]) -> None:
    assert 0 < results["statements"]["traam-lti"] <= 8
    assert results["memory_mb"]["traam-lti"] > 0


def test_the_outbox_is_drained_by_one_worker_and_by_four(results: dict[str, Any]) -> None:
    assert set(results["drain"]["sqlite"]) == {
        "outbox, 1 workers",
        "outbox, 4 workers",
        "delivery, 1 workers",
        "delivery, 4 workers",
    }


def test_a_full_database_is_measured_beside_an_empty_one(results: dict[str, Any]) -> None:
    assert set(results["size"]["launch"]) == set(results["size"]["grades"]) == {"empty", "full"}


def test_the_machine_is_named(results: dict[str, Any]) -> None:
    assert {"processor", "cores", "memory_gb", "python", "commit", "date"} <= set(results["machine"])
