"""A migration leaves the release before it at work: it only adds, and what it adds may be left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path("migrations/versions")
FIRST = "0003"
"""Before it nothing was in use."""

FORBIDDEN = {"drop_table", "drop_column", "rename_table", "alter_column", "create_unique_constraint"}


def calls_of_upgrade(path: Path) -> Iterator[ast.Call]:
    for function in ast.parse(path.read_text("utf-8")).body:
        if isinstance(function, ast.FunctionDef) and function.name == "upgrade":
            yield from (node for node in ast.walk(function) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def options_of(column: ast.expr) -> dict[str | None, ast.expr]:
    return {option.arg: option.value for option in column.keywords} if isinstance(column, ast.Call) else {}


@pytest.mark.parametrize(
    "path", [path for path in sorted(FOLDER.glob("*.py")) if path.name[:4] >= FIRST], ids=lambda path: path.name[:4]
)
def test_the_release_before_can_go_on_while_the_database_is_upgraded(path: Path) -> None:
    calls = list(calls_of_upgrade(path))
    assert not FORBIDDEN & {name_of(call) for call in calls}
    for call in calls:
        if name_of(call) == "add_column":
            options = options_of(call.args[-1])
            nullable = options.get("nullable", ast.Constant(True))
            assert "server_default" in options or (isinstance(nullable, ast.Constant) and nullable.value is True)
