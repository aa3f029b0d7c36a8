"""What a pupil has answered, in words that a teacher reads."""

from __future__ import annotations

from collections.abc import Sequence

from h5p_exports.content_types import (
    Blanks,
    Content,
    DragQuestion,
    DragText,
    Essay,
    Flashcards,
    MarkTheWords,
    MultiChoice,
    SingleChoiceSet,
    SortParagraphs,
    Summary,
    TrueFalse,
)
from h5p_exports.content_types.html_text import text_content
from h5p_exports.scoring.parts import SEPARATOR
from h5p_exports.xapi import Basis, Node, Part

TRUTH = {"true": "Vrai", "false": "Faux"}
LONGEST_QUESTION = 300
MOST_UNREADABLE = 100
"""Answers that are told of a response which its type cannot have given: it may hold thousands."""


def question_of(part: Part) -> str:
    """What was asked, as plain text: from the content where its type is read here, else as the player says it."""
    match part.model:
        case MultiChoice() | TrueFalse():
            html = part.model.question
        case Blanks():
            html = part.model.text
        case DragText() | MarkTheWords() | Essay() | SortParagraphs():
            html = part.model.task_description
        case Flashcards():
            html = part.model.description
        case Summary():
            html = part.model.intro
        case _:
            html = part.node.description if part.node and not part.model else ""
    text = _plain(html)
    return text if len(text) <= LONGEST_QUESTION else f"{text[:LONGEST_QUESTION]}…"


def answers_of(part: Part) -> list[str]:
    """What was answered, one text for each part of it, empty where that was left out. No text where nothing was."""
    if part.node is None:
        return []
    match part.model:
        case SingleChoiceSet():
            return _chosen([(group.sub_content_id, group.answers) for group in part.model.choices], part.node)
        case Summary():
            return _chosen([(group.sub_content_id, group.statements) for group in part.model.panels], part.node)
    response = part.node.response or ""
    if not response:
        return []
    if isinstance(part.model, Essay):
        return [response]
    pieces = response.split(SEPARATOR)
    shown = pieces[:MOST_UNREADABLE] if part.basis is Basis.UNREADABLE else pieces
    told = _told(part.model, shown)
    return told if len(shown) == len(pieces) else [*told, "…"]


def _chosen(groups: Sequence[tuple[str | None, Sequence[str]]], node: Node) -> list[str]:
    """What was chosen first in each group: it is the one that counts."""
    named = {child.sub_content_id: child for child in node.children}
    placed = dict(enumerate(node.children))
    nothing = Node()
    return [
        _plain(_by_index(texts).get(first, first))
        for place, (identifier, texts) in enumerate(groups)
        for first in [(named.get(identifier, placed.get(place, nothing)).response or "").partition(SEPARATOR)[0]]
    ]


def _told(model: Content | None, pieces: Sequence[str]) -> list[str]:
    """The pieces of a response, each in the words of the content; as it is where it stands for none."""
    match model:
        case MultiChoice():
            words = _by_index([answer.html for answer in model.answers])
        case TrueFalse():
            words = TRUTH
        case MarkTheWords():
            words = _by_index([word.text for word in model.words])
        case SortParagraphs():
            words = _by_index(model.paragraphs)
        case DragQuestion():
            return _drops(model, pieces)
        case _:
            words = {}
    return [_plain(words.get(piece, piece)) for piece in pieces]


def _drops(model: DragQuestion, pieces: Sequence[str]) -> list[str]:
    """What was put where."""
    zones = {str(known.index): known.label for known in model.zones}
    elements = {str(known.index): known.html or (known.image.alt if known.image else "") for known in model.elements}
    drops = [piece.partition("[.]") for piece in pieces]
    return [f"{_plain(elements.get(element, element))} → {_plain(zones.get(zone, zone))}" for zone, _, element in drops]


def _by_index(texts: Sequence[str]) -> dict[str, str]:
    return {str(place): text for place, text in enumerate(texts)}


def _plain(html: str) -> str:
    return " ".join(text_content(html).split())
