"""Scores of H5P.QuestionSet (js/questionset.js, `getXAPIData`)."""

from __future__ import annotations

from collections.abc import Iterable

from h5p_exports.content_types.question_set import Child, QuestionSet
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.result import Score

Answers = dict[str, object]
"""What is known of one question: `response` and, for Blanks, `state`."""


def read_children(model: QuestionSet, children: object) -> list[tuple[Child, Answers]]:
    """The questions that were asked, each with what was answered, in the author's order.

    A child is matched by its `subContentId`, else by its position where questions keep the author's order. Where
    some are drawn at random those present are the drawn ones; elsewhere an absent one was left empty.
    Raises `InvalidResponse` for a child that is not in the set or is there twice, or for a draw of another size.
    """
    given = [] if children is None else children
    if not isinstance(given, list):
        raise InvalidResponse("children")
    answers: dict[int, Answers] = {}
    by_id: dict[str, list[int]] = {}
    for index, child in enumerate(model.children):
        if child.sub_content_id is not None:
            by_id.setdefault(child.sub_content_id, []).append(index)
    for position, item in enumerate(given):
        where = f"children[{position}]"
        if not isinstance(item, dict):
            raise InvalidResponse(where)
        match = _match(model, item.get("subContentId"), position, by_id)
        if match is None or match in answers:
            raise InvalidResponse(where)
        answers[match] = item
    if model.pool_size is not None and model.pool_size < len(model.children):
        if len(answers) != model.pool_size:
            raise InvalidResponse("children")
        return [(model.children[index], answers[index]) for index in sorted(answers)]
    return [(child, answers.get(index, {})) for index, child in enumerate(model.children)]


def total(scores: Iterable[Score]) -> Score:
    """The score of the set: the sum of the questions that were asked; a success when nothing is missing."""
    scores = tuple(scores)
    raw, best = sum(score.raw for score in scores), sum(score.max for score in scores)
    return Score(raw, best, raw == best)


def passed(model: QuestionSet, score: Score) -> bool:
    """Whether the result page congratulates the pupil: at least `pass_percentage` of the points."""
    return score.max > 0 and 100 * score.raw / score.max >= model.pass_percentage


def _match(model: QuestionSet, identifier: object, position: int, by_id: dict[str, list[int]]) -> int | None:
    """The question that a child answers. A copied question keeps its id: copies go in order."""
    if isinstance(identifier, str):
        left = by_id.get(identifier)
        return left.pop(0) if left else None
    shuffled = model.random_questions or model.pool_size is not None
    return None if shuffled or position >= len(model.children) else position
