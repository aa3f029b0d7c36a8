"""Scores of H5P.Blanks (js/cloze.js, `correct`)."""

from __future__ import annotations

from collections.abc import Sequence

from h5p_exports.content_types.blanks import Blank, Blanks
from h5p_exports.content_types.javascript import code_units, trim
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import SEPARATOR
from h5p_exports.scoring.result import Score
from h5p_exports.scoring.spelling import edits
from h5p_exports.scoring.tolerant import Tolerance, fold

_LONG_WORD, _SHORT_WORD = 9, 3
"""Code units: longer than 9 may have two spelling errors, longer than 3 one."""


def read_response(model: Blanks, response: str, state: object = None) -> tuple[str, ...]:
    """What was typed in each blank: the saved state (a list of texts) where there is one, else the response.

    A pupil can type the separator of the response: what the player saved is surer.
    Raises `InvalidResponse` when there are not as many texts as blanks; an empty response leaves them all empty.
    """
    if state is not None:
        if not isinstance(state, list) or not all(isinstance(text, str) for text in state):
            raise InvalidResponse("state")
        answers, where = tuple(state), "state"
    else:
        answers = tuple(response.split(SEPARATOR)) if response else ("",) * len(model.blanks)
        where = "response"
    if len(answers) != len(model.blanks):
        raise InvalidResponse(where)
    return answers


def verdicts(model: Blanks, answers: Sequence[str], *, tolerance: Tolerance | None = None) -> tuple[bool, ...]:
    """For each blank, whether its answer is right; as many answers as blanks."""
    return tuple(
        _is_right(model, blank, answer, tolerance) for blank, answer in zip(model.blanks, answers, strict=True)
    )


def score(model: Blanks, answers: Sequence[str], *, tolerance: Tolerance | None = None) -> Score:
    """One point for each right answer; the official type never says whether that is a success."""
    return Score(sum(verdicts(model, answers, tolerance=tolerance)), len(model.blanks), None)


def _is_right(model: Blanks, blank: Blank, answer: str, tolerance: Tolerance | None) -> bool:
    answer = fold(trim(answer), tolerance)
    if not model.case_sensitive:
        answer = answer.lower()
    for written in blank.alternatives:
        alternative = fold(written, tolerance)
        expected = alternative if model.case_sensitive else alternative.lower()
        if answer == trim(expected):
            return True
        if model.accept_spelling_errors and edits(answer, trim(expected)) <= _allowed_errors(expected):
            return True
    return False


def _allowed_errors(expected: str) -> int:
    length = len(code_units(expected))
    if length > _LONG_WORD:
        return 2
    return 1 if length > _SHORT_WORD else 0
