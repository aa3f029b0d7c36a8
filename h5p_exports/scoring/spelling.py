"""How far a word is from another, as H5P.TextUtilities counts it."""

from __future__ import annotations

from h5p_exports.content_types.javascript import code_units

_NEAR = 2
"""No rule asks for more than two edits; farther is simply far."""
_FAR = _NEAR + 1


def edits(first: str, second: str) -> int:
    """How many edits lead from one text to the other; 3 stands for three or more.

    An edit inserts, removes or replaces a UTF-16 code unit, or swaps two neighbours that no other edit touches
    (optimal string alignment). Time grows with the length, not with its square.
    """
    first, second = code_units(first), code_units(second)
    if abs(len(first) - len(second)) > _NEAR:
        return _FAR
    before: dict[int, int] = {}
    above = {column: column for column in range(min(_NEAR, len(second)) + 1)}
    for row, unit in enumerate(first, start=1):
        line = {0: row} if row <= _NEAR else {}
        for column in range(max(1, row - _NEAR), min(len(second), row + _NEAR) + 1):
            other = second[column - 1]
            cost = int(unit != other)
            distance = min(
                above.get(column, _FAR) + 1,
                line.get(column - 1, _FAR) + 1,
                above.get(column - 1, _FAR) + cost,
            )
            if row > 1 and column > 1 and unit == second[column - 2] and first[row - 2] == other:
                distance = min(distance, before.get(column - 2, _FAR) + cost)
            line[column] = distance
        if min(line.values()) > _NEAR and min(above.values()) > _NEAR:
            # Every way on leads through one of two neighbouring lines, and none gets shorter.
            return _FAR
        before, above = above, line
    return min(above[len(second)], _FAR)
