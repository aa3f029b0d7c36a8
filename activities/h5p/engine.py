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

Every action first stores the fields that came with it. « Vérifier » judges nothing that the question objects to: an
empty answer, a label that is used twice.

**Actions.** `save`, `next`, `previous`, `finish` are the page's. The others are a question's, `check`, `retry`,
`solution`, and its own, such as moving a paragraph up; where a page has several questions their position follows:
``check.2``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from activities.h5p.attempt import Attempt, Phase, Turn
from activities.h5p.content import Exercise
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, Request, malformed
from activities.h5p.questions import Question
from activities.kind import Score, StepRefused
from h5p_exports.scoring.question_set import total

OF_THE_PAGE = frozenset({"start", "save", "next", "previous", "finish"})
"""What `Attempt.last` can be when nothing was done to a question."""

_MOVES = {"next": 1, "previous": -1}


@dataclass(frozen=True, slots=True)
class Press:
    """What a button does: `verb`, to the question at `position` of the attempt, or to the page (`None`)."""

    verb: str
    position: int | None = None


def start(exercise: Exercise, draw: Draw) -> Attempt:
    """A new attempt: its pages, their order, the order of what is chosen from, and every identifier."""
    pages = draw.at("pool").sample(exercise.pool_size, len(exercise.pages))
    if not exercise.random_order:
        pages = tuple(sorted(pages))
    return Attempt(
        tuple(
            Turn(index, number, question.draw(draw.at(f"question {index}")), question.unanswered())
            for number, page in enumerate(pages)
            for index in exercise.pages[page].parts
            for question in (exercise.parts[index],)
        )
    )


def apply(exercise: Exercise, attempt: Attempt, request: Request) -> Attempt:
    """The attempt after a request.

    Raises `StepRefused`: ``answer-malformed`` for fields that do not belong to the page, ``action-not-possible`` for
    a button that the page does not have, ``essay-too-long`` for a text that cannot be scored.
    """
    if attempt.finished:
        raise StepRefused("action-not-possible")
    attempt = _store(exercise, attempt, request.fields)
    press = possible_actions(exercise, attempt).get(request.action)
    if press is None:
        raise StepRefused("action-not-possible")
    return replace(_act(exercise, attempt, press), last=request.action)


def possible_actions(exercise: Exercise, attempt: Attempt) -> Mapping[str, Press]:
    """The actions that an attempt can take now, by the value of their button."""
    if attempt.finished:
        return {}
    possible = {
        "save": True,
        "previous": attempt.at > 0 and not exercise.forward_only,
        "next": attempt.at < attempt.last_page,
        "finish": attempt.at == attempt.last_page,
    }
    actions = {verb: Press(verb) for verb, is_possible in possible.items() if is_possible}
    for position in attempt.here:
        turn = attempt.turns[position]
        for verb in _verbs(exercise.parts[turn.index], turn):
            actions[verb + suffix(attempt, position)] = Press(verb, position)
    return actions


def suffix(attempt: Attempt, position: int) -> str:
    """What follows the actions of a question on the page: which one it is, where it is not alone."""
    return "" if len(attempt.here) == 1 else f".{position}"


def _verbs(question: Question, turn: Turn) -> tuple[str, ...]:
    behaviour = question.behaviour
    possible = {
        "check": turn.phase is Phase.OPEN and behaviour.enable_check,
        "retry": turn.phase is Phase.CHECKED and behaviour.enable_retry and not question.has_full_marks(turn.answer),
        "solution": turn.phase is Phase.CHECKED and may_see_solution(question, turn),
    }
    own = question.actions(turn.drawn, turn.answer) if turn.phase is Phase.OPEN else ()
    return (*(verb for verb, is_possible in possible.items() if is_possible), *own)


def may_see_solution(question: Question, turn: Turn) -> bool:
    """Whether the content lets the pupil see the solution of a question answered so."""
    behaviour = question.behaviour
    answered_enough = question.is_complete(turn.answer) or not behaviour.show_solutions_requires_input
    return behaviour.enable_solutions and answered_enough and not question.has_full_marks(turn.answer)


def score(exercise: Exercise, attempt: Attempt) -> Score | None:
    """The score of the answers as they stand, over the questions drawn; `None` if these are worth no point at all."""
    scores = [exercise.parts[turn.index].score(turn.answer) for turn in attempt.turns]
    result = scores[0] if len(scores) == 1 and not exercise.is_set else total(scores)
    return Score(result.raw, result.max, result.success) if result.max else None


def progress(exercise: Exercise, attempt: Attempt) -> float:
    """The share of the questions that are answered, or read; 1 once the work is handed in."""
    if attempt.finished:
        return 1.0
    done = sum(
        turn.page <= attempt.seen and exercise.parts[turn.index].is_answered(turn.answer) for turn in attempt.turns
    )
    return done / len(attempt.turns)


def _store(exercise: Exercise, attempt: Attempt, fields: Fields) -> Attempt:
    here = attempt.here
    known = {name for position in here for name in attempt.turns[position].drawn.names}
    if fields.keys() - known:
        raise malformed()
    for position in here:
        turn = attempt.turns[position]
        own = {name: fields[name] for name in turn.drawn.names if name in fields}
        answer = exercise.parts[turn.index].read(turn.drawn, own, turn.answer)
        if turn.phase is Phase.OPEN:
            attempt = attempt.with_turn(position, replace(turn, answer=answer))
    return attempt


def _act(exercise: Exercise, attempt: Attempt, press: Press) -> Attempt:
    if press.position is not None:
        turn = attempt.turns[press.position]
        return attempt.with_turn(press.position, _turned(exercise.parts[turn.index], turn, press.verb))
    if press.verb == "finish":
        return replace(attempt, finished=True)
    if press.verb in _MOVES:
        at = attempt.at + _MOVES[press.verb]
        return replace(attempt, at=at, seen=max(at, attempt.seen))
    return attempt


def _turned(question: Question, turn: Turn, verb: str) -> Turn:
    match verb:
        case "check":
            return turn if question.objection(turn.answer) else replace(turn, phase=Phase.CHECKED)
        case "solution":
            return replace(turn, phase=Phase.SOLVED)
        case "retry":
            return replace(turn, answer=question.unanswered(), phase=Phase.OPEN)
    return replace(turn, answer=question.act(turn.drawn, turn.answer, verb))
