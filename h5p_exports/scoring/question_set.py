"""Scores of H5P.QuestionSet (js/questionset.js, `getXAPIData`)."""

from __future__ import annotations

from collections.abc import Iterable

from h5p_exports.content_types.child import Child
from h5p_exports.content_types.javascript import add_up
from h5p_exports.content_types.question_set import QuestionSet
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import Answers, match_children
from h5p_exports.scoring.result import Score


def read_children(model: QuestionSet, children: object) -> list[tuple[Child, Answers]]:
    """The questions that were asked, each with what was answered, in the author's order.

    A child is matched by its `subContentId`, else by its position where questions keep the author's order. Where
    some are drawn at random those present are the drawn ones; elsewhere an absent one was left empty.
    Raises `InvalidResponse` for a child that is not in the set or is there twice, or for a draw of another size.
    """
    ordered = not model.random_questions and model.pool_size is None
    answers = match_children([child.sub_content_id for child in model.children], children, ordered=ordered)
    if model.pool_size is not None and model.pool_size < len(model.children):
        if len(answers) != model.pool_size:
            raise InvalidResponse("children")
        return [(model.children[index], answers[index]) for index in sorted(answers)]
    return [(child, answers.get(index, {})) for index, child in enumerate(model.children)]


def total(scores: Iterable[Score]) -> Score:
    """The score of the set: the sum of the questions that were asked; a success when nothing is missing."""
    scores = tuple(scores)
    raw, best = add_up(score.raw for score in scores), add_up(score.max for score in scores)
    return Score(raw, best, raw == best)


def passed(model: QuestionSet, score: Score) -> bool:
    """Whether the result page congratulates the pupil: at least `pass_percentage` of the points."""
    return score.max > 0 and 100 * score.raw / score.max >= model.pass_percentage
