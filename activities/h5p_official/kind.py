"""The kind `h5p-official`: H5P contents in the official player, whose answers are scored here."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from activities.h5p_official.attempt import Attempt, after, malformed
from activities.h5p_official.settings import OfficialSettings
from activities.h5p_official.view import review, show
from activities.kind import Context, Event, Outcome, Score, State, StepRefused, View
from h5p_exports.errors import InvalidResponse, NotScored
from h5p_exports.xapi import maximum, rescore

WHERE_THE_BROWSER_SAYS = 100.0
"""The points of a content whose own are known once it is played: a percentage."""


class OfficialKind:
    """What `activities.h5p` does not play; see `activities.kind.Kind` for the contract.

    The player runs in a frame that knows nothing of the pupil. What it says at « Terminer » is scored by
    `h5p_exports.xapi`; the statements that it makes on the way count for nothing.
    """

    name: ClassVar[str] = "h5p-official"
    settings_model: ClassVar[type[BaseModel]] = OfficialSettings

    def start(self, settings: OfficialSettings, context: Context) -> State:  # noqa: ARG002
        """The state of a new attempt; what is drawn, the player draws."""
        return Attempt().to_state()

    def step(self, settings: OfficialSettings, state: State, event: Event, context: Context) -> Outcome:  # noqa: ARG002
        """Keep what the frame has sent; at ``finish`` it is what counts."""
        attempt = after(Attempt.from_state(state), event)
        return Outcome(
            state=attempt.to_state(),
            score=_score(settings, attempt) if attempt.finished else None,
            progress=attempt.progress,
            completed=attempt.finished,
        )

    def view(self, settings: OfficialSettings, state: State, context: Context) -> View:  # noqa: ARG002
        """The page with the frame, or the result."""
        return View("h5p_official/play.html", show(settings, Attempt.from_state(state)))

    def identifiers(self, settings: OfficialSettings, state: State) -> tuple[str, ...] | None:  # noqa: ARG002
        """None: the address of the frame is made for one page."""
        return None

    def review(self, settings: OfficialSettings, state: State, context: Context) -> View:  # noqa: ARG002
        """The answers as the player told them, with what they are worth."""
        return View("h5p_official/play.html", review(settings, Attempt.from_state(state)))

    def tolerance(self, settings: OfficialSettings) -> str | None:  # noqa: ARG002
        """None: the pupil sees the verdicts of the player, which knows no tolerance."""
        return None

    def maximum(self, settings: OfficialSettings) -> float:
        """Points; `WHERE_THE_BROWSER_SAYS` where only an attempt shows them."""
        most = maximum(settings.library, settings.params)
        return WHERE_THE_BROWSER_SAYS if most is None else most


def _score(settings: OfficialSettings, attempt: Attempt) -> Score | None:
    try:
        rescored = rescore(settings.library, settings.params, attempt.tree)
    except InvalidResponse:
        raise malformed() from None
    except NotScored as error:
        raise StepRefused(error.id) from None
    if not rescored.max:
        return None
    return Score(rescored.raw, rescored.max, declared=rescored.declared)
