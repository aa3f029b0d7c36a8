"""The verdicts of the PHP reference, as it really gave them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from h5p_exports.package import check_package

GOLDEN = Path("tests/golden")
CASES: list[dict[str, Any]] = json.loads((GOLDEN / "h5p_packages_a.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["file"]))
def test_the_verdict_is_that_of_the_reference(case: dict[str, Any]) -> None:
    verdict = check_package(
        GOLDEN / "h5p_packages_a" / case["file"], installed=case["installed"], can_install=case["can_install"]
    )

    assert (verdict.valid, [error.code for error in verdict.errors]) == (case["valid"], case["errors"])
    assert [error.message for error in verdict.errors] == case["messages"]
    assert list(verdict.libraries_found) == case["libraries_found"]
