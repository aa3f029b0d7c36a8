"""Scores of H5P.TrueFalse (scripts/h5p-true-false.js)."""

from __future__ import annotations

from h5p_exports.content_types.true_false import TrueFalse
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.result import Score

_RESPONSES = {"true": True, "false": False, "": None}


def read_response(response: str) -> bool | None:
    """The answer, `None` where there is none. Raises `InvalidResponse` for anything but ``true``, ``false``, empty."""
    if response not in _RESPONSES:
        raise InvalidResponse("response")
    return _RESPONSES[response]


def score(model: TrueFalse, answer: bool | None) -> Score:
    """One point for the right answer, none for the wrong one or for no answer."""
    right = answer is model.correct
    return Score(int(right), 1, right)
