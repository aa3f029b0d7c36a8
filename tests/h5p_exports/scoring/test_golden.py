"""What the official JavaScript really answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from h5p_exports.content_types import SCORED
from h5p_exports.scoring import score_line

GOLDEN = Path(__file__).parents[2] / "golden" / "h5p_scoring_a.json"


def machine_names(case: dict[str, Any]) -> set[str]:
    libraries = [case["library"]]
    if case["library"].startswith("H5P.QuestionSet "):
        libraries += [question["library"] for question in case["params"]["questions"]]
    return {library.split(" ")[0] for library in libraries}


CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
OURS = [case for case in CASES if machine_names(case) <= set(SCORED)]
OTHERS = [case for case in CASES if not machine_names(case) <= set(SCORED)]


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_a_score_is_that_of_the_official_player(case: dict[str, Any]) -> None:
    assert score_line(case) == case["expected"]


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_any_minor_version_is_scored_alike(case: dict[str, Any]) -> None:
    library = case["library"].split(" ")[0] + " 1.99"

    assert score_line(case | {"library": library}) == case["expected"]


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case["id"])
def test_a_content_type_that_is_not_scored_is_named(case: dict[str, Any]) -> None:
    error = score_line(case)["error"]

    assert isinstance(error, dict)
    assert error["id"] == "unsupported-content-type"
    assert any(name in error["message"] for name in machine_names(case) - set(SCORED))
