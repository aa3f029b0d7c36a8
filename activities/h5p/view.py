"""What the pupil sees: plain data for the templates, nothing that is not due yet."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import Any

from activities.h5p import engine
from activities.h5p.attempt import Attempt, Phase, Turn
from activities.h5p.content import Exercise
from activities.h5p.html import author_html
from activities.h5p.questions import Reading
from activities.h5p.questions.base import picture
from h5p_exports.scoring import overall_feedback


def show(exercise: Exercise, attempt: Attempt, language: str) -> dict[str, Any]:
    """The data of `h5p/play.html`: a page of the exercise, or the result."""
    page = _result(exercise, attempt) if attempt.finished else _page(exercise, attempt)
    return {"language": language, "finished": attempt.finished, "for_teacher": False, **page}


def review(exercise: Exercise, attempt: Attempt, language: str) -> dict[str, Any]:
    """The same for a teacher who reads it: the result as if handed in now, with every solution."""
    solved = tuple(replace(turn, phase=Phase.SOLVED) for turn in attempt.turns)
    page = _result(exercise, replace(attempt, turns=solved, finished=True))
    return {"language": language, "finished": True, "for_teacher": True, **page}


def _page(exercise: Exercise, attempt: Attempt) -> dict[str, Any]:
    presses = engine.possible_actions(exercise, attempt)
    verb, acted = _latest(attempt)
    parts = []
    for position in attempt.here:
        turn = attempt.turns[position]
        question = exercise.parts[turn.index]
        actions = {press.verb: value for value, press in presses.items() if press.position == position}
        last = verb if position == acted else ""
        parts.append(
            {
                **_question(exercise, turn, turn.phase, number=position + 1),
                "scored": not isinstance(question, Reading),
                "number": _number(exercise, attempt, position),
                "actions": actions,
                "suffix": engine.suffix(attempt, position),
                "last": last,
                "focus": _focus(last),
                "objection": question.objection(turn.answer) if last == "check" and turn.phase is Phase.OPEN else "",
                "solution_waits": turn.phase is Phase.CHECKED
                and question.behaviour.enable_solutions
                and not question.has_full_marks(turn.answer)
                and "solution" not in actions,
            }
        )
    return {
        "introduction": author_html(exercise.introduction) if attempt.at == 0 else "",
        "unit": exercise.unit,
        "title": exercise.pages[attempt.at].title,
        "position": attempt.at + 1,
        "steps": [_step(exercise, attempt, page) for page in range(attempt.last_page + 1)],
        "parts": parts,
        "focus": "page" if acted is None else "",
        "actions": {press.verb: value for value, press in presses.items() if press.position is None},
    }


def _latest(attempt: Attempt) -> tuple[str, int | None]:
    """The latest action, and the position of the question that it was about: the focus goes there."""
    verb, _, position = attempt.last.partition(".")
    if verb in engine.OF_THE_PAGE:
        return verb, None
    return verb, int(position) if position else attempt.here[0]


def _focus(last: str) -> str:
    """What takes the focus in the part that was acted on: its verdict, its heading, or what its template says."""
    if last in {"check", "solution"}:
        return "feedback"
    return "heading" if last == "retry" else "own" if last else ""


def _number(exercise: Exercise, attempt: Attempt, position: int) -> int:
    """Which question it is, among those that there is something to answer to."""
    before = attempt.turns[: position + 1]
    return sum(not isinstance(exercise.parts[turn.index], Reading) for turn in before)


def _result(exercise: Exercise, attempt: Attempt) -> dict[str, Any]:
    score = engine.score(exercise, attempt)
    raw, maximum = (score.raw, score.maximum) if score else (0, 0)
    answered = [turn for turn in attempt.turns if not isinstance(exercise.parts[turn.index], Reading)]
    return {
        "result": {
            "raw": f"{raw:g}",
            "maximum": f"{maximum:g}",
            "percentage": floor(100 * raw / maximum) if maximum else 0,
            "feedback": author_html(overall_feedback(exercise.overall_feedback, raw, maximum)),
        },
        "questions": [
            _question(exercise, turn, _phase_at_end(exercise, turn), number=number)
            for number, turn in enumerate(answered, start=1)
        ],
    }


def _phase_at_end(exercise: Exercise, turn: Turn) -> Phase:
    """Everything is judged; solutions come where the set and the question allow them."""
    question = exercise.parts[turn.index]
    solved = exercise.solutions_at_end and engine.may_see_solution(question, turn)
    return Phase.SOLVED if solved or turn.phase is Phase.SOLVED else Phase.CHECKED


def _question(exercise: Exercise, turn: Turn, phase: Phase, *, number: int) -> dict[str, Any]:
    question = exercise.parts[turn.index]
    return {
        **question.shown(turn.drawn, turn.answer, phase),
        "id": f"question-{number}",
        "template": question.template,
        "image": picture(question.image),
        "locked": phase is not Phase.OPEN,
        "verdict": None if phase is Phase.OPEN else _verdict(exercise, turn),
    }


def _verdict(exercise: Exercise, turn: Turn) -> dict[str, Any]:
    question = exercise.parts[turn.index]
    score = question.score(turn.answer)
    if not question.is_answered(turn.answer) and (score.raw < score.max or not question.tells_points):
        level = "empty"
    elif not question.tells_points:
        level = "saved"
    elif score.raw == score.max:
        level = "right"
    else:
        level = "part" if score.raw else "wrong"
    return {
        "level": level,
        "raw": f"{score.raw:g}",
        "maximum": f"{score.max:g}",
        "feedback": author_html(question.feedback(turn.answer)),
    }


def _step(exercise: Exercise, attempt: Attempt, page: int) -> str:
    """``right`` or ``wrong`` once judged, ``done`` once answered, else nothing."""
    turns = [turn for turn in attempt.turns if turn.page == page]
    if all(turn.phase is not Phase.OPEN for turn in turns):
        right = all(exercise.parts[turn.index].has_full_marks(turn.answer) for turn in turns)
        return "right" if right else "wrong"
    done = page <= attempt.seen and all(exercise.parts[turn.index].is_answered(turn.answer) for turn in turns)
    return "done" if done else ""
