from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types.javascript import code_units
from h5p_exports.scoring.spelling import edits

WORDS = st.text("abé😀", max_size=12)


def optimal_string_alignment(first: str, second: str) -> int:
    """The textbook, with the whole table."""
    table = [[row + column for column in range(len(second) + 1)] for row in range(len(first) + 1)]
    for row in range(1, len(first) + 1):
        for column in range(1, len(second) + 1):
            cost = int(first[row - 1] != second[column - 1])
            table[row][column] = min(
                table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + cost
            )
            swapped = first[row - 2 : row] == second[column - 2 : column][::-1]
            if row > 1 and column > 1 and swapped:
                table[row][column] = min(table[row][column], table[row - 2][column - 2] + cost)
    return table[-1][-1]


@given(WORDS, WORDS)
def test_up_to_two_edits_are_counted_as_in_the_textbook(first: str, second: str) -> None:
    assert edits(first, second) == min(optimal_string_alignment(code_units(first), code_units(second)), 3)


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("chat", "caht", 1), ("ca", "abc", 3), ("abcde", "bcdea", 2), ("", "ab", 2), ("", "", 0), ("😀", "😁", 1)],
)
def test_two_neighbours_swapped_are_one_edit(first: str, second: str, count: int) -> None:
    assert edits(first, second) == count
