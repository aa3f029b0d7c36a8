"""What the benchmarks promise, and say of a run."""

from __future__ import annotations

import pytest

from bench.report import judge, print_report

VERSIONS = {"python": "3", "commit": "abc", "date": "today"}
MACHINE = {"processor": "?", "cores": 2, "memory_gb": 1, "load_before": 0.1, **VERSIONS}
LAUNCH = {
    "per_second": 400.0,
    "p50_ms": 10.0,
    "p95_ms": 20.0,
    "p99_ms": 30.0,
    "cpu_ms": 2.0,
    "login_ms": 1.0,
    "login_cpu_ms": 1.0,
    "first_is_faster_by": 1.0,
}


def test_only_what_was_measured_is_judged() -> None:
    assert [one["name"] for one in judge({"memory_mb": {"traam-lti": 100}})] == ["memory, MB"]


@pytest.mark.parametrize(("slower", "met"), [(3.1, True), (2.9, False)])
def test_a_promise_is_kept_or_not(slower: float, met: bool) -> None:
    results = {"launch": {"ltijs": {"8": {**LAUNCH, "first_is_faster_by": slower}}}}
    assert [(one["name"], one["met"]) for one in judge(results)] == [("launches, × ltijs", met)]


def test_the_report_says_what_is_on_the_clock_and_what_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    results = {
        "machine": MACHINE,
        "database": "sqlite",
        "launch": {"traam-lti": {"8": LAUNCH}},
        "statements": {"traam-lti": 5.0},
        "left_out": {"ltijs": "node and npm are not installed"},
    }
    print_report({**results, "targets": judge(results)})
    said = " ".join(capsys.readouterr().out.split())
    assert "from the post of its token to the answer of the page" in said
    assert "ltijs: node and npm are not installed" in said
