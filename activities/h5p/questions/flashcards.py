"""H5P.Flashcards: cards to answer by a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, read_texts
from activities.h5p.html import author_html
from activities.h5p.questions.base import EVERYTHING, Typed, picture
from h5p_exports.content_types import Behaviour, Flashcard, Flashcards
from h5p_exports.content_types.javascript import trim
from h5p_exports.scoring import Score
from h5p_exports.scoring.flashcards import score


@dataclass(frozen=True, slots=True)
class Cards(Typed):
    """Cards with a field each; an answer is the text on each card that asks something, as it was typed."""

    template: ClassVar[str] = "h5p/flashcards.html"

    model: Flashcards
    asked: tuple[Flashcard, ...]

    @classmethod
    def of(cls, model: Flashcards) -> Cards:
        """Cards without an answer ask nothing, and are left out as in the official player."""
        return cls(model, tuple(card for card in model.cards if card.alternatives))

    @property
    def behaviour(self) -> Behaviour:
        """The type leaves the choice to nobody."""
        return EVERYTHING

    def score(self, answer: Answer) -> Score:
        """A point for each right word."""
        return score(self.model, answer, tolerance=self.tolerance)

    def draw(self, draw: Draw) -> Drawn:
        """A field for each card, and the order of the cards."""
        count = len(self.asked)
        return Drawn(
            names=tuple(draw.token(f"name {place}") for place in range(count)),
            order=draw.at("order").order(count) if self.model.random_cards else tuple(range(count)),
        )

    def unanswered(self) -> Answer:
        """Nothing typed."""
        return ("",) * len(self.asked)

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """What is typed on each card."""
        return read_texts(drawn.names, fields, before)

    def is_answered(self, answer: Answer) -> bool:
        """At least one card is answered."""
        return any(map(trim, answer))

    def is_complete(self, answer: Answer) -> bool:
        """Every card is answered."""
        return all(map(trim, answer))

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The cards in the attempt's order, with what the phase lets be known of each."""
        right = [bool(score.raw) for _, score in self.score(answer).children]
        cards = []
        for number, place in enumerate(drawn.order, start=1):
            card = self.asked[place]
            mark = "" if phase is Phase.OPEN else "right" if right[place] else "wrong"
            cards.append(
                {
                    "number": number,
                    "name": drawn.names[place],
                    "html": author_html(card.text),
                    "image": picture(card.image),
                    "tip": author_html(card.tip),
                    "text": answer[place],
                    "mark": mark,
                    "solution": card.alternatives[0] if phase is Phase.SOLVED and mark == "wrong" else "",
                }
            )
        return {"text": author_html(self.model.description), "cards": cards}

    def feedback(self, answer: Answer) -> str:  # noqa: ARG002 # The type has none.
        """The type has none."""
        return ""
