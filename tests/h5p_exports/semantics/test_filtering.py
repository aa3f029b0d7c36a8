"""The laws of the filter, and the holes of the reference that are closed by default."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h5p_exports.errors import InvalidContent, InvalidSemantics
from h5p_exports.semantics import Semantics, filter_params, load_semantics

SCRIPT = "<script>alert(1)</script>"
PAIR = {"name": "g", "type": "group", "fields": [{"name": "a", "type": "text"}, {"name": "b", "type": "text"}]}
LIBRARY = {"name": "l", "type": "library", "options": ["H5P.X 1.0"]}
LIBRARIES: dict[str, Semantics] = {"H5P.X 1.0": load_semantics([{"name": "t", "type": "text"}, LIBRARY])}


def left(field: dict[str, Any], value: object, *, compatible: bool = False) -> Any:
    semantics = load_semantics([field | {"name": "x"}])
    filtered = filter_params(semantics, {"x": value}, libraries=LIBRARIES, compatible=compatible)
    return filtered.params.get("x")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (PAIR, SCRIPT, None),
        (PAIR, [SCRIPT], None),
        (LIBRARY, {"library": "H5P.X 1.0", "params": SCRIPT}, {"library": "H5P.X 1.0", "params": {}}),
        ({"type": "image"}, {"path": "a.png", "copyright": SCRIPT}, {"path": "a.png"}),
        ({"type": "image"}, {"path": "a.png", "originalImage": SCRIPT}, {"path": "a.png"}),
        ({"type": "video"}, SCRIPT, None),
        ({"type": "boolean"}, SCRIPT, "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ({"type": "boolean"}, {"a": SCRIPT}, False),
        ({"type": "image"}, {"path": "javascript:alert(1)"}, None),
        ({"type": "image"}, {"path": "../../../etc/passwd"}, None),
        ({"type": "text", "tags": ["script", "p"]}, f"<p>a</p>{SCRIPT}", "<p>a</p>alert(1)"),
        ({"type": "text", "tags": []}, '<p style="position:fixed">a</p>', "<p>a</p>"),
        ({"type": "select", "multiple": True, "options": [{"value": "a"}, {"value": "b"}]}, ["z", "a"], ["a"]),
        ({"type": "number", "step": 0.5}, 7, 7),
        (PAIR | {"isSubContent": True}, {"a": "x", "subContentId": SCRIPT}, {"a": "x"}),
        (
            LIBRARY | {"extraAttributes": ["u"]},
            {"library": "H5P.X 1.0", "params": {}, "u": {"<": [SCRIPT]}},
            {"library": "H5P.X 1.0", "params": {}, "u": {"&lt;": ["&lt;script&gt;alert(1)&lt;/script&gt;"]}},
        ),
    ],
)
def test_a_hole_of_the_reference_is_closed_by_default(field: dict[str, Any], value: object, expected: object) -> None:
    assert left(field, value) == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (PAIR, SCRIPT, SCRIPT),
        (LIBRARY, {"library": "H5P.X 1.0", "params": SCRIPT}, {"library": "H5P.X 1.0", "params": SCRIPT}),
        ({"type": "image"}, {"path": "a.png", "copyright": SCRIPT}, {"path": "a.png", "copyright": SCRIPT}),
        ({"type": "text", "tags": []}, '<p style="position:fixed">a</p>', '<p style=";">a</p>'),
        (
            {"type": "select", "multiple": True, "options": [{"value": "a"}, {"value": "b"}]},
            ["z", "a", "b"],
            {"1": "a", "2": "b"},
        ),
    ],
)
def test_the_compatible_mode_shows_the_hole(field: dict[str, Any], value: object, expected: object) -> None:
    assert left(field, value, compatible=True) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": "number", "step": 0.5}, 7),
        ({"type": "image"}, "a.png"),
        ({"type": "select", "options": [{"value": "a"}]}, {}),
    ],
)
def test_where_the_reference_throws_the_compatible_mode_says_so(field: dict[str, Any], value: object) -> None:
    with pytest.raises(InvalidContent, match="reference-crash"):
        left(field, value, compatible=True)


def test_contents_inside_contents_for_ever_are_cut() -> None:
    value: dict[str, Any] = {"library": "H5P.X 1.0", "params": {}}
    for _ in range(400):
        value = {"library": "H5P.X 1.0", "params": {"t": "a", "l": value}}

    assert json.dumps(left(LIBRARY, value)).count("H5P.X") < 100


@pytest.mark.parametrize(
    "semantics",
    [
        None,
        {},
        [5],
        [{"name": 5, "type": "text"}],
        [{"name": "a", "type": "text", "tags": "p"}],
        [{"name": "a", "type": "number", "min": "deux"}],
        [{"name": "a", "type": "select", "options": {}}],
        [{"name": "a", "type": "text", "regexp": "^a"}],
        [{"name": "a", "type": "group", "fields": [None]}],
    ],
)
def test_semantics_that_cannot_be_used_are_refused_with_the_place(semantics: object) -> None:
    with pytest.raises(InvalidSemantics, match="where='semantics"):
        load_semantics(semantics)


def test_semantics_without_an_end_are_refused() -> None:
    field: dict[str, Any] = {"name": "a", "type": "text"}
    for _ in range(300):
        field = {"name": "a", "type": "list", "field": field}

    with pytest.raises(InvalidSemantics):
        load_semantics([field])


@pytest.mark.parametrize(
    "evil",
    [
        "<!-- >" * 50_000,
        "<a " + "a " * 100_000 + ">",
        "<" * 100_000,
        "&#x" + "0" * 100_000,
        "<p a='" + "a:" * 50_000 + "'>",
        "<p x='" + "&amp;" * 50_000 + "'>",
        "<p " + 'a"' * 50_000 + ">",
    ],
    ids=lambda evil: str(evil)[:8],
)
def test_a_long_text_takes_no_longer_than_its_length(evil: str) -> None:
    left({"type": "text", "tags": ["a"]}, evil)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("image", "99999999999999999999", 2**63 - 1),
        ("image", "9223372036854775806", 2**63 - 2),
        ("image", "-1e400", -(2**63)),
        ("image", "2.9px", 2),
    ],
)
def test_a_width_is_the_whole_number_that_php_reads(kind: str, value: object, expected: int) -> None:
    assert left({"type": kind}, {"path": "a.png", "width": value}, compatible=True)["width"] == expected


@pytest.mark.parametrize("pattern", ["^(a+)+$", "a*a*a*a*a*b$", "^.*.*.*.*=$", "a{1,}a{1,}a{1,}b"])
def test_a_slow_expression_does_not_hang(pattern: str) -> None:
    assert left({"type": "text", "regexp": {"pattern": pattern}}, "a" * 5000 + "!") == "a" * 5000 + "!"


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<script>",
        "<!--",
        "-->",
        '<a href="java',
        'script:x">',
        "&",
        "&amp;",
        "amp;lt;",
        "&{",
        "}",
        ";",
        '<span style="color:#fff;',
        'font-family:&quot;a">',
        "'",
        '"',
        "<",
        ">",
        "=",
        " ",
        "é",
        "\n",
        "\0",
        "on",
        "b:",
        "😀",
    ]
)
TEXT = st.lists(PIECES, max_size=12).map("".join)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["H5P.X 1.0", "a", "7"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "x", "t", "l", "path", "library", "params", "copyright"]), inner)
    ),
    max_leaves=10,
)
LEAF = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "b", "x"]),
        "type": st.sampled_from(
            ["text", "number", "boolean", "select", "library", "image", "file", "audio", "video", "other"]
        ),
    },
    optional={
        "tags": st.lists(st.sampled_from(["a", "strong", "table", "ul"]), max_size=3),
        "font": st.just({"color": True, "family": True, "background": True}),
        "maxLength": st.integers(-2, 12),
        "regexp": st.sampled_from([{"pattern": "^[a-z]+$"}, {"pattern": "(["}, {"pattern": "a", "modifiers": "i"}]),
        "min": st.integers(-5, 5),
        "max": st.integers(-5, 50),
        "step": st.integers(-2, 7),
        "decimals": st.integers(-2, 3),
        "options": st.sampled_from([["H5P.X 1.0"], [{"value": "a"}, {"value": "l'eau"}, {"value": 1.5}], []]),
        "multiple": st.booleans(),
        "optional": st.booleans(),
        "extraAttributes": st.just(["u", "a"]),
    },
)
FIELD = st.recursive(
    LEAF,
    lambda inner: (
        inner.map(lambda field: {"name": "x", "type": "list", "field": field, "max": 2})
        | st.lists(inner, max_size=3).map(lambda fields: {"name": "a", "type": "group", "fields": fields})
    ),
    max_leaves=4,
)


@settings(max_examples=100)
@given(st.lists(FIELD, max_size=3), VALUE)
def test_filtering_never_raises_and_filtering_again_changes_nothing(fields: list[Any], params: object) -> None:
    semantics = load_semantics(fields)

    once = filter_params(semantics, params, libraries=LIBRARIES).params

    assert filter_params(semantics, once, libraries=LIBRARIES).params == once


@given(TEXT)
def test_no_text_keeps_a_script_or_a_handler(text: str) -> None:
    html = left({"type": "text", "tags": ["a", "script", "img"]}, text)

    assert "<script" not in html.lower()
    assert "javascript:" not in html.lower()
