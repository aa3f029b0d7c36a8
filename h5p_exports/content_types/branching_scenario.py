"""H5P.BranchingScenario 1.x: contents, and questions whose answers say what comes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from h5p_exports.content_types.child import Child, is_content, read_child
from h5p_exports.content_types.common import Fields, as_fields, read_group, read_html, read_items, read_params
from h5p_exports.content_types.javascript import to_number, truthy
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_LEVEL = 5
END = -1
"""The `next` of what ends the scenario."""


class Scoring(Enum):
    """What a scenario counts."""

    NONE = "no-score"
    END = "static-end-score"
    PATH = "dynamic-score"


@dataclass(frozen=True, slots=True)
class Alternative:
    """An answer: its text (HTML), the index of the content that follows, its points if it has any."""

    text: str
    next: int
    points: float | None


@dataclass(frozen=True, slots=True)
class BranchingQuestion(Content):
    """A question (HTML) whose answers branch."""

    question: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A content, the index of the one that follows, and the points of the end that it leads to, if it says any."""

    child: Child
    next: int
    points: float | None


@dataclass(frozen=True, slots=True)
class BranchingScenario(Content):
    """Steps by index, the first one first; `end_points` are those of an end that says nothing else.

    `count_interactions`: the points of the contents count as well as those of the path.
    """

    steps: tuple[Step, ...]
    scoring: Scoring
    end_points: float
    count_interactions: bool


@content_type("H5P.BranchingQuestion", level=_LEVEL - 1)
def parse_question(params: object) -> BranchingQuestion:
    """Read the params of a question. Raises `InvalidContent`."""
    question = as_fields(as_fields(params).get("branchingQuestion"))
    return BranchingQuestion(
        question=read_html(question, "question"),
        alternatives=tuple(
            Alternative(
                text=read_html(item, "text"),
                next=_next(item, f"branchingQuestion.alternatives[{index}]"),
                points=_points(as_fields(item.get("feedback")), f"branchingQuestion.alternatives[{index}].feedback"),
            )
            for index, item in enumerate(read_items(question, "alternatives"))
        ),
    )


@content_type("H5P.BranchingScenario", level=_LEVEL)
def parse(params: object) -> BranchingScenario:
    """Read the params and those of the contents. Raises `InvalidContent` where no path can be followed."""
    fields = read_group(read_params(params), "branchingScenario", defaults={})
    contents = fields.get("content", [])
    if not isinstance(contents, list):
        raise InvalidContent("invalid-content", "branchingScenario.content")
    options = as_fields(fields.get("scoringOptionGroup"))
    chosen = options.get("scoringOption")
    ends = read_items(fields, "endScreens")
    return BranchingScenario(
        steps=tuple(
            _step(as_fields(item), f"branchingScenario.content[{index}]") for index, item in enumerate(contents)
        ),
        scoring=next((scoring for scoring in Scoring if scoring.value == chosen), Scoring.NONE),
        end_points=(_points(ends[0], "branchingScenario.endScreens[0]") or 0) if ends else 0,
        count_interactions=truthy(options.get("includeInteractionsScores")),
    )


def _step(item: Fields, where: str) -> Step:
    content = item.get("type")
    if not isinstance(content, dict) or not is_content(content):
        raise InvalidContent("invalid-content", f"{where}.type")
    return Step(
        child=read_child(content, level=_LEVEL, where=f"{where}.type"),
        next=_next(item, where),
        points=_points(as_fields(item.get("feedback")), f"{where}.feedback"),
    )


def _next(item: Fields, where: str) -> int:
    index = to_number(item.get("nextContentId", END))
    if not math.isfinite(index) or index != int(index):
        raise InvalidContent("invalid-content", f"{where}.nextContentId")
    return max(int(index), END)


def _points(feedback: Fields, where: str) -> float | None:
    """The points of an end, or of an answer; an author may leave them out."""
    if feedback.get("endScreenScore") is None:
        return None
    points = to_number(feedback["endScreenScore"])
    if not 0 <= points < math.inf:
        raise InvalidContent("invalid-content", f"{where}.endScreenScore")
    return points
