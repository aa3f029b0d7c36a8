"""What the pupil sees: plain data for the templates, nothing that is not due yet."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import Any

from activities.h5p import engine
from activities.h5p.attempt import Attempt, Phase, Turn
from activities.h5p.content import Exercise
from activities.h5p.html import author_html
from h5p_exports.scoring import overall_feedback


def show(exercise: Exercise, attempt: Attempt, language: str) -> dict[str, Any]:
    """The data of `h5p/play.html`: the page of a question, or the result."""
    page = _result(exercise, attempt) if attempt.finished else _page(exercise, attempt)
    return {"language": language, "finished": attempt.finished, "for_teacher": False, **page}


def review(exercise: Exercise, attempt: Attempt, language: str) -> dict[str, Any]:
    """The same for a teacher who reads it: the result as if handed in now, with every solution."""
    solved = tuple(replace(turn, phase=Phase.SOLVED) for turn in attempt.turns)
    page = _result(exercise, replace(attempt, turns=solved, finished=True))
    return {"language": language, "finished": True, "for_teacher": True, **page}


def _page(exercise: Exercise, attempt: Attempt) -> dict[str, Any]:
    turn = attempt.turn
    question = exercise.questions[turn.index]
    actions = engine.possible_actions(exercise, attempt)
    return {
        "introduction": author_html(exercise.introduction) if attempt.at == 0 else "",
        "position": attempt.at + 1,
        "steps": [_step(exercise, other) for other in attempt.turns],
        "question": _question(exercise, turn, turn.phase, number=attempt.at + 1),
        "actions": actions,
        "focus": "feedback" if attempt.last in {"check", "solution"} else "question",
        "nothing_to_judge": attempt.last == "check" and turn.phase is Phase.OPEN,
        "solution_waits": turn.phase is Phase.CHECKED
        and question.model.behaviour.enable_solutions
        and not question.has_full_marks(turn.answer)
        and "solution" not in actions,
    }


def _result(exercise: Exercise, attempt: Attempt) -> dict[str, Any]:
    score = engine.score(exercise, attempt)
    raw, maximum = (score.raw, score.maximum) if score else (0, 0)
    return {
        "result": {
            "raw": f"{raw:g}",
            "maximum": f"{maximum:g}",
            "percentage": floor(100 * raw / maximum) if maximum else 0,
            "feedback": author_html(overall_feedback(exercise.overall_feedback, raw, maximum)),
        },
        "questions": [
            _question(exercise, turn, _phase_at_end(exercise, turn), number=number)
            for number, turn in enumerate(attempt.turns, start=1)
        ],
    }


def _phase_at_end(exercise: Exercise, turn: Turn) -> Phase:
    """Everything is judged; solutions come where the set and the question allow them."""
    question = exercise.questions[turn.index]
    solved = exercise.solutions_at_end and engine.may_see_solution(question, turn)
    return Phase.SOLVED if solved or turn.phase is Phase.SOLVED else Phase.CHECKED


def _question(exercise: Exercise, turn: Turn, phase: Phase, *, number: int) -> dict[str, Any]:
    question = exercise.questions[turn.index]
    image = question.model.image
    return {
        **question.shown(turn.drawn, turn.answer, phase),
        "id": f"question-{number}",
        "template": question.template,
        "image": image and {"path": image.path, "alt": image.alt, "width": image.width, "height": image.height},
        "locked": phase is not Phase.OPEN,
        "verdict": None if phase is Phase.OPEN else _verdict(exercise, turn),
    }


def _verdict(exercise: Exercise, turn: Turn) -> dict[str, Any]:
    question = exercise.questions[turn.index]
    score = question.score(turn.answer)
    if score.raw == score.max:
        level = "right"
    elif not question.is_answered(turn.answer):
        level = "empty"
    else:
        level = "part" if score.raw else "wrong"
    return {
        "level": level,
        "raw": score.raw,
        "maximum": score.max,
        "feedback": author_html(question.feedback(turn.answer)),
    }


def _step(exercise: Exercise, turn: Turn) -> str:
    """``right`` or ``wrong`` once judged, ``done`` once answered, else nothing."""
    question = exercise.questions[turn.index]
    if turn.phase is not Phase.OPEN:
        return "right" if question.has_full_marks(turn.answer) else "wrong"
    return "done" if question.is_answered(turn.answer) else ""
