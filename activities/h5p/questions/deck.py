"""H5P.Dialogcards: cards to turn over, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.html import author_html
from activities.h5p.questions.base import picture
from activities.h5p.questions.reading import Reading
from h5p_exports.content_types import Dialogcards
from h5p_exports.errors import InvalidContent


@dataclass(frozen=True, slots=True)
class Deck(Reading):
    """A pile of cards; an answer is the card that is up, whether it is turned, and the farthest card turned so far.

    The other side of a card is not in the page before it is turned.
    """

    template: ClassVar[str] = "h5p/deck.html"

    model: Dialogcards

    @classmethod
    def of(cls, model: Dialogcards) -> Deck:
        """Raises `InvalidContent` where there is no card."""
        if not model.cards:
            raise InvalidContent("invalid-content", "dialogs")
        return cls(model)

    def draw(self, draw: Draw) -> Drawn:
        """The order of the cards."""
        count = len(self.model.cards)
        return Drawn(order=draw.at("order").order(count) if self.model.random_cards else tuple(range(count)))

    def unanswered(self) -> Answer:
        """The first card, its front, nothing seen."""
        return ("0", "front", "0")

    def actions(self, drawn: Drawn, answer: Answer) -> tuple[str, ...]:
        """Turn the card, go to the next one or back."""
        at = int(answer[0])
        possible = {
            "turn": True,
            "card-next": at + 1 < len(drawn.order),
            "card-previous": at > 0 and not self.model.disable_backwards_navigation,
        }
        return tuple(action for action, is_possible in possible.items() if is_possible)

    def act(self, drawn: Drawn, answer: Answer, action: str) -> Answer:  # noqa: ARG002 # The same for any order.
        """Turn, or take another card, front up."""
        at, side, seen = int(answer[0]), answer[1], int(answer[2])
        if action == "turn":
            turned = "back" if side == "front" else "front"
            return (str(at), turned, str(max(seen, at + 1)))
        at += 1 if action == "card-next" else -1
        return (str(at), "front", str(seen))

    def is_answered(self, answer: Answer) -> bool:
        """The last card was turned."""
        return int(answer[2]) == len(self.model.cards)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:  # noqa: ARG002 # The same in any.
        """The card that is up, the side that is up."""
        at, side = int(answer[0]), answer[1]
        card = self.model.cards[drawn.order[at]]
        is_front = side == "front"
        return {
            "description": author_html(self.model.description),
            "card": at + 1,
            "count": len(drawn.order),
            "is_front": is_front,
            "html": author_html(card.front if is_front else card.back),
            "tip": author_html(card.front_tip if is_front else card.back_tip),
            "picture": picture(card.image),
            "sound": card.audio,
        }
