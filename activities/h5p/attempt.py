"""The state of an attempt: what was drawn for it, the answers, where the pupil is.

As JSON (an attempt's `state`)::

    {"at": 0, "seen": 2, "finished": false, "last": "check",
     "tolerance": null,                     # what the place had at the latest step, once there was one
     "questions": [
        {"index": 4,                        # in the content
         "page": 0,
         "names": ["x1f…"],                 # fields of the form: one for choices, one per blank
         "values": ["x8a…", "x03…"],        # identifiers of what can be chosen, in the content's order
         "order": [1, 0],                   # how it is shown
         "answer": ["0"],                   # what was chosen as H5P numbers it, or the text of each blank
         "phase": "open"}]}                 # open → checked → solved
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Answer = tuple[str, ...]
"""The parts of an answer; each way of answering says what they are."""


class Phase(StrEnum):
    """Where a question stands: being answered, judged, or judged with its solution shown."""

    OPEN = "open"
    CHECKED = "checked"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one attempt drew for one question; see the module for the shapes."""

    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One question in one attempt, and the page it stands on."""

    index: int
    page: int
    drawn: Drawn
    answer: Answer
    phase: Phase = Phase.OPEN


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt: `at` is the page, `seen` the farthest one; `last`, the latest action, says where the focus goes.

    `tolerance`, the one of `activities.kind.TOLERANCES` that the place had at the latest step, is what a finished
    attempt was scored with; None: the content's own.
    """

    turns: tuple[Turn, ...]
    at: int = 0
    seen: int = 0
    finished: bool = False
    last: str = "start"
    tolerance: str | None = None

    @property
    def here(self) -> tuple[int, ...]:
        """The positions of the questions on the page that the pupil is at."""
        return tuple(position for position, turn in enumerate(self.turns) if turn.page == self.at)

    @property
    def last_page(self) -> int:
        """The number of the last page, from 0."""
        return self.turns[-1].page

    def with_turn(self, position: int, turn: Turn) -> Attempt:
        """The same attempt with another state of one question."""
        return replace(self, turns=(*self.turns[:position], turn, *self.turns[position + 1 :]))

    def to_state(self) -> dict[str, Any]:
        """The JSON object of the module's docstring."""
        return {
            "at": self.at,
            "seen": self.seen,
            "finished": self.finished,
            "last": self.last,
            "tolerance": self.tolerance,
            "questions": [
                {
                    "index": turn.index,
                    "page": turn.page,
                    "names": list(turn.drawn.names),
                    "values": list(turn.drawn.values),
                    "order": list(turn.drawn.order),
                    "answer": list(turn.answer),
                    "phase": turn.phase.value,
                }
                for turn in self.turns
            ],
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Attempt:
        """Read back what `to_state` made; the state is the house's own and is trusted."""
        return cls(
            turns=tuple(
                Turn(
                    index=turn["index"],
                    page=turn["page"],
                    drawn=Drawn(tuple(turn["names"]), tuple(turn["values"]), tuple(turn["order"])),
                    answer=tuple(turn["answer"]),
                    phase=Phase(turn["phase"]),
                )
                for turn in state["questions"]
            ),
            at=state["at"],
            seen=state["seen"],
            finished=state["finished"],
            last=state["last"],
            # Attempts of the releases before have none.
            tolerance=state.get("tolerance"),
        )
