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
from h5p_exports.xapi import Node, Part

TRUTH = {"true": "Vrai", "false": "Faux"}
LONGEST_QUESTION = 300


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
    return [_answer(part.model, piece) for piece in response.split(SEPARATOR)]


def _chosen(groups: Sequence[tuple[str | None, Sequence[str]]], node: Node) -> list[str]:
    """What was chosen first in each group: it is the one that counts."""
    named = {child.sub_content_id: child for child in node.children}
    placed = dict(enumerate(node.children))
    nothing = Node()
    return [
        _nth(texts, (named.get(identifier, placed.get(place, nothing)).response or "").partition(SEPARATOR)[0])
        for place, (identifier, texts) in enumerate(groups)
    ]


def _answer(model: Content | None, piece: str) -> str:
    match model:
        case MultiChoice():
            return _nth([answer.html for answer in model.answers], piece)
        case TrueFalse():
            return TRUTH.get(piece, piece)
        case MarkTheWords():
            return _nth([word.text for word in model.words], piece)
        case SortParagraphs():
            return _nth(model.paragraphs, piece)
        case DragQuestion():
            return _drop(model, piece)
    return _plain(piece)


def _drop(model: DragQuestion, piece: str) -> str:
    """What was put where."""
    zone, _, element = piece.partition("[.]")
    zones = {str(known.index): known.label for known in model.zones}
    elements = {str(known.index): known.html or (known.image.alt if known.image else "") for known in model.elements}
    return f"{_plain(elements.get(element, element))} → {_plain(zones.get(zone, zone))}"


def _nth(texts: Sequence[str], index: str) -> str:
    """The text at an index that comes from outside; the index itself where there is none."""
    known = {str(place): text for place, text in enumerate(texts)}
    return _plain(known.get(index, index))


def _plain(html: str) -> str:
    return " ".join(text_content(html).split())
