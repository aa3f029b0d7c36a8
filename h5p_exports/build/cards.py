"""Builders of the types made of cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from h5p_exports.build.draft import Draft, Value, given, title_of
from h5p_exports.build.picture import Picture, file_of
from h5p_exports.errors import BuildRefused


@dataclass(frozen=True, slots=True)
class Card:
    """A card to answer by a word; all texts are plain but the tip (HTML). Any of the `answers` is right."""

    text: str
    answers: Sequence[str]
    tip: str = ""
    image: Picture | None = None


@dataclass(frozen=True, slots=True)
class DialogCard:
    """A card to turn over; both sides are HTML, the tips plain text, `audio` the path of a sound."""

    front: str
    back: str
    front_tip: str = ""
    back_tip: str = ""
    image: Picture | None = None
    audio: str = ""


def flashcards(
    description: str, cards: Sequence[Card], *, case_sensitive: bool = False, random_order: bool = False
) -> Draft:
    """H5P.Flashcards: cards to answer by a word; `description` is plain text. Raises `BuildRefused` without cards."""
    if not cards:
        raise BuildRefused("nothing-to-build", where="cards")
    listed: list[Value] = [
        given(
            text=card.text,
            # A slash parts alternatives (H5P.Flashcards 1.7).
            answer="/".join(answer.replace("/", "\\/") for answer in card.answers),
            tip=card.tip,
            **_image(card.image),
        )
        for card in cards
    ]
    return Draft(
        "H5P.Flashcards",
        title_of(description, default="Cartes"),
        given(
            description=description,
            cards=listed,
            showSolutionsRequiresInput=True,
            caseSensitive=case_sensitive,
            randomCards=random_order,
        ),
    )


def dialog_cards(
    cards: Sequence[DialogCard],
    *,
    title: str = "",
    description: str = "",
    repetition: bool = False,
    random_order: bool = False,
    retry: bool = True,
) -> Draft:
    """H5P.Dialogcards: cards to turn over; `title` and `description` are HTML.

    `repetition`: those that were not known come back. Raises `BuildRefused` without cards.
    """
    if not cards:
        raise BuildRefused("nothing-to-build", where="cards")
    listed: list[Value] = [
        given(
            text=card.front,
            answer=card.back,
            audio=[file_of(card.audio)] if card.audio else [],
            tips=given(front=card.front_tip, back=card.back_tip),
            **_image(card.image),
        )
        for card in cards
    ]
    return Draft(
        "H5P.Dialogcards",
        title_of(title or description, default="Cartes"),
        given(
            title=title,
            mode="repetition" if repetition else "normal",
            description=description,
            dialogs=listed,
            behaviour={
                "enableRetry": retry,
                "disableBackwardsNavigation": False,
                "scaleTextNotCard": False,
                "randomCards": random_order,
                "maxProficiency": 5,
                "quickProgression": False,
            },
        ),
    )


def _image(picture: Picture | None) -> dict[str, Value]:
    return given(image=picture.file(), imageAltText=picture.alt) if picture else {}
