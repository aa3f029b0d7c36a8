"""How deep a JSON text is, told by its text alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.package.php_json import check_json

TEXTS = st.text('[]{}"\\,: a', max_size=6)
VALUES = st.recursive(
    TEXTS | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def levels(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(levels, value.values()), default=0)
    return 1 + max(map(levels, value), default=0) if isinstance(value, list) else 0


@given(VALUES)
def test_the_levels_are_those_of_the_value_whatever_its_texts_hold(value: object) -> None:
    data = json.dumps(value, ensure_ascii=False).encode()
    check_json(data, value, depth=levels(value))
    if levels(value):
        with pytest.raises(ValueError, match="depth"):
            check_json(data, value, depth=levels(value) - 1)
