"""The kind `h5p`: H5P exercises rendered and scored by us, without the official player."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from pydantic import BaseModel

from activities.h5p import engine
from activities.h5p.attempt import Attempt
from activities.h5p.content import Exercise
from activities.h5p.draw import Draw
from activities.h5p.events import read_event
from activities.h5p.settings import H5PSettings
from activities.h5p.view import review, show
from activities.kind import Context, Event, Outcome, State, View


class H5PKind:
    """The content types of `h5p_exports.content_types.PLAYED`; see `activities.kind.Kind` for the contract.

    The tolerance of the place is in force as it is now: a teacher who sees a class stumble over apostrophes helps those
    who are at work. An attempt that is handed in keeps the one it was scored with: its verdicts go on telling its
    points.
    """

    name: ClassVar[str] = "h5p"
    settings_model: ClassVar[type[BaseModel]] = H5PSettings

    def start(self, settings: H5PSettings, context: Context) -> State:
        """The state of a new attempt, everything drawn."""
        return engine.start(settings.exercise, Draw(context.seed)).to_state()

    def step(self, settings: H5PSettings, state: State, event: Event, context: Context) -> Outcome:
        """Apply ``{"action": …, "fields": …}``; the actions and what counts are told in `activities.h5p.engine`."""
        exercise = settings.exercise_at(context.tolerance)
        attempt = engine.apply(exercise, Attempt.from_state(state), read_event(event))
        attempt = replace(attempt, tolerance=context.tolerance)
        return Outcome(
            state=attempt.to_state(),
            score=engine.score(exercise, attempt) if attempt.finished else None,
            progress=engine.progress(exercise, attempt),
            completed=attempt.finished,
        )

    def view(self, settings: H5PSettings, state: State, context: Context) -> View:
        """The page of a question, or the result."""
        attempt = Attempt.from_state(state)
        return _page(settings, show(_exercise(settings, attempt, context), attempt, settings.lang))

    def identifiers(self, settings: H5PSettings, state: State) -> tuple[str, ...] | None:
        """The names of the fields, where no order, no value and no choice of questions was drawn."""
        exercise, questions = settings.exercise, state["questions"]
        drawn = exercise.random_order or exercise.pool_size < len(exercise.pages)
        if drawn or any(question["order"] or question["values"] for question in questions):
            return None
        return tuple(name for question in questions for name in question["names"])

    def review(self, settings: H5PSettings, state: State, context: Context) -> View:
        """The answers as they stand, each with its verdict and solution."""
        attempt = Attempt.from_state(state)
        return _page(settings, review(_exercise(settings, attempt, context), attempt, settings.lang))

    def tolerance(self, settings: H5PSettings) -> str | None:
        """As the content says; None for one in which nothing is typed."""
        return settings.typing

    def maximum(self, settings: H5PSettings) -> float:
        """Points; where questions are drawn and differ in points, those of the luckiest draw; 0 without a question."""
        return settings.exercise.maximum


def _exercise(settings: H5PSettings, attempt: Attempt, context: Context) -> Exercise:
    """The exercise as it was scored, or as it is now while the attempt is under way."""
    return settings.exercise_at(attempt.tolerance if attempt.finished else context.tolerance)


def _page(settings: H5PSettings, data: dict[str, Any]) -> View:
    return View("h5p/play.html", {**data, "scripts": settings.scripts})
