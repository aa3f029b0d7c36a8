"""Trees of `getXAPIData` as hypothesis makes them up, and other JSON."""

from __future__ import annotations

from hypothesis import strategies as st

from h5p_exports.xapi import Node

NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NODES = st.recursive(
    st.builds(Node, st.none() | TEXTS, st.none() | TEXTS, NUMBERS, NUMBERS, TEXTS),
    lambda inner: st.builds(
        Node, st.none() | TEXTS, st.none() | TEXTS, NUMBERS, NUMBERS, TEXTS, st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
KEYS = ["statement", "children", "object", "definition", "extensions", "result", "score", "raw", "max", "response"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=5),
    max_leaves=30,
)
