"""What the official JavaScript really answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from h5p_exports.scoring import Score, score, score_line

GOLDEN = Path(__file__).parents[2] / "golden" / "h5p_scoring_a.json"
CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
COMPOUND = [case for case in CASES if "expected_children" in case]


def as_golden(identifier: str | None, result: Score) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "subContentId": identifier,
        "raw": result.raw,
        "max": result.max,
        "success": result.success,
    }
    return shown | ({"children": [as_golden(*child) for child in result.children]} if result.children else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_score_is_that_of_the_official_player(case: dict[str, Any]) -> None:
    assert json.dumps(score_line(case)) == json.dumps(case["expected"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
@pytest.mark.parametrize("version", ["0.7", "1.99"])
def test_any_minor_version_is_scored_alike(case: dict[str, Any], version: str) -> None:
    library = f"{case['library'].split(' ')[0]} {version}"

    assert score_line(case | {"library": library}) == case["expected"]


@pytest.mark.parametrize("case", COMPOUND, ids=lambda case: case["id"])
def test_the_scores_inside_are_those_of_the_official_player(case: dict[str, Any]) -> None:
    result = score(case["library"], case["params"], case["response"], children=case["children"])

    # Those of a set shown in another order are reported in that order.
    children = [as_golden(*child) for child in result.children]
    assert sorted(map(repr, children)) == sorted(map(repr, case["expected_children"]))
