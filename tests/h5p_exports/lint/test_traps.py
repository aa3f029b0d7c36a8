"""The traps of French are problems of a package, beside what the reference would say of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from h5p_exports import formats, lint
from h5p_exports.lint import Problem, lint_package
from h5p_exports.package import write_package

BLANKS = {"text": "", "questions": ["*l’eau*"]}
MARKS = {"textField": "Un *grand arbre* là"}


def problems(folder: Path, library: str, params: Any) -> tuple[Problem, ...]:
    path = folder / "a.h5p"
    with path.open("wb") as file:
        write_package(file, title="L’eau", language="fr", library=library, params=params)
    return lint_package(path, installed=[library]).problems


@pytest.mark.parametrize(
    ("library", "params", "found"),
    [
        ("H5P.Blanks 1.14", BLANKS, [("blank-one-apostrophe", "params, 1")]),
        (
            "H5P.QuestionSet 1.20",
            {"questions": [{"library": "H5P.Blanks 1.14", "params": BLANKS}]},
            [("blank-one-apostrophe", "questions[0].params, 1")],
        ),
        ("H5P.MarkTheWords 1.11", MARKS, [("mark-lost", "params")] * 2 + [("mark-nothing", "params")]),
        ("H5P.TrueFalse 1.8", {"question": "<p>*l’eau*</p>", "correct": "true"}, []),
    ],
)
def test_a_trap_is_a_warning(tmp_path: Path, library: str, params: Any, found: list[tuple[str, str]]) -> None:
    there = problems(tmp_path, library, params)
    assert [(problem.id, problem.where) for problem in there] == found
    assert {problem.severity for problem in there} <= {"warning"}
    for problem in there:
        assert problem.where in problem.message("fr")
        assert problem.where in problem.message("en")


def test_each_trap_has_its_texts() -> None:
    said, known = (
        tomllib.loads(Path(str(module.__file__)).with_name("messages.toml").read_text("utf-8"))
        for module in (lint, formats)
    )
    traps = {id_ for id_ in known if id_.startswith("blank-") or id_ in {"mark-lost", "mark-nothing"}}
    assert traps <= said.keys()
