"""The kind `h5p`: H5P exercises rendered and scored by us, without the official player."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel

from activities.h5p import engine
from activities.h5p.attempt import Attempt
from activities.h5p.draw import Draw
from activities.h5p.events import read_event
from activities.h5p.settings import H5PSettings
from activities.h5p.view import review, show
from activities.kind import Context, Event, Outcome, State, View


class H5PKind:
    """The content types of `h5p_exports.content_types.PLAYED`; see `activities.kind.Kind` for the contract."""

    name: ClassVar[str] = "h5p"
    settings_model: ClassVar[type[BaseModel]] = H5PSettings

    def start(self, settings: H5PSettings, context: Context) -> State:
        """The state of a new attempt, everything drawn."""
        return engine.start(settings.exercise, Draw(context.seed)).to_state()

    def step(self, settings: H5PSettings, state: State, event: Event, context: Context) -> Outcome:  # noqa: ARG002
        """Apply ``{"action": …, "fields": …}``; the actions and what counts are told in `activities.h5p.engine`."""
        attempt = engine.apply(settings.exercise, Attempt.from_state(state), read_event(event))
        return Outcome(
            state=attempt.to_state(),
            score=engine.score(settings.exercise, attempt) if attempt.finished else None,
            progress=engine.progress(settings.exercise, attempt),
            completed=attempt.finished,
        )

    def view(self, settings: H5PSettings, state: State, context: Context) -> View:  # noqa: ARG002
        """The page of a question, or the result."""
        return _page(settings, show(settings.exercise, Attempt.from_state(state), settings.lang))

    def review(self, settings: H5PSettings, state: State, context: Context) -> View:  # noqa: ARG002
        """The answers as they stand, each with its verdict and solution."""
        return _page(settings, review(settings.exercise, Attempt.from_state(state), settings.lang))

    def maximum(self, settings: H5PSettings) -> float:
        """Points; where questions are drawn and differ in points, those of the luckiest draw; 0 without a question."""
        return settings.exercise.maximum


def _page(settings: H5PSettings, data: dict[str, Any]) -> View:
    return View("h5p/play.html", {**data, "scripts": settings.scripts})
