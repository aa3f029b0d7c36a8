"""Scores of H5P.MultiChoice (js/multichoice.js, `calcScore` and `getXAPIData`)."""

from __future__ import annotations

from collections.abc import Collection

from h5p_exports.content_types.multichoice import MultiChoice
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import read_indexes
from h5p_exports.scoring.result import Score


def read_response(model: MultiChoice, response: str) -> frozenset[int]:
    """The indexes that were chosen: ``0[,]2``, in the author's order whatever order was shown.

    Raises `InvalidResponse` for an unknown or repeated index, and for several where one is allowed.
    """
    chosen = read_indexes(response, len(model.answers))
    if model.single and len(chosen) > 1:
        raise InvalidResponse("response")
    return frozenset(chosen)


def verdicts(model: MultiChoice, chosen: Collection[int]) -> tuple[bool, ...]:
    """For each answer, whether it is right to have chosen it, or to have left it."""
    return tuple(answer.correct == (index in chosen) for index, answer in enumerate(model.answers))


def score(model: MultiChoice, chosen: Collection[int]) -> Score:
    """The score of the chosen indexes, all of them known and different."""
    right = sum(model.answers[index].correct for index in chosen)
    to_find = sum(answer.correct for answer in model.answers)
    if model.single:
        raw, best = right, 1
    else:
        raw, best = max(2 * right - len(chosen), 0), to_find or 1
        if to_find == 0 and not chosen:
            raw = 1
        if model.single_point:
            raw, best = int(100 * raw / best >= model.pass_percentage), 1
    return Score(raw, best, 100 * raw / best >= model.pass_percentage)
