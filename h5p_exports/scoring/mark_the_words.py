"""Scores of H5P.MarkTheWords (scripts/mark-the-words.js, `calculateScore`)."""

from __future__ import annotations

from collections.abc import Collection

from h5p_exports.content_types.mark_the_words import MarkTheWords
from h5p_exports.scoring.parts import read_indexes
from h5p_exports.scoring.result import Score


def read_response(model: MarkTheWords, response: str) -> frozenset[int]:
    """The indexes of the marked words. Raises `InvalidResponse` for an unknown or repeated one."""
    return frozenset(read_indexes(response, len(model.words)))


def score(model: MarkTheWords, marked: Collection[int]) -> Score:
    """One point for each right word, less one for each wrong; where no word is right, one for marking none."""
    right = sum(model.words[index].correct for index in marked)
    to_find = sum(word.correct for word in model.words)
    best = to_find or 1
    raw = max(2 * right - len(marked), 0) if to_find else int(not marked)
    return Score(raw, best, raw == best)
