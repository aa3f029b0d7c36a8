"""What is read, looked at or listened to: nothing to answer, no point.

H5P.AdvancedText and H5P.Text, H5P.Image, H5P.Audio, H5P.Accordion, H5P.ImageHotspots.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields
from activities.h5p.html import author_html
from activities.h5p.questions.base import EVERYTHING, Question, picture
from h5p_exports.content_types import Accordion, Audio, Behaviour, Content, ImageHotspots, Picture, Text
from h5p_exports.scoring import Score

_NOTHING_TO_PRESS = replace(EVERYTHING, enable_retry=False, enable_solutions=False, enable_check=False)


class Reading(Question):
    """Something without an answer; it is read once its page was shown."""

    @property
    def behaviour(self) -> Behaviour:
        """No button."""
        return _NOTHING_TO_PRESS

    def score(self, answer: Answer) -> Score:  # noqa: ARG002 # The same for any.
        """No point of none."""
        return Score(0, 0, None)

    def draw(self, draw: Draw) -> Drawn:  # noqa: ARG002 # Nothing by default.
        """Nothing to draw."""
        return Drawn()

    def unanswered(self) -> Answer:
        """Nothing."""
        return ()

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:  # noqa: ARG002 # There are no fields.
        """Nothing comes from the form."""
        return before

    def is_answered(self, answer: Answer) -> bool:  # noqa: ARG002 # The same for any.
        """Always."""
        return True

    def is_complete(self, answer: Answer) -> bool:
        """Once it is read."""
        return self.is_answered(answer)

    def feedback(self, answer: Answer) -> str:  # noqa: ARG002 # There is none.
        """None."""
        return ""


@dataclass(frozen=True, slots=True)
class Page(Reading):
    """A text, a picture or a sound."""

    template: ClassVar[str] = "h5p/reading.html"

    model: Text | Picture | Audio

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:  # noqa: ARG002 # The same in any.
        """Its HTML, its picture, its sources: what it has of them."""
        return read_out(self.model)


@dataclass(frozen=True, slots=True)
class Panels(Reading):
    """Titles that unfold a text each."""

    template: ClassVar[str] = "h5p/accordion.html"

    model: Accordion

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:  # noqa: ARG002 # The same in any.
        """The panels in order."""
        return {"panels": [{"title": panel.title, "html": author_html(panel.html)} for panel in self.model.panels]}


@dataclass(frozen=True, slots=True)
class Spots(Reading):
    """A picture with numbered points, and what each of them opens."""

    template: ClassVar[str] = "h5p/hotspots.html"

    model: ImageHotspots

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:  # noqa: ARG002 # The same in any.
        """The picture, and the points with what is inside; `x` and `y` in percent."""
        return {
            "picture": picture(self.model.image),
            "spots": [
                {
                    "number": number,
                    "x": spot.x if isfinite(spot.x) else 0,
                    "y": spot.y if isfinite(spot.y) else 0,
                    "title": spot.header,
                    "contents": [read_out(child.model) for child in spot.contents],
                }
                for number, spot in enumerate(self.model.hotspots, start=1)
            ],
        }


def read_out(model: Content | None) -> dict[str, Any]:
    """The parts of a text, a picture or a sound; nothing but empty parts for a content that is not shown here."""
    return {
        "html": author_html(model.html) if isinstance(model, Text) else "",
        "picture": picture(model.image, decorative=model.decorative) if isinstance(model, Picture) else None,
        "sounds": [{"path": source.path, "mime": source.mime} for source in model.sources]
        if isinstance(model, Audio)
        else [],
    }
