"""H5P.Flashcards 1.x: cards to answer by a word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.content_types.common import Image, as_fields, read_html, read_items, read_params, read_picture
from h5p_exports.content_types.javascript import decode_entities, trim, truthy
from h5p_exports.content_types.registry import Content, content_type

_SLASH = re.compile(r"(?<!\\)/")


@dataclass(frozen=True, slots=True)
class Flashcard:
    """One card; `text` is HTML, `alternatives` are the plain texts that are right, none where nothing is asked."""

    sub_content_id: str | None
    text: str
    alternatives: tuple[str, ...]
    tip: str
    image: Image | None


@dataclass(frozen=True, slots=True)
class Flashcards(Content):
    """Cards in the author's order; `description` is the instruction."""

    description: str
    cards: tuple[Flashcard, ...]
    case_sensitive: bool
    random_cards: bool


@content_type("H5P.Flashcards")
def parse(params: object) -> Flashcards:
    """Read the params."""
    fields = read_params(params)
    return Flashcards(
        description=read_html(fields, "description"),
        cards=tuple(
            Flashcard(
                sub_content_id=identifier if isinstance(identifier := card.get("subContentId"), str) else None,
                text=read_html(card, "text"),
                alternatives=_alternatives(read_html(card, "answer")),
                tip=read_html(as_fields(card.get("tip")), "tip") or read_html(card, "tip"),
                image=read_picture(card.get("image"), alt=read_html(card, "imageAltText")),
            )
            for card in read_items(fields, "cards")
        ),
        case_sensitive=truthy(fields.get("caseSensitive")),
        random_cards=truthy(fields.get("randomCards")),
    )


def _alternatives(answer: str) -> tuple[str, ...]:
    r"""Alternatives are parted by slashes; one that belongs to an answer is written ``\/``."""
    pieces = (trim(decode_entities(piece.replace("\\/", "/"))) for piece in _SLASH.split(answer))
    return tuple(piece for piece in pieces if piece)
