"""Scores of H5P.DragText (src/scripts/drag-text.js, `calculateScore`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from h5p_exports.content_types.drag_text import DragText
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import SEPARATOR
from h5p_exports.scoring.result import Score


def read_response(model: DragText, response: str) -> tuple[str, ...]:
    """The label in each gap, empty where there is none.

    Raises `InvalidResponse` when there are not as many texts as gaps, or for labels that are not there to be used
    that often.
    """
    placed = tuple(response.split(SEPARATOR)) if response else ("",) * len(model.gaps)
    used = Counter(label for label in placed if label)
    if len(placed) != len(model.gaps) or used - Counter(model.labels):
        raise InvalidResponse("response")
    return placed


def verdicts(model: DragText, placed: Sequence[str]) -> tuple[bool, ...]:
    """For each gap, whether its label is right: labels of the same text are alike, an empty gap never is."""
    return tuple(bool(label) and label == gap.text for gap, label in zip(model.gaps, placed, strict=True))


def score(model: DragText, placed: Sequence[str]) -> Score:
    """One point for each right label; the official type never says whether that is a success."""
    return Score(sum(verdicts(model, placed)), len(model.gaps), None)
