"""What every playable content type gives the player."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields
from h5p_exports.content_types import Blanks, MultiChoice, TrueFalse
from h5p_exports.scoring import Score, score_model


class Question(ABC):
    """One question of the content: pure, immutable, the same for every attempt."""

    template: ClassVar[str]
    """Draws what `shown` returns."""

    model: MultiChoice | TrueFalse | Blanks

    @property
    def maximum(self) -> int:
        """Points; 0 where there is nothing to answer."""
        return int(self.score(self.unanswered()).max)

    def score(self, answer: Answer) -> Score:
        """Points of an answer by the official rules."""
        return score_model(self.model, "[,]".join(answer), state=list(answer))

    def has_full_marks(self, answer: Answer) -> bool:
        """Whether the answer gives every point."""
        score = self.score(answer)
        return score.raw == score.max

    @abstractmethod
    def draw(self, draw: Draw) -> Drawn:
        """Identifiers and orders of one attempt."""

    @abstractmethod
    def unanswered(self) -> Answer:
        """The answer before any answer."""

    @abstractmethod
    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """The answer that a form says; `before` stands where the form is silent.

        Raises `StepRefused` (``answer-malformed``) for a field or an identifier that is not this question's.
        """

    @abstractmethod
    def is_answered(self, answer: Answer) -> bool:
        """Whether there is anything in the answer."""

    @abstractmethod
    def may_be_judged(self, answer: Answer) -> bool:
        """Whether « Vérifier » has something to judge."""

    @abstractmethod
    def is_complete(self, answer: Answer) -> bool:
        """Whether everything is answered, for a solution that requires input."""

    @abstractmethod
    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """What the template may show in this phase, and nothing more: no key before it is due."""

    @abstractmethod
    def feedback(self, answer: Answer) -> str:
        """The author's word on a judged answer (HTML), empty if there is none."""
