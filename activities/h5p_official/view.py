"""What is seen: the frame with the player, the result, and what a teacher reads."""

from __future__ import annotations

from math import floor
from typing import Any

from activities.h5p_official.answers import answers_of, question_of
from activities.h5p_official.attempt import Attempt
from activities.h5p_official.settings import OfficialSettings
from h5p_exports.errors import H5PError
from h5p_exports.xapi import Basis, Part, Rescored, rescore

SCRIPTS = ("js/player.js",)


def show(settings: OfficialSettings, attempt: Attempt) -> dict[str, Any]:
    """The data of `h5p_official/play.html`: the player, or the result."""
    page: dict[str, Any] = {
        "language": settings.lang,
        "finished": attempt.finished,
        "for_teacher": False,
        "scripts": SCRIPTS,
    }
    if not attempt.finished:
        return {**page, "state": attempt.state}
    return {**page, **_result(rescore(settings.library, settings.params, attempt.tree))}


def review(settings: OfficialSettings, attempt: Attempt) -> dict[str, Any]:
    """The same for a teacher: the result as if handed in now, with every answer."""
    page: dict[str, Any] = {"language": settings.lang, "finished": True, "for_teacher": True, "answers": None}
    try:
        rescored = rescore(settings.library, settings.params, attempt.tree)
    except H5PError:
        # Not handed in yet, and what came so far cannot be.
        rescored = Rescored(())
    return {**page, **_result(rescored), "answers": [_told(part) for part in rescored.parts]}


def _result(rescored: Rescored) -> dict[str, Any]:
    raw, maximum = rescored.raw, rescored.max
    return {
        "result": {
            "raw": f"{raw:g}",
            "maximum": f"{maximum:g}",
            "percentage": floor(100 * raw / maximum) if maximum else 0,
            "feedback": "",
        },
        "questions": [],
    }


def _told(part: Part) -> dict[str, Any]:
    answers = answers_of(part)
    return {
        "title": part.title,
        "question": question_of(part),
        "answers": answers,
        "level": _level(part, answers),
        "raw": f"{part.score.raw:g}" if part.score else "",
        "maximum": f"{part.score.max:g}" if part.score else "",
    }


def _level(part: Part, answers: list[str]) -> str:
    """``empty``, ``unreadable``, ``declared``, else as right as it is."""
    if part.basis is Basis.DECLARED:
        return "declared" if part.score else "empty"
    if part.basis is Basis.UNREADABLE:
        return "unreadable"
    if part.score is None or (not answers and part.score.raw < part.score.max):
        return "empty"
    if part.score.raw == part.score.max:
        return "right"
    return "part" if part.score.raw else "wrong"
