"""The H5P content types that are played and scored here, one module each.

Every module has a frozen model and `parse(params) -> model`, tolerant exactly as the official JavaScript is.
The texts of the models named as HTML are the author's: show them only after `h5p_exports.filtering`.
"""

from __future__ import annotations

from collections.abc import Callable

from h5p_exports.content_types import blanks, multichoice, question_set, true_false
from h5p_exports.content_types.blanks import Blank, Blanks, Line
from h5p_exports.content_types.common import Behaviour, FeedbackRange, Image
from h5p_exports.content_types.library import PLAYED, SCORED, LibraryName
from h5p_exports.content_types.multichoice import Choice, MultiChoice
from h5p_exports.content_types.question_set import Child, Question, QuestionSet
from h5p_exports.content_types.true_false import TrueFalse
from h5p_exports.errors import UnsupportedContentType

__all__ = [
    "PLAYED",
    "SCORED",
    "Behaviour",
    "Blank",
    "Blanks",
    "Child",
    "Choice",
    "Content",
    "FeedbackRange",
    "Image",
    "LibraryName",
    "Line",
    "MultiChoice",
    "Question",
    "QuestionSet",
    "TrueFalse",
    "parse",
]

Content = Question | QuestionSet

_PARSERS: dict[str, Callable[[object], Content]] = {
    "H5P.MultiChoice": multichoice.parse,
    "H5P.TrueFalse": true_false.parse,
    "H5P.Blanks": blanks.parse,
    "H5P.QuestionSet": question_set.parse,
}


def parse(library: str, params: object) -> Content:
    """The model of a content. Raises `UnsupportedContentType` or `InvalidContent`."""
    name = LibraryName.parse(library)
    if not name.scored:
        raise UnsupportedContentType(library)
    return _PARSERS[name.machine_name](params)
