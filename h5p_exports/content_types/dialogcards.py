"""H5P.Dialogcards 1.x: cards to turn over."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Image,
    as_fields,
    read_html,
    read_items,
    read_path,
    read_picture,
)
from h5p_exports.content_types.javascript import truthy
from h5p_exports.content_types.registry import Content, content_type


@dataclass(frozen=True, slots=True)
class DialogCard:
    """One card: `front` and `back` are HTML, as their tips; `audio` is the path of a sound."""

    front: str
    back: str
    front_tip: str
    back_tip: str
    image: Image | None
    audio: str | None


@dataclass(frozen=True, slots=True)
class Dialogcards(Content):
    """Cards in order; `repetition`: those that were not known come back."""

    title: str
    description: str
    cards: tuple[DialogCard, ...]
    repetition: bool
    enable_retry: bool
    disable_backwards_navigation: bool
    random_cards: bool


@content_type("H5P.Dialogcards")
def parse(params: object) -> Dialogcards:
    """Read the params, of any shape."""
    fields = as_fields(params)
    behaviour = as_fields(fields.get("behaviour"))
    return Dialogcards(
        title=read_html(fields, "title"),
        description=read_html(fields, "description"),
        cards=tuple(
            DialogCard(
                front=read_html(card, "text"),
                back=read_html(card, "answer"),
                front_tip=read_html(as_fields(card.get("tips")), "front"),
                back_tip=read_html(as_fields(card.get("tips")), "back"),
                image=read_picture(card.get("image"), alt=read_html(card, "imageAltText")),
                audio=read_path(card.get("audio")),
            )
            for card in read_items(fields, "dialogs")
        ),
        repetition=fields.get("mode") == "repetition",
        enable_retry=truthy(behaviour.get("enableRetry", True)),
        disable_backwards_navigation=truthy(behaviour.get("disableBackwardsNavigation")),
        random_cards=truthy(behaviour.get("randomCards")),
    )
