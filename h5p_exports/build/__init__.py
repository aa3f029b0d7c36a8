"""Making contents: builders for each type, which leave the versions open until a profile names them."""

from __future__ import annotations

from h5p_exports.build.assembling import Assembled, assemble
from h5p_exports.build.cards import Card, DialogCard, dialog_cards, flashcards
from h5p_exports.build.choices import Answer, Group, multichoice, single_choice_set, summary, true_false
from h5p_exports.build.compounds import Cover, column, interactive_book, question_set
from h5p_exports.build.draft import Draft
from h5p_exports.build.drag_question import DragZone, Label, drag_question
from h5p_exports.build.options import Feedback, Options
from h5p_exports.build.packaging import build_package, package_title
from h5p_exports.build.pages import Hotspot, accordion, advanced_text, audio, image, image_hotspots, text
from h5p_exports.build.picture import Picture, picture_size
from h5p_exports.build.texts import Gap, blanks, drag_text, mark_the_words
from h5p_exports.build.writing import Keyword, essay, sort_paragraphs

__all__ = [
    "Answer",
    "Assembled",
    "Card",
    "Cover",
    "DialogCard",
    "Draft",
    "DragZone",
    "Feedback",
    "Gap",
    "Group",
    "Hotspot",
    "Keyword",
    "Label",
    "Options",
    "Picture",
    "accordion",
    "advanced_text",
    "assemble",
    "audio",
    "blanks",
    "build_package",
    "column",
    "dialog_cards",
    "drag_question",
    "drag_text",
    "essay",
    "flashcards",
    "image",
    "image_hotspots",
    "interactive_book",
    "mark_the_words",
    "multichoice",
    "package_title",
    "picture_size",
    "question_set",
    "single_choice_set",
    "sort_paragraphs",
    "summary",
    "text",
    "true_false",
]
