"""An H5P content as an exercise to play, and the refusal of what cannot be played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from activities.h5p.questions import Question, question_of
from h5p_exports.content_types import PLAYED, FeedbackRange, QuestionSet, parse
from h5p_exports.content_types import Question as QuestionModel
from h5p_exports.errors import InvalidContent, UnsupportedContentType


class ContentRefused(Exception):
    """A content that cannot be played, with the id of an error of the house and the parameters of its text.

    ``h5p-type-not-played`` (`type`, `played`), ``h5p-content-invalid`` (`where`), ``h5p-nothing-to-answer``.
    """

    def __init__(self, id: str, **params: str | int) -> None:
        super().__init__(id)
        self.id = id
        self.params = params


@dataclass(frozen=True, slots=True)
class Exercise:
    """Questions, and how they are played together.

    `pool_size`: how many questions an attempt draws. `solutions_at_end`: the recapitulation may show solutions,
    where the question itself allows them. `introduction` (HTML) stands above the first question, without its title:
    the page has one.
    """

    questions: tuple[Question, ...]
    pool_size: int
    is_set: bool = True
    random_order: bool = False
    forward_only: bool = False
    solutions_at_end: bool = True
    introduction: str = ""
    overall_feedback: tuple[FeedbackRange, ...] = ()

    @property
    def maximum(self) -> int:
        """The most points that an attempt can be worth: where the draw decides, those of the luckiest draw."""
        return sum(sorted((question.maximum for question in self.questions), reverse=True)[: self.pool_size])


def read_exercise(library: str, params: Any) -> Exercise:
    """The exercise of a content. Raises `ContentRefused`."""
    try:
        model = parse(library, params)
    except UnsupportedContentType:
        raise _not_played(library) from None
    except InvalidContent as error:
        raise ContentRefused("h5p-content-invalid", where=error.where) from error
    if isinstance(model, QuestionSet):
        exercise = _set(model)
    elif isinstance(model, QuestionModel):
        exercise = _alone(model)
    else:
        raise _not_played(library)
    if exercise.maximum == 0:
        raise ContentRefused("h5p-nothing-to-answer")
    return exercise


def _alone(model: QuestionModel) -> Exercise:
    return Exercise((question_of(model),), pool_size=1, is_set=False)


def _set(model: QuestionSet) -> Exercise:
    questions = []
    for child in model.children:
        if not isinstance(child.model, QuestionModel):
            raise _not_played(child.library)
        questions.append(question_of(child.model))
    return Exercise(
        questions=tuple(questions),
        pool_size=model.pool_size or len(questions),
        random_order=model.random_questions,
        forward_only=model.disable_backwards_navigation,
        solutions_at_end=model.show_solution_button,
        introduction=(model.intro.text or model.intro.title) if model.intro else "",
        overall_feedback=model.overall_feedback,
    )


def _not_played(library: str) -> ContentRefused:
    return ContentRefused("h5p-type-not-played", type=library[:100], played=", ".join(PLAYED))
