"""What the filter of the PHP reference really left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from h5p_exports.semantics import filter_params, load_semantics

CASES: list[dict[str, Any]] = json.loads(Path("tests/golden/h5p_filter_a.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_the_filter_leaves_what_the_reference_leaves(case: dict[str, Any]) -> None:
    libraries = {name: load_semantics(fields) for name, fields in case.get("libraries", {}).items()}

    filtered = filter_params(load_semantics(case["semantics"]), case["params"], libraries=libraries, compatible=True)

    assert filtered.params == case["expected"]
    assert [error.code for error in filtered.errors] == case["errors"]
    assert [error.message for error in filtered.errors] == case["messages"]
