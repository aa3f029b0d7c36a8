"""The rules of the game: what each button does, when it may be pressed, what counts.

**What counts.** The score of an attempt is that of the answers as they stand at « Terminer », over every question
drawn, computed by `h5p_exports.scoring`. So that neither verdict nor solution can be turned into points:

* once checked, a question is locked: its answer stays as it was when judged, whatever the form says later;
* only « Réessayer » unlocks it, where the content has `enableRetry`, and it empties the answer, as the official
  player does. A question that has full marks has nothing to try again;
* once its solution has been shown, a question is locked for the rest of the attempt: no retry any more;
* a solution is shown where the content has `enableSolutionsButton`, after a check that did not give full marks, and,
  with `showSolutionsRequiresInput`, once everything is answered;
* a finished attempt takes no action at all.

Every action first stores the fields that came with it. « Vérifier » on nothing judges nothing.
"""

from __future__ import annotations

from dataclasses import replace

from activities.h5p.attempt import Attempt, Phase, Turn
from activities.h5p.content import Exercise
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, Request
from activities.h5p.questions import Question
from activities.kind import Score, StepRefused
from h5p_exports.scoring.question_set import total

_MOVES = {"next": 1, "previous": -1}


def start(exercise: Exercise, draw: Draw) -> Attempt:
    """A new attempt: its questions, their order, the order of their choices, and every identifier."""
    indexes = draw.at("pool").sample(exercise.pool_size, len(exercise.questions))
    if not exercise.random_order:
        indexes = tuple(sorted(indexes))
    return Attempt(
        tuple(
            Turn(index, question.draw(draw.at(f"question {index}")), question.unanswered())
            for index in indexes
            for question in (exercise.questions[index],)
        )
    )


def apply(exercise: Exercise, attempt: Attempt, request: Request) -> Attempt:
    """The attempt after a request.

    Raises `StepRefused`: ``answer-malformed`` for fields that do not belong to the page, ``action-not-possible`` for
    a button that the page does not have.
    """
    if attempt.finished:
        raise StepRefused("action-not-possible")
    attempt = _store(exercise, attempt, request.fields)
    if request.action not in possible_actions(exercise, attempt):
        raise StepRefused("action-not-possible")
    return replace(_act(exercise, attempt, request.action), last=request.action)


def possible_actions(exercise: Exercise, attempt: Attempt) -> frozenset[str]:
    """The actions that an attempt can take now."""
    if attempt.finished:
        return frozenset()
    turn, last = attempt.turn, len(attempt.turns) - 1
    question = exercise.questions[turn.index]
    behaviour = question.model.behaviour
    possible = {
        "save": True,
        "check": turn.phase is Phase.OPEN and behaviour.enable_check,
        "retry": turn.phase is Phase.CHECKED and behaviour.enable_retry and not question.has_full_marks(turn.answer),
        "solution": turn.phase is Phase.CHECKED and may_see_solution(question, turn),
        "previous": attempt.at > 0 and not exercise.forward_only,
        "next": attempt.at < last,
        "finish": attempt.at == last,
    }
    return frozenset(action for action, is_possible in possible.items() if is_possible)


def may_see_solution(question: Question, turn: Turn) -> bool:
    """Whether the content lets the pupil see the solution of a question answered so."""
    behaviour = question.model.behaviour
    answered_enough = question.is_complete(turn.answer) or not behaviour.show_solutions_requires_input
    return behaviour.enable_solutions and answered_enough and not question.has_full_marks(turn.answer)


def score(exercise: Exercise, attempt: Attempt) -> Score | None:
    """The score of the answers as they stand, over the questions drawn; `None` if these are worth no point at all."""
    scores = [exercise.questions[turn.index].score(turn.answer) for turn in attempt.turns]
    result = total(scores) if exercise.is_set else scores[0]
    return Score(result.raw, result.max, result.success) if result.max else None


def progress(exercise: Exercise, attempt: Attempt) -> float:
    """The share of the questions that are answered; 1 once the work is handed in."""
    if attempt.finished:
        return 1.0
    answered = sum(exercise.questions[turn.index].is_answered(turn.answer) for turn in attempt.turns)
    return answered / len(attempt.turns)


def _store(exercise: Exercise, attempt: Attempt, fields: Fields) -> Attempt:
    turn = attempt.turn
    answer = exercise.questions[turn.index].read(turn.drawn, fields, turn.answer)
    return attempt.with_turn(replace(turn, answer=answer)) if turn.phase is Phase.OPEN else attempt


def _act(exercise: Exercise, attempt: Attempt, action: str) -> Attempt:
    if action == "finish":
        return replace(attempt, finished=True)
    if action in _MOVES:
        return replace(attempt, at=attempt.at + _MOVES[action])
    return attempt.with_turn(_turned(exercise.questions[attempt.turn.index], attempt.turn, action))


def _turned(question: Question, turn: Turn, action: str) -> Turn:
    match action:
        case "check" if question.may_be_judged(turn.answer):
            return replace(turn, phase=Phase.CHECKED)
        case "solution":
            return replace(turn, phase=Phase.SOLVED)
        case "retry":
            return replace(turn, answer=question.unanswered(), phase=Phase.OPEN)
    return turn
