"""Scores of H5P.SortParagraphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from h5p_exports.content_types.html_text import text_content
from h5p_exports.content_types.sort_paragraphs import SortParagraphs
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import read_indexes
from h5p_exports.scoring.result import Score


def read_response(model: SortParagraphs, response: str) -> tuple[int, ...]:
    """The order of the paragraphs, by their indexes; empty where none was given.

    Raises `InvalidResponse` when a paragraph is missing, unknown or there twice.
    """
    order = read_indexes(response, len(model.paragraphs))
    if order and len(order) != len(model.paragraphs):
        raise InvalidResponse("response")
    return order


def score(model: SortParagraphs, order: Sequence[int]) -> Score:
    """Points for paragraphs in their place, less one for each of the others, or for right neighbourhoods."""
    names = _names(model)
    shown = [names[index] for index in order]
    if model.by_position:
        right = sum(name == expected for name, expected in zip(shown, names, strict=False))
        raw = max(2 * right - len(shown), 0) if model.apply_penalties else right
        best = len(names)
    else:
        expected_pairs = set(pairwise(names))
        raw = sum(pair in expected_pairs for pair in pairwise(shown))
        best = max(len(names) - 1, 0)
    return Score(raw, best, raw == best)


def _names(model: SortParagraphs) -> list[object]:
    """What tells paragraphs apart: their text, or each its own index."""
    if model.duplicates_interchangeable:
        return [text_content(paragraph) for paragraph in model.paragraphs]
    return list(range(len(model.paragraphs)))
