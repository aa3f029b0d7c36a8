"""H5P.SortParagraphs: paragraphs to put in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, malformed
from activities.h5p.html import author_html
from activities.h5p.questions.base import DRAGGING, Question
from h5p_exports.content_types import Behaviour, Image, SortParagraphs
from h5p_exports.scoring import Score, overall_feedback
from h5p_exports.scoring.sort_paragraphs import score, verdicts

_STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Sorting(Question):
    """Paragraphs with buttons that move them; an answer is their indexes as they stand, none where nobody moved any.

    The form says in which order they stand, so that what is judged is what is seen.
    """

    template: ClassVar[str] = "h5p/sorting.html"
    scripts: ClassVar[tuple[str, ...]] = DRAGGING

    model: SortParagraphs

    @property
    def behaviour(self) -> Behaviour:
        """The content's."""
        return self.model.behaviour

    @property
    def image(self) -> Image | None:
        """The content's."""
        return self.model.image

    def score(self, answer: Answer) -> Score:
        """By places or by neighbourhoods."""
        return score(self.model, tuple(map(int, answer)))

    def draw(self, draw: Draw) -> Drawn:
        """One field; identifiers and an order that do not know the right one."""
        values, order = draw.mixed(self.model.paragraphs)
        return Drawn((draw.token("name"),), values, order)

    def unanswered(self) -> Answer:
        """As they were drawn."""
        return ()

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """All paragraphs, as they stand on the page."""
        if drawn.names[0] not in fields:
            return before
        values = fields[drawn.names[0]]
        if sorted(values) != sorted(drawn.values):
            raise malformed()
        return tuple(str(drawn.values.index(value)) for value in values)

    def actions(self, drawn: Drawn, answer: Answer) -> tuple[str, ...]:
        """``up-x1f…`` and ``down-x1f…``: move this paragraph by one place."""
        values = [drawn.values[index] for index in _standing(drawn, answer)]
        return (*(f"up-{value}" for value in values[1:]), *(f"down-{value}" for value in values[:-1]))

    def act(self, drawn: Drawn, answer: Answer, action: str) -> Answer:
        """Change places with a neighbour."""
        direction, _, value = action.partition("-")
        standing = list(_standing(drawn, answer))
        place = standing.index(drawn.values.index(value))
        other = place + _STEPS[direction]
        standing[place], standing[other] = standing[other], standing[place]
        return tuple(map(str, standing))

    def is_answered(self, answer: Answer) -> bool:
        """The form has said how they stand."""
        return bool(answer)

    def is_complete(self, answer: Answer) -> bool:
        """The form has said how they stand."""
        return bool(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The paragraphs as they stand; judged by place, or by what stands before."""
        standing = _standing(drawn, answer)
        right = verdicts(self.model, standing)
        # By neighbourhoods there is one verdict less: nothing stands before the first.
        marks = ["right" if verdict else "wrong" for verdict in right]
        marks = [""] * (len(standing) - len(marks)) + marks
        return {
            "text": author_html(self.model.task_description),
            "name": drawn.names[0],
            "by_position": self.model.by_position,
            "paragraphs": [
                {
                    "value": drawn.values[index],
                    "text": author_html(self.model.paragraphs[index]),
                    "mark": "" if phase is Phase.OPEN else mark,
                }
                for index, mark in zip(standing, marks, strict=True)
            ],
            "solution": [author_html(text) for text in self.model.paragraphs] if phase is Phase.SOLVED else [],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)


def _standing(drawn: Drawn, answer: Answer) -> tuple[int, ...]:
    return tuple(map(int, answer)) or drawn.order
