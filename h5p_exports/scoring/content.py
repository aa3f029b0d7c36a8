"""The score of an answer to any content that is scored here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from h5p_exports.content_types import (
    Blanks,
    BranchingScenario,
    Child,
    Column,
    Content,
    CoursePresentation,
    DragQuestion,
    DragText,
    Essay,
    Flashcards,
    InteractiveBook,
    InteractiveVideo,
    MarkTheWords,
    MultiChoice,
    QuestionSet,
    SingleChoiceSet,
    SortParagraphs,
    Summary,
    TrueFalse,
    parse,
)
from h5p_exports.errors import UnsupportedContentType
from h5p_exports.scoring import (
    blanks,
    branching_scenario,
    compound,
    drag_question,
    drag_text,
    essay,
    flashcards,
    mark_the_words,
    multichoice,
    question_set,
    sort_paragraphs,
    statements,
    true_false,
)
from h5p_exports.scoring.parts import Answers, read_response
from h5p_exports.scoring.result import Score
from h5p_exports.scoring.tolerant import Tolerance


def score(
    library: str,
    params: object,
    response: object,
    *,
    children: object = None,
    state: object = None,
    tolerance: Tolerance | None = None,
) -> Score:
    """What the official JavaScript of `library` gives for an answer (`getXAPIData`, content shown on a page).

    `response` is the xAPI response, `None` or empty when nothing was answered; `state` the saved state of Blanks;
    `children` the answers to the parts of a compound content, each `{subContentId, response, state?, children?}`.
    `tolerance` makes typed answers right that the official player refuses; without it scores are official.
    Raises `UnsupportedContentType`, `InvalidContent`, `InvalidResponse`, or `NotScored` (Essay).
    """
    model = parse(library, params)
    if type(model) not in _SCORERS:
        raise UnsupportedContentType(library)
    return score_model(model, response, children=children, state=state, tolerance=tolerance)


def score_model(
    model: Content,
    response: object,
    *,
    children: object = None,
    state: object = None,
    tolerance: Tolerance | None = None,
) -> Score:
    """The same for params that are read already."""
    return _score(model, {"response": response, "children": children, "state": state}, tolerance)


def _score(model: Content, answers: Answers, tolerance: Tolerance | None) -> Score:
    scorer = _SCORERS.get(type(model))
    if scorer is None:
        raise UnsupportedContentType(type(model).__name__)
    return scorer(model, answers, tolerance)


def _score_child(tolerance: Tolerance | None, child: Child, answers: Answers) -> Score:
    if child.model is None:
        raise UnsupportedContentType(child.library)
    return _score(child.model, answers, tolerance)


def _blanks(model: Blanks, answers: Answers, tolerance: Tolerance | None) -> Score:
    typed = blanks.read_response(model, read_response(answers), answers.get("state"))
    return blanks.score(model, typed, tolerance=tolerance)


def _flashcards(model: Flashcards, answers: Answers, tolerance: Tolerance | None) -> Score:
    typed = flashcards.read_answers(model, read_response(answers), answers.get("children"))
    return flashcards.score(model, typed, tolerance=tolerance)


def _essay(model: Essay, answers: Answers, tolerance: Tolerance | None) -> Score:
    return essay.score(model, read_response(answers), tolerance=tolerance)


def _question_set(model: QuestionSet, answers: Answers, tolerance: Tolerance | None) -> Score:
    for child in model.children:
        if not compound.is_counted(child):
            raise UnsupportedContentType(child.library)
    asked = question_set.read_children(model, answers.get("children"))
    return compound.add_up(asked, partial(_score_child, tolerance))


def _sum(
    model: Column | InteractiveBook | CoursePresentation | InteractiveVideo,
    answers: Answers,
    tolerance: Tolerance | None,
) -> Score:
    answered = compound.read_children(model.children, answers.get("children"))
    return compound.add_up(answered, partial(_score_child, tolerance))


def _branching_scenario(model: BranchingScenario, answers: Answers, tolerance: Tolerance | None) -> Score:
    return branching_scenario.score(model, answers.get("children"), partial(_score_child, tolerance))


_Model = TypeVar("_Model")
_Read = TypeVar("_Read")
_Scorer = Callable[[Any, Answers, Tolerance | None], Score]


def _by_response(read: Callable[[_Model, str], _Read], score_read: Callable[[_Model, _Read], Score]) -> _Scorer:
    """The scorer of a type whose response says all."""

    def score_answers(model: _Model, answers: Answers, _tolerance: Tolerance | None) -> Score:
        return score_read(model, read(model, read_response(answers)))

    return score_answers


_SCORERS: dict[type[Content], _Scorer] = {
    MultiChoice: _by_response(multichoice.read_response, multichoice.score),
    TrueFalse: lambda model, answers, _: true_false.score(model, true_false.read_response(read_response(answers))),
    Blanks: _blanks,
    DragText: _by_response(drag_text.read_response, drag_text.score),
    MarkTheWords: _by_response(mark_the_words.read_response, mark_the_words.score),
    DragQuestion: _by_response(drag_question.read_response, drag_question.score),
    SortParagraphs: _by_response(sort_paragraphs.read_response, sort_paragraphs.score),
    Essay: _essay,
    Flashcards: _flashcards,
    SingleChoiceSet: lambda model, answers, _: statements.score_choices(model, answers.get("children")),
    Summary: lambda model, answers, _: statements.score_summary(model, answers.get("children")),
    QuestionSet: _question_set,
    Column: _sum,
    InteractiveBook: _sum,
    CoursePresentation: _sum,
    InteractiveVideo: _sum,
    BranchingScenario: _branching_scenario,
}
