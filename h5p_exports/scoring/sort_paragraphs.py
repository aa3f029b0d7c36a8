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


def verdicts(model: SortParagraphs, order: Sequence[int]) -> tuple[bool, ...]:
    """By position, for each paragraph: it is in its place; else, for each but the first: it follows the right one."""
    names = _names(model)
    shown = [names[index] for index in order]
    if model.by_position:
        return tuple(name == expected for name, expected in zip(shown, names, strict=False))
    expected_pairs = set(pairwise(names))
    return tuple(pair in expected_pairs for pair in pairwise(shown))


def score(model: SortParagraphs, order: Sequence[int]) -> Score:
    """Points for paragraphs in their place, less one for each of the others, or for right neighbourhoods."""
    right = sum(verdicts(model, order))
    if model.by_position:
        raw = max(2 * right - len(order), 0) if model.apply_penalties else right
        best = len(model.paragraphs)
    else:
        raw, best = right, max(len(model.paragraphs) - 1, 0)
    return Score(raw, best, raw == best)


def _names(model: SortParagraphs) -> list[object]:
    """What tells paragraphs apart: their text, or each its own index."""
    if model.duplicates_interchangeable:
        return [text_content(paragraph) for paragraph in model.paragraphs]
    return list(range(len(model.paragraphs)))
