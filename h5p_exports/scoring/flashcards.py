"""Scores of H5P.Flashcards."""

from __future__ import annotations

from h5p_exports.content_types.flashcards import Flashcard, Flashcards
from h5p_exports.content_types.javascript import trim
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import SEPARATOR, match_children, read_response
from h5p_exports.scoring.result import Score
from h5p_exports.scoring.tolerant import Tolerance, fold


def read_answers(model: Flashcards, response: str, children: object) -> tuple[str, ...]:
    """What was typed on each card that asks something: from the children where there are some, else the response.

    Raises `InvalidResponse` when there are not as many texts as cards.
    """
    asked = _asked(model)
    if children is not None:
        answers = match_children([card.sub_content_id for card in asked], children)
        return tuple(read_response(answers.get(index, {})) for index in range(len(asked)))
    typed = tuple(response.split(SEPARATOR)) if response else ("",) * len(asked)
    if len(typed) != len(asked):
        raise InvalidResponse("response")
    return typed


def score(model: Flashcards, answers: tuple[str, ...], *, tolerance: Tolerance | None = None) -> Score:
    """One point for each card answered by one of its alternatives."""
    asked = _asked(model)
    scores = []
    for card, answer in zip(asked, answers, strict=True):
        right = _is_right(model, card, answer, tolerance)
        scores.append((card.sub_content_id, Score(int(right), 1, right)))
    raw = sum(score.raw for _, score in scores)
    return Score(raw, len(scores), raw == len(scores), tuple(scores))


def _asked(model: Flashcards) -> list[Flashcard]:
    return [card for card in model.cards if card.alternatives]


def _is_right(model: Flashcards, card: Flashcard, answer: str, tolerance: Tolerance | None) -> bool:
    def compared(text: str) -> str:
        text = fold(trim(text), tolerance)
        return text if model.case_sensitive else text.lower()

    return compared(answer) in map(compared, card.alternatives)
