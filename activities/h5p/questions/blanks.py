"""H5P.Blanks: words to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, read_texts
from activities.h5p.html import author_html
from activities.h5p.questions.base import Typed
from h5p_exports.content_types import Behaviour, Blank, Blanks, Image
from h5p_exports.content_types.javascript import trim
from h5p_exports.scoring import Score, overall_feedback
from h5p_exports.scoring.blanks import score, verdicts


@dataclass(frozen=True, slots=True)
class FillIn(Typed):
    """Lines of text with blanks; an answer is the text of each blank, as it was typed."""

    template: ClassVar[str] = "h5p/blanks.html"

    model: Blanks

    @property
    def behaviour(self) -> Behaviour:
        """The content's."""
        return self.model.behaviour

    @property
    def image(self) -> Image | None:
        """The content's."""
        return self.model.image

    def score(self, answer: Answer) -> Score:
        """A point for each right word."""
        return score(self.model, answer, tolerance=self.tolerance)

    def draw(self, draw: Draw) -> Drawn:
        """One field for each blank."""
        return Drawn(names=tuple(draw.token(f"name {blank.index}") for blank in self.model.blanks))

    def unanswered(self) -> Answer:
        """Nothing typed."""
        return ("",) * len(self.model.blanks)

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """What is typed in each field."""
        return read_texts(drawn.names, fields, before)

    def is_answered(self, answer: Answer) -> bool:
        """At least one blank is filled in."""
        return any(trim(text) for text in answer)

    def is_complete(self, answer: Answer) -> bool:
        """Every blank is filled in, but for those where nothing is a right answer."""
        right = verdicts(self.model, answer, tolerance=self.tolerance)
        return all(trim(text) or is_right for text, is_right in zip(answer, right, strict=True))

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The lines, cut where the blanks stand, with what the phase lets be known of each blank."""
        right = () if phase is Phase.OPEN else verdicts(self.model, answer, tolerance=self.tolerance)

        def blank_shown(blank: Blank) -> dict[str, Any]:
            mark = "" if phase is Phase.OPEN else "right" if right[blank.index] else "wrong"
            return {
                "name": drawn.names[blank.index],
                "number": blank.index + 1,
                "text": answer[blank.index],
                "tip": blank.tip,
                "mark": mark,
                "solution": _solution(blank) if phase is Phase.SOLVED and mark == "wrong" else "",
            }

        return {
            "text": author_html(self.model.text),
            "count": len(self.model.blanks),
            "separate_lines": self.model.separate_lines,
            "lines": [
                [blank_shown(part) if isinstance(part, Blank) else author_html(part) for part in line.parts]
                for line in self.model.lines
            ],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)


def _solution(blank: Blank) -> str:
    """The answer that the author put first; the others are there to be lenient, not to be read."""
    return next(filter(None, map(trim, blank.alternatives)), "")
