"""What every playable content type gives the player."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields
from h5p_exports.content_types import Behaviour, Image
from h5p_exports.scoring import Score, Tolerance

EVERYTHING = Behaviour(
    enable_retry=True,
    enable_solutions=True,
    enable_check=True,
    auto_check=False,
    show_solutions_requires_input=True,
    confirm_check=False,
    confirm_retry=False,
)
"""For the types that leave the choice to nobody."""


DRAGGING = ("js/h5p.js",)
"""What lets things be dragged that have lists and buttons too."""


def picture(image: Image | None, *, decorative: bool = False) -> dict[str, Any] | None:
    """A picture for the templates; a decorative one has no words."""
    if image is None:
        return None
    return {
        "path": image.path,
        "alt": "" if decorative else image.alt,
        "width": image.width,
        "height": image.height,
    }


class Question(ABC):
    """One question of the content, or something to read: pure, immutable, the same for every attempt."""

    template: ClassVar[str]
    """Draws what `shown` returns."""

    scripts: ClassVar[tuple[str, ...]] = ()
    """The static files that make answering easier; none is needed to answer."""

    tells_points: ClassVar[bool] = True
    """Whether a judged answer is told right or wrong, or only that it is kept."""

    @property
    @abstractmethod
    def behaviour(self) -> Behaviour:
        """What a pupil may do with it."""

    @property
    def image(self) -> Image | None:
        """The picture above it."""
        return None

    @property
    def maximum(self) -> float:
        """Points; 0 where there is nothing to answer."""
        return self.score(self.unanswered()).max

    @abstractmethod
    def score(self, answer: Answer) -> Score:
        """Points of an answer by the rules of `h5p_exports.scoring`."""

    def has_full_marks(self, answer: Answer) -> bool:
        """Whether the answer gives every point."""
        score = self.score(answer)
        return score.raw == score.max

    @abstractmethod
    def draw(self, draw: Draw) -> Drawn:
        """Identifiers and orders of one attempt, none of which may depend on what is right."""

    @abstractmethod
    def unanswered(self) -> Answer:
        """The answer before any answer."""

    @abstractmethod
    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """The answer that the fields of this question say; `before` stands where the form is silent.

        Raises `StepRefused` (``answer-malformed``) for a value that is not this question's.
        """

    def actions(self, drawn: Drawn, answer: Answer) -> Sequence[str]:  # noqa: ARG002 # For those that have some.
        """The buttons of its own that can be pressed while it is open."""
        return ()

    def act(self, drawn: Drawn, answer: Answer, action: str) -> Answer:  # noqa: ARG002 # For those that have some.
        """The answer after one of its `actions`."""
        return answer

    @abstractmethod
    def is_answered(self, answer: Answer) -> bool:
        """Whether there is anything in the answer."""

    def objection(self, answer: Answer) -> str:
        """Why « Vérifier » judges nothing, a word of the templates; empty where there is something to judge."""
        return "" if self.is_answered(answer) else "empty"

    @abstractmethod
    def is_complete(self, answer: Answer) -> bool:
        """Whether everything is answered, for a solution that requires input."""

    @abstractmethod
    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """What the template may show in this phase, and nothing more: no key before it is due."""

    @abstractmethod
    def feedback(self, answer: Answer) -> str:
        """The author's word on a judged answer (HTML), empty if there is none."""


@dataclass(frozen=True, slots=True)
class Typed(Question):
    """A question whose answers are typed; without `tolerance` they are worth what the official player gives."""

    tolerance: Tolerance | None = field(default=None, kw_only=True)

    def compared(self, tolerance: Tolerance | None) -> Self:
        """The same question, its answers compared in another way."""
        return replace(self, tolerance=tolerance)
