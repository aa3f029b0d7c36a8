"""The content types that are played, one module for each way of answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from activities.h5p.questions.base import Question
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
from h5p_exports.scoring import Tolerance

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
    "Writing",
    "Zones",
    "question_of",
]


_QUESTIONS: dict[type[Content], Callable[[Any, Tolerance | None], Question]] = {
    MultiChoice: lambda model, _: Choices.of_multi_choice(model),
    TrueFalse: lambda model, _: Choices.of_true_false(model),
    Blanks: FillIn,
    DragText: lambda model, _: Labels(model),
    MarkTheWords: lambda model, _: Marking(model),
    SingleChoiceSet: lambda model, _: Statements.of_single_choices(model),
    Summary: lambda model, _: Statements.of_summary(model),
    SortParagraphs: lambda model, _: Sorting(model),
    DragQuestion: lambda model, _: Zones.of(model),
    Essay: Writing,
    Flashcards: Cards.of,
    Dialogcards: lambda model, _: Deck.of(model),
    Text: lambda model, _: Page(model),
    Picture: lambda model, _: Page(model),
    Audio: lambda model, _: Page(model),
    Accordion: lambda model, _: Panels(model),
    ImageHotspots: lambda model, _: Spots(model),
}


def question_of(model: Content | None, tolerance: Tolerance | None = None) -> Question | None:
    """The playable question of a content that was read; `None` where the type has none, or is made of contents.

    `tolerance` is for the types whose answers are typed.
    """
    maker = _QUESTIONS.get(type(model)) if model else None
    return maker(model, tolerance) if maker else None
