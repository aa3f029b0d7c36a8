"""Scores of H5P.BranchingScenario, from the path that a pupil took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from h5p_exports.content_types.branching_scenario import (
    END,
    Alternative,
    BranchingQuestion,
    BranchingScenario,
    Scoring,
    Step,
)
from h5p_exports.content_types.javascript import add_up
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.compound import ScoreChild, is_counted
from h5p_exports.scoring.parts import Answers, read_indexes, read_response
from h5p_exports.scoring.result import Score

_LONGEST_PATH = 10_000
"""Steps; a loop without a question has no end."""


@dataclass(slots=True)
class _Path:
    """What was met on the way: a loop overwrites what a step gave before."""

    answers: dict[int, Answers] = field(default_factory=dict)
    chosen: dict[int, Alternative] = field(default_factory=dict)
    end_points: float | None = None


def score(model: BranchingScenario, children: object, score_child: ScoreChild) -> Score:
    """The points of the end that was reached, or those of the path; a success when nothing is missing.

    `children` are the answers in the order of the path, each ``{subContentId, response}``; the response to a
    branching question is the index of the alternative. Raises `InvalidResponse` where they lead to no end.
    """
    path = _follow(model, children)
    if model.scoring is Scoring.NONE:
        return Score(0, 0, True)
    if model.scoring is Scoring.END:
        best = max(_ends(model), default=0)
        raw = model.end_points if path.end_points is None else path.end_points
        return Score(raw, best, raw == best)
    inside = []
    raws, bests = [], []
    for index, alternative in path.chosen.items():
        raws.append(0 if alternative.next == END else alternative.points or 0)
        bests.append(_most(model.steps[index]))
    if model.count_interactions:
        for index, answers in path.answers.items():
            child = model.steps[index].child
            result = score_child(child, answers)
            inside.append((child.sub_content_id, result))
            raws.append(result.raw)
            bests.append(result.max)
    raw, best = add_up(raws), add_up(bests)
    return Score(raw, best, raw == best, tuple(inside))


def _follow(model: BranchingScenario, children: object) -> _Path:
    items = [] if children is None else children
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidResponse("children")
    left: Iterator[Answers] = iter(items)
    path = _Path()
    index, steps = 0, 0
    while index != END:
        steps += 1
        if not 0 <= index < len(model.steps) or steps > _LONGEST_PATH:
            raise InvalidResponse("children")
        step = model.steps[index]
        question = step.child.model
        if isinstance(question, BranchingQuestion):
            alternative = _chosen(question, _answer(step, left))
            path.chosen[index] = alternative
            index, path.end_points = alternative.next, alternative.points
        else:
            if is_counted(step.child):
                path.answers[index] = _answer(step, left)
            index, path.end_points = step.next, step.points
    if next(left, None) is not None:
        raise InvalidResponse("children")
    return path


def _answer(step: Step, left: Iterator[Answers]) -> Answers:
    answers = next(left, None)
    if answers is None or answers.get("subContentId") not in (None, step.child.sub_content_id):
        raise InvalidResponse("children")
    return answers


def _chosen(question: BranchingQuestion, answers: Answers) -> Alternative:
    chosen = read_indexes(read_response(answers), len(question.alternatives))
    if len(chosen) != 1:
        raise InvalidResponse("children")
    return question.alternatives[chosen[0]]


def _ends(model: BranchingScenario) -> Iterator[float]:
    """The points of every end of the scenario."""
    for step in model.steps:
        question = step.child.model
        exits: tuple[Alternative, ...] | tuple[Step, ...]
        exits = question.alternatives if isinstance(question, BranchingQuestion) else (step,)
        for leaving in exits:
            if leaving.next == END:
                yield model.end_points if leaving.points is None else leaving.points


def _most(step: Step) -> float:
    """The most points of a question: those of its best alternative that goes on."""
    question = step.child.model
    alternatives = question.alternatives if isinstance(question, BranchingQuestion) else ()
    return max((answer.points or 0 for answer in alternatives if answer.next != END), default=0)
