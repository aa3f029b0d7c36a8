"""H5P.DragText: labels to put into the gaps of a text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, read_choices
from activities.h5p.html import author_html
from activities.h5p.questions.base import DRAGGING, Question
from h5p_exports.content_types import Behaviour, DragText, Gap, Image
from h5p_exports.content_types.javascript import decode_entities, trim
from h5p_exports.scoring import Score, overall_feedback
from h5p_exports.scoring.drag_text import score, verdicts

_LINE_BREAK = "<br/>"


@dataclass(frozen=True, slots=True)
class Labels(Question):
    """A text with gaps, each a list to choose a label from; an answer is the index of the label in each gap.

    A label serves once. A form without script can hold one twice: that is neither judged nor worth anything.
    """

    template: ClassVar[str] = "h5p/labels.html"
    scripts: ClassVar[tuple[str, ...]] = DRAGGING

    model: DragText

    @property
    def behaviour(self) -> Behaviour:
        """The content's."""
        return self.model.behaviour

    @property
    def image(self) -> Image | None:
        """The content's."""
        return self.model.image

    def score(self, answer: Answer) -> Score:
        """A point for each right label."""
        return score(self.model, self._placed(answer))

    def draw(self, draw: Draw) -> Drawn:
        """A field for each gap; identifiers and an order of the labels that do not know their gaps."""
        values, order = draw.mixed(self.model.labels)
        return Drawn(tuple(draw.token(f"name {gap.index}") for gap in self.model.gaps), values, order)

    def unanswered(self) -> Answer:
        """Nothing placed."""
        return ("",) * len(self.model.gaps)

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """The label in each gap."""
        return read_choices(drawn.names, fields, before, drawn.values)

    def is_answered(self, answer: Answer) -> bool:
        """At least one label is placed."""
        return any(answer)

    def objection(self, answer: Answer) -> str:
        """At least one label must be placed, and none twice."""
        return "twice" if _placed_twice(answer) else "" if any(answer) else "empty"

    def is_complete(self, answer: Answer) -> bool:
        """Every gap has its label."""
        return all(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The text, cut where the gaps stand, with what the phase lets be known of each gap."""
        right = verdicts(self.model, self._placed(answer))

        def gap_shown(gap: Gap) -> dict[str, Any]:
            mark = "" if phase is Phase.OPEN else "right" if right[gap.index] else "wrong"
            chosen = answer[gap.index]
            feedback = {"right": gap.correct_feedback, "wrong": gap.incorrect_feedback if chosen else ""}
            return {
                "name": drawn.names[gap.index],
                "number": gap.index + 1,
                "chosen": drawn.values[int(chosen)] if chosen else "",
                "tip": _plain(gap.tip),
                "mark": mark,
                "feedback": _plain(feedback.get(mark, "")),
                "solution": _plain(gap.text) if phase is Phase.SOLVED and mark == "wrong" else "",
            }

        return {
            "text": author_html(self.model.task_description),
            "count": len(self.model.gaps),
            "labels": [
                {"value": drawn.values[index], "text": _plain(self.model.labels[index])} for index in drawn.order
            ],
            "parts": [gap_shown(part) if isinstance(part, Gap) else author_html(part) for part in self.model.parts],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)

    def _placed(self, answer: Answer) -> tuple[str, ...]:
        """The text of the label in each gap; nothing where the label is used twice."""
        twice = _placed_twice(answer)
        return tuple(self.model.labels[int(index)] if index and index not in twice else "" for index in answer)


def _placed_twice(answer: Answer) -> frozenset[str]:
    return frozenset(index for index, times in Counter(answer).items() if index and times > 1)


def _plain(source: str) -> str:
    """The text of a label, of a tip, of a feedback."""
    return trim(decode_entities(source.replace(_LINE_BREAK, " ")))
