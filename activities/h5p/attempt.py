"""The state of an attempt: what was drawn for it, the answers, where the pupil is.

As JSON (an attempt's `state`)::

    {"at": 0, "finished": false, "last": "check", "questions": [
        {"index": 4,                        # in the content
         "names": ["x1f…"],                 # fields of the form: one for choices, one per blank
         "values": ["x8a…", "x03…"],        # identifiers of the choices, in the content's order; none for blanks
         "order": [1, 0],                   # the choices as they are shown
         "answer": ["0"],                   # chosen choices as H5P numbers them, or the text of each blank
         "phase": "open"}]}                 # open → checked → solved
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

Answer = tuple[str, ...]
"""The parts of an H5P response: chosen choices in the content's order, or the text of each blank as it was typed."""


class Phase(StrEnum):
    """Where a question stands: being answered, judged, or judged with its solution shown."""

    OPEN = "open"
    CHECKED = "checked"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one attempt drew for one question; see the module for the shapes."""

    names: tuple[str, ...]
    values: tuple[str, ...] = ()
    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One question in one attempt."""

    index: int
    drawn: Drawn
    answer: Answer
    phase: Phase = Phase.OPEN


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt; `last` is the latest action, which says where the page's focus goes."""

    turns: tuple[Turn, ...]
    at: int = 0
    finished: bool = False
    last: str = "start"

    @property
    def turn(self) -> Turn:
        """The question that the pupil is at."""
        return self.turns[self.at]

    def with_turn(self, turn: Turn) -> Attempt:
        """The same attempt with another state of the question that the pupil is at."""
        return replace(self, turns=(*self.turns[: self.at], turn, *self.turns[self.at + 1 :]))

    def to_state(self) -> dict[str, Any]:
        """The JSON object of the module's docstring."""
        return {
            "at": self.at,
            "finished": self.finished,
            "last": self.last,
            "questions": [
                {
                    "index": turn.index,
                    **{key: list(value) for key, value in asdict(turn.drawn).items()},
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
                    drawn=Drawn(tuple(turn["names"]), tuple(turn["values"]), tuple(turn["order"])),
                    answer=tuple(turn["answer"]),
                    phase=Phase(turn["phase"]),
                )
                for turn in state["questions"]
            ),
            at=state["at"],
            finished=state["finished"],
            last=state["last"],
        )
