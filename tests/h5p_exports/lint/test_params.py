from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from h5p_exports import lint
from h5p_exports.lint import lint_params
from h5p_exports.semantics import load_semantics
from tests.h5p_exports.semantics.test_filtering import FIELD, LIBRARIES, VALUE

MESSAGES = tomllib.loads(Path(lint.__file__).with_name("messages.toml").read_text("utf-8"))
OPTIONS = [{"value": "a"}, {"type": "optgroup", "options": [{"value": "b"}]}]
UUID = "a1b2c3d4-0000-4000-8000-00000000abcd"


def found(field: dict[str, Any], value: object) -> list[tuple[str, str]]:
    semantics = load_semantics([field | {"name": "x"}])
    return [(problem.id, problem.where) for problem in lint_params(semantics, {"x": value}, libraries=LIBRARIES)]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ({"type": "text"}, 5, ("wrong-type", "x")),
        ({"type": "text"}, "", ("empty-text", "x")),
        ({"type": "text"}, None, ("missing-field", "x")),
        ({"type": "text", "maxLength": 3}, "long", ("text-too-long", "x")),
        ({"type": "text", "regexp": {"pattern": "^[0-9]+$"}}, "a", ("text-refused", "x")),
        ({"type": "text", "tags": []}, "<u>a</u>", ("markup-changed", "x")),
        ({"type": "text", "tags": []}, "<p onclick=a>a</p>", ("script-in-content", "x")),
        ({"type": "number"}, "7", ("wrong-type", "x")),
        ({"type": "number", "max": 5}, 7, ("number-out-of-bounds", "x")),
        ({"type": "number", "min": 1, "step": 2}, 2, ("number-out-of-bounds", "x")),
        ({"type": "boolean"}, "true", ("wrong-type", "x")),
        ({"type": "select", "options": OPTIONS}, "c", ("not-an-option", "x")),
        ({"type": "list", "min": 2, "field": {"type": "text"}}, ["a"], ("list-too-short", "x")),
        ({"type": "list", "max": 1, "field": {"type": "text"}}, ["a", "b"], ("list-too-long", "x")),
        ({"type": "list", "field": {"type": "text"}}, ["a", 1], ("wrong-type", "x[1]")),
        ({"type": "list", "field": {"type": "text"}}, {}, ("wrong-type", "x")),
        (
            {"type": "group", "fields": [{"name": "a", "type": "boolean"}, {"name": "b", "type": "boolean"}]},
            {"c": 1},
            ("unknown-field", "x.c"),
        ),
        ({"type": "library", "options": ["H5P.X 1.0"]}, {"library": "H5P.X 1.1"}, ("library-version", "x")),
        ({"type": "library", "options": ["H5P.X 1.0"]}, {"library": "H5P.Z 1.0"}, ("library-not-allowed", "x")),
        (
            {"type": "library", "options": ["H5P.X 1.0"]},
            {"library": "H5P.X 1.0", "params": {"t": 5, "l": {"library": "H5P.X 1.0", "params": {"t": "a"}}}},
            ("wrong-type", "x.params.t"),
        ),
        ({"type": "image"}, "a.png", ("wrong-type", "x")),
        ({"type": "video"}, [{}], ("wrong-type", "x[0]")),
        ({"type": "coordinates"}, 5, ("unknown-type", "x")),
    ],
)
def test_a_problem_has_its_place(field: dict[str, Any], value: object, expected: tuple[str, str]) -> None:
    assert expected in found(field, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (
            {"type": "text", "tags": ["a", "strong"]},
            "<p>l'eau &amp; <strong>le feu</strong> &gt; <br/>«&nbsp;oui&nbsp;»</p>",
        ),
        (
            {"type": "text", "tags": ["a"]},
            '<p style="text-align: center;"><a href="https://x.fr?a=1&amp;b">ici</a></p>',
        ),
        ({"type": "text", "optional": True}, None),
        ({"type": "select", "options": OPTIONS}, "b"),
        ({"type": "group", "fields": [{"name": "a", "type": "boolean"}]}, True),
        ({"type": "library", "options": ["H5P.X 1.0"], "optional": True}, None),
        ({"type": "list", "field": {"type": "number"}}, [1, 2.5]),
    ],
)
def test_nothing_is_said_of_what_is_in_order(field: dict[str, Any], value: object) -> None:
    assert found(field, value) == []


@settings(max_examples=100)
@given(FIELD, VALUE)
def test_linting_never_raises_and_every_problem_has_both_texts(field: dict[str, Any], params: object) -> None:
    for problem in lint_params(load_semantics([field]), params, libraries=LIBRARIES):
        assert problem.id in MESSAGES
        assert problem.message("fr")
        assert problem.message("en") != problem.message("fr")


@pytest.mark.parametrize("id_", MESSAGES)
def test_french_texts_keep_their_typography(id_: str) -> None:
    french = MESSAGES[id_]["fr"]

    assert "'" not in french
    assert not any(f" {sign}" in french for sign in ":;?!»")
    assert set(MESSAGES[id_]) <= {"en", "fr", "severity"}
