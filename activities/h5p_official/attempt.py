"""An attempt: the last that the player in the frame has said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from activities.kind import Event, State, StepRefused
from h5p_exports.errors import InvalidResponse, PackageRefused
from h5p_exports.package.json_text import parse_json
from h5p_exports.xapi import Node, read_tree

LONGEST_TREE = 100_000
"""Characters of the tree of answers: the frame leaves out what is not read, so that 300 questions fit."""
LONGEST_STATE = 40_000
"""Characters of what the player saves to go on from; without it, it begins again."""
DEEPEST_JSON = 100

ACTIONS = frozenset({"save", "finish"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """`tree` is what `getXAPIData` gave, `state` what `getCurrentState` gave, as JSON text that may be empty.

    `has_spoken`: whether the frame has ever sent anything; a content without answers sends a tree that is None.
    """

    tree: Node | None = None
    state: str = ""
    has_spoken: bool = False
    finished: bool = False

    @classmethod
    def from_state(cls, state: State) -> Attempt:
        """The attempt that `to_state` has stored."""
        return cls(read_tree(state["tree"]), state["state"], state["has_spoken"], state["finished"])

    def to_state(self) -> State:
        """JSON that can be stored."""
        return {
            "tree": self.tree.as_tree() if self.tree else None,
            "state": self.state,
            "has_spoken": self.has_spoken,
            "finished": self.finished,
        }

    @property
    def progress(self) -> float:
        """The share of the questions that are answered, as the player tells it; 1 once the work is handed in."""
        if self.finished:
            return 1.0
        questions = list(_leaves(self.tree)) if self.tree else []
        answered = sum(bool(node.response or (node.raw or 0) > 0) for node in questions)
        return answered / len(questions) if questions else 0.0


def after(attempt: Attempt, event: Event) -> Attempt:
    """The attempt after ``{"action": "save" | "finish", "fields": {"tree": [JSON], "state": [JSON]}}``.

    An empty field, or one that is not there, leaves what was there. Raises `StepRefused`: ``answer-malformed`` for
    what the frame cannot have sent, ``action-not-possible``, and ``player-silent`` where nothing is there to hand in.
    """
    match event:
        case {"action": str(action), "fields": dict(fields)} if fields.keys() <= {"tree", "state"}:
            pass
        case _:
            raise malformed()
    if attempt.finished or action not in ACTIONS:
        raise StepRefused("action-not-possible")
    if tree := _field(fields, "tree", LONGEST_TREE):
        try:
            attempt = replace(attempt, tree=read_tree(_json(tree)), has_spoken=True)
        except InvalidResponse:
            raise malformed() from None
    if state := _field(fields, "state", LONGEST_STATE):
        _json(state)
        attempt = replace(attempt, state=state)
    if action == "finish" and not attempt.has_spoken:
        raise StepRefused("player-silent")
    return replace(attempt, finished=action == "finish")


def malformed() -> StepRefused:
    """The error of what no frame of ours can have sent."""
    return StepRefused("answer-malformed")


def _field(fields: dict[str, Any], name: str, longest: int) -> str:
    match fields.get(name, [""]):
        case [str(text)] if len(text) <= longest:
            return text
    raise malformed()


def _json(text: str) -> object:
    try:
        return parse_json(text.encode(), name="player", depth=DEEPEST_JSON)
    except (PackageRefused, UnicodeEncodeError):
        raise malformed() from None


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)
