"""The contract of an activity kind (`h5p`, `h5p-official`, later `chatbot`, `prompts`, …).

A kind is pure: it knows no web request, no table, no LMS. The house calls it so::

    settings = kind.settings_model.model_validate(stored_json)      # once per revision, cached
    state = kind.start(settings, context)                           # a new attempt
    outcome = kind.step(settings, state, event, context)            # something the pupil did
    view = kind.view(settings, outcome.state, context)              # what the pupil sees now

`state` and `event` are JSON objects; a state is stored as it is and given back unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

State = dict[str, Any]
Event = Mapping[str, Any]


TOLERANCES = ("none", "typing", "accents")
"""How typed answers are compared: letter by letter; whatever the apostrophes, spaces and ligatures; and the accents."""


class StepRefused(Exception):
    """The event cannot be applied; `id` is an error id of the house, `params` fill its text."""

    def __init__(self, id: str, **params: str | int) -> None:
        super().__init__(id)
        self.id = id
        self.params = params


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may know: the clock (aware, UTC), the attempt's own seed (128 random bits, never sent).

    `tolerance`: the one of `TOLERANCES` that the place has now; None: the activity's own.
    """

    now: datetime
    seed: int
    tolerance: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Points: 0 ≤ `raw` ≤ `maximum`, `maximum` > 0.

    `declared`: some of them are those that the browser claims, or would be had it claimed any, for nobody can compute
    them. A teacher is told.
    """

    raw: float
    maximum: float
    success: bool | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event led to.

    `score` is set once there is something to report; `progress` goes from 0 to 1;
    `completed` says that the pupil has handed the work in.
    """

    state: State
    score: Score | None = None
    progress: float = 0.0
    completed: bool = False
    effects: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A template of the kind (path inside `activities/`) and the data it shows.

    The data holds nothing that the pupil may not know yet: no answer key, not even by position or id. `scripts` among
    it names the static files that the page needs beyond those of every page.
    """

    template: str
    data: dict[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    """One kind of activity."""

    name: ClassVar[str]
    """Stored in `activity.yaml` and in the database, e.g. ``h5p``."""

    settings_model: ClassVar[type[BaseModel]]
    """Pydantic model of the kind's settings, `extra="forbid"`."""

    def start(self, settings: Any, context: Context) -> State:
        """The state of a new attempt; what is drawn at random is drawn here and kept."""

    def step(self, settings: Any, state: State, event: Event, context: Context) -> Outcome:
        """Apply one event. Raises `StepRefused` and changes nothing when the event has a wrong shape."""

    def view(self, settings: Any, state: State, context: Context) -> View:
        """What the pupil sees in this state."""

    def identifiers(self, settings: Any, state: State) -> tuple[str, ...] | None:
        """The identifiers drawn for a new attempt (letters and digits), where nothing else was drawn.

        The pages that such attempts begin with are the same but for these, in this order. None: each has its own page,
        or its template knows more than its `View`.
        """

    def review(self, settings: Any, state: State, context: Context) -> View:
        """What a teacher reads of an attempt, handed in or not: every answer with its verdict, nothing to press."""

    def tolerance(self, settings: Any) -> str | None:
        """How the activity compares typed answers, one of `TOLERANCES`; None where there is nothing to type."""

    def maximum(self, settings: Any) -> float:
        """The highest score an attempt can reach (points); 0 where nothing is scored."""
