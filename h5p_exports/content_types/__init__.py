"""The H5P content types, one module each.

Every module has a frozen model and `parse(params) -> model`, tolerant exactly as the official JavaScript is.
The texts of the models named as HTML are the author's: show them only after `h5p_exports.filtering`.
"""

from __future__ import annotations

from h5p_exports.content_types.accordion import Accordion, AccordionPanel
from h5p_exports.content_types.audio import Audio, Source
from h5p_exports.content_types.blanks import Blank, Blanks, Line
from h5p_exports.content_types.branching_scenario import BranchingQuestion, BranchingScenario
from h5p_exports.content_types.child import Child
from h5p_exports.content_types.column import Column
from h5p_exports.content_types.common import Behaviour, FeedbackRange, Image
from h5p_exports.content_types.course_presentation import CoursePresentation
from h5p_exports.content_types.dialogcards import DialogCard, Dialogcards
from h5p_exports.content_types.drag_question import DragQuestion, Element, Zone
from h5p_exports.content_types.drag_text import DragText, Gap
from h5p_exports.content_types.essay import Essay, Keyword
from h5p_exports.content_types.flashcards import Flashcard, Flashcards
from h5p_exports.content_types.image_hotspots import Hotspot, ImageHotspots
from h5p_exports.content_types.interactive_book import InteractiveBook
from h5p_exports.content_types.interactive_video import Interaction, InteractiveVideo
from h5p_exports.content_types.library import PLAYED, SCORED, UNSCORED, LibraryName
from h5p_exports.content_types.mark_the_words import MarkTheWords, Word
from h5p_exports.content_types.multichoice import Choice, MultiChoice
from h5p_exports.content_types.picture import Picture
from h5p_exports.content_types.question_set import QuestionSet
from h5p_exports.content_types.registry import Content, parse
from h5p_exports.content_types.single_choice_set import SingleChoice, SingleChoiceSet
from h5p_exports.content_types.sort_paragraphs import SortParagraphs
from h5p_exports.content_types.summary import Panel, Summary
from h5p_exports.content_types.text import Text
from h5p_exports.content_types.true_false import TrueFalse

__all__ = [
    "PLAYED",
    "SCORED",
    "UNSCORED",
    "Accordion",
    "AccordionPanel",
    "Audio",
    "Behaviour",
    "Blank",
    "Blanks",
    "BranchingQuestion",
    "BranchingScenario",
    "Child",
    "Choice",
    "Column",
    "Content",
    "CoursePresentation",
    "DialogCard",
    "Dialogcards",
    "DragQuestion",
    "DragText",
    "Element",
    "Essay",
    "FeedbackRange",
    "Flashcard",
    "Flashcards",
    "Gap",
    "Hotspot",
    "Image",
    "ImageHotspots",
    "Interaction",
    "InteractiveBook",
    "InteractiveVideo",
    "Keyword",
    "LibraryName",
    "Line",
    "MarkTheWords",
    "MultiChoice",
    "Panel",
    "Picture",
    "QuestionSet",
    "SingleChoice",
    "SingleChoiceSet",
    "SortParagraphs",
    "Source",
    "Summary",
    "Text",
    "TrueFalse",
    "Word",
    "Zone",
    "parse",
]
