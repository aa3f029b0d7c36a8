"""The content types that are played, one module for each way of answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from activities.h5p.questions.base import Question, Typed
from activities.h5p.questions.blanks import FillIn
from activities.h5p.questions.choices import Choices
from activities.h5p.questions.deck import Deck
from activities.h5p.questions.flashcards import Cards
from activities.h5p.questions.labels import Labels
from activities.h5p.questions.marking import Marking
from activities.h5p.questions.reading import Page, Panels, Reading, Spots
from activities.h5p.questions.sorting import Sorting
from activities.h5p.questions.statements import Statements
from activities.h5p.questions.writing import Writing
from activities.h5p.questions.zones import Zones
from h5p_exports.content_types import (
    Accordion,
    Audio,
    Blanks,
    Content,
    Dialogcards,
    DragQuestion,
    DragText,
    Essay,
    Flashcards,
    ImageHotspots,
    MarkTheWords,
    MultiChoice,
    Picture,
    SingleChoiceSet,
    SortParagraphs,
    Summary,
    Text,
    TrueFalse,
)

__all__ = [
    "Cards",
    "Choices",
    "Deck",
    "FillIn",
    "Labels",
    "Marking",
    "Page",
    "Panels",
    "Question",
    "Reading",
    "Sorting",
    "Spots",
    "Statements",
    "Typed",
    "Writing",
    "Zones",
    "question_of",
]


_QUESTIONS: dict[type[Content], Callable[[Any], Question]] = {
    MultiChoice: Choices.of_multi_choice,
    TrueFalse: Choices.of_true_false,
    Blanks: FillIn,
    DragText: Labels,
    MarkTheWords: Marking,
    SingleChoiceSet: Statements.of_single_choices,
    Summary: Statements.of_summary,
    SortParagraphs: Sorting,
    DragQuestion: Zones.of,
    Essay: Writing,
    Flashcards: Cards.of,
    Dialogcards: Deck.of,
    Text: Page,
    Picture: Page,
    Audio: Page,
    Accordion: Panels,
    ImageHotspots: Spots,
}


def question_of(model: Content | None) -> Question | None:
    """The playable question of a content that was read; `None` where the type has none, or is made of contents."""
    maker = _QUESTIONS.get(type(model)) if model else None
    return maker(model) if maker else None
