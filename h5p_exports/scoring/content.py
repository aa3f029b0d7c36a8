"""The score of an answer to any content that is scored here."""

from __future__ import annotations

from h5p_exports.content_types import Content, parse
from h5p_exports.content_types.blanks import Blanks
from h5p_exports.content_types.multichoice import MultiChoice
from h5p_exports.content_types.question_set import Question, QuestionSet
from h5p_exports.errors import InvalidResponse, UnsupportedContentType
from h5p_exports.scoring import blanks, multichoice, question_set, true_false
from h5p_exports.scoring.result import Score


def score(library: str, params: object, response: object, *, children: object = None, state: object = None) -> Score:
    """What the official JavaScript of `library` gives for an answer (`getXAPIData`, content shown on a page).

    `response` is the xAPI response, `None` or empty when nothing was answered; `state` the saved state of Blanks;
    `children` the answers to the questions of a set, each `{subContentId, response, state?}`.
    Raises `UnsupportedContentType`, `InvalidContent` or `InvalidResponse`.
    """
    return score_model(parse(library, params), response, children=children, state=state)


def score_model(model: Content, response: object, *, children: object = None, state: object = None) -> Score:
    """The same for params that are read already."""
    if isinstance(model, QuestionSet):
        return _set_score(model, children)
    return _question_score(model, response, state)


def _set_score(model: QuestionSet, children: object) -> Score:
    for child in model.children:
        if child.model is None:
            raise UnsupportedContentType(child.library)
    return question_set.total(
        _question_score(child.model, answers.get("response"), answers.get("state"))
        for child, answers in question_set.read_children(model, children)
        if child.model is not None
    )


def _question_score(model: Question, response: object, state: object) -> Score:
    if response is None:
        response = ""
    if not isinstance(response, str):
        raise InvalidResponse("response")
    if isinstance(model, MultiChoice):
        return multichoice.score(model, multichoice.read_response(model, response))
    if isinstance(model, Blanks):
        return blanks.score(model, blanks.read_response(model, response, state))
    return true_false.score(model, true_false.read_response(response))
