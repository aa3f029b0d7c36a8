"""Words with wildcards, as the regular expressions that H5P.Essay makes of them match, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from h5p_exports.scoring.budget import Budget

_LETTERS = re.compile(
    "[A-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0370-\u03ff\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]+"
)
"""What a wildcard stands for, one or more: from ``A`` to ``z`` with the signs between, and letters elsewhere."""
_STARS = re.compile(r"\*{2,}")


def find_wildcards(pattern: str, text: str, budget: Budget) -> Iterator[tuple[int, int]]:
    """Where ``*`` for one or more letters makes the pattern match: starts and ends, leftmost first, without overlap.

    Each wildcard takes as many letters as it can, the first one first.
    """
    pieces = _STARS.sub("*", pattern).split("*")
    budget.spend(len(pieces) * (len(text) + 1))
    runs = _runs(text)
    ends: list[int | None] = [None] * (len(text) + 1)
    for start in _occurrences(pieces[-1], text):
        ends[start] = start + len(pieces[-1])
    for literal in reversed(pieces[:-1]):
        ends = _before(literal, ends, runs, text)
    at = 0
    while at <= len(text):
        end = ends[at]
        if end is None:
            at += 1
        else:
            yield at, end
            at = end


def _before(literal: str, ends: list[int | None], runs: list[int | None], text: str) -> list[int | None]:
    """Where each match of a literal, a wildcard and the rest of the pattern ends, by where the rest's match ends."""
    # The last place in each run of letters, or right after it, from which the rest matches.
    last: dict[int | None, int] = {}
    for at, end in enumerate(ends):
        if end is not None:
            last[runs[at]] = last[runs[at - 1]] = at
    result: list[int | None] = [None] * (len(text) + 1)
    for start in _occurrences(literal, text):
        letters = start + len(literal)
        rest = last.get(runs[letters], -1)
        if runs[letters] is not None and rest > letters:
            result[start] = ends[rest]
    return result


def _runs(text: str) -> list[int | None]:
    """For each position, the number of the run of letters that it is in, `None` for no letter and for the end."""
    runs: list[int | None] = [None] * (len(text) + 1)
    for number, run in enumerate(_LETTERS.finditer(text)):
        runs[run.start() : run.end()] = [number] * len(run[0])
    return runs


def _occurrences(literal: str, text: str) -> Iterator[int]:
    """Where a text is, overlaps included; an empty one is everywhere, the end too."""
    start = text.find(literal)
    while start != -1:
        yield start
        start = text.find(literal, start + 1)
