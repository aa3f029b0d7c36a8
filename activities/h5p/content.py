"""An H5P content as an exercise to play, and the refusal of what cannot be played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from activities.h5p.questions import Question, Reading, Typed, question_of
from h5p_exports.content_types import (
    PLAYED,
    Child,
    Column,
    Content,
    CoursePresentation,
    FeedbackRange,
    InteractiveBook,
    LibraryName,
    QuestionSet,
    parse,
)
from h5p_exports.errors import InvalidContent, NotScored, UnsupportedContentType
from h5p_exports.scoring import Tolerance

_NOTHING_TO_SEE = frozenset({"H5P.Nil", "H5P.Shape"})
"""Contents inside others that decorate a slide."""


class ContentRefused(Exception):
    """A content that cannot be played, with the id of an error of the house and the parameters of its text.

    ``h5p-type-not-played`` (`type`, `played`), ``h5p-content-invalid`` (`where`), ``h5p-nothing-to-answer``,
    ``essay-regex-not-scored``.
    """

    def __init__(self, id: str, **params: str | int) -> None:
        super().__init__(id)
        self.id = id
        self.params = params


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its parts, by their places in the exercise, and its title (plain text), which may be empty."""

    parts: tuple[int, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Exercise:
    """Questions and things to read, on pages.

    `pool_size`: how many pages an attempt draws. `is_set`: several contents, even where there is but one.
    `unit`: what a page is called, ``question``, ``chapter`` or ``page``. `solutions_at_end`: the recapitulation may
    show solutions, where the question itself allows them. `introduction` (HTML) stands above the first page, without
    its title: the page has one.
    """

    parts: tuple[Question, ...]
    pages: tuple[Sheet, ...]
    pool_size: int
    is_set: bool = True
    unit: str = "question"
    random_order: bool = False
    forward_only: bool = False
    solutions_at_end: bool = True
    introduction: str = ""
    overall_feedback: tuple[FeedbackRange, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """The parts that there is something to answer to."""
        return tuple(part for part in self.parts if not isinstance(part, Reading))

    @property
    def maximum(self) -> float:
        """The most points that an attempt can be worth: where the draw decides, those of the luckiest draw.

        0 where there is nothing to answer.
        """
        pages = sorted((sum(self.parts[index].maximum for index in page.parts) for page in self.pages), reverse=True)
        return sum(pages[: self.pool_size])

    @property
    def takes_typing(self) -> bool:
        """Whether an answer to any of the questions is typed."""
        return any(isinstance(part, Typed) for part in self.parts)

    def compared(self, tolerance: Tolerance | None) -> Exercise:
        """The same exercise, its typed answers compared in another way."""
        parts = tuple(part.compared(tolerance) if isinstance(part, Typed) else part for part in self.parts)
        return replace(self, parts=parts)


def read_exercise(library: str, params: Any) -> Exercise:
    """The exercise of a content. Raises `ContentRefused`."""
    try:
        exercise = _exercise(library, parse(library, params))
        maximum = exercise.maximum
    except UnsupportedContentType as error:
        raise ContentRefused("h5p-type-not-played", type=error.params["library"], played=", ".join(PLAYED)) from None
    except InvalidContent as error:
        raise ContentRefused("h5p-content-invalid", where=error.where) from error
    except NotScored as error:
        # A keyword that is a regular expression of another kind than those that are understood here.
        raise ContentRefused(error.id) from error
    if maximum == 0 and (exercise.questions or not exercise.parts):
        raise ContentRefused("h5p-nothing-to-answer")
    return exercise


def _exercise(library: str, model: Content) -> Exercise:
    match model:
        case QuestionSet():
            return _set(model)
        case Column():
            return _paged([("", model.children)])
        case CoursePresentation():
            return _paged([("", slide) for slide in model.slides])
        case InteractiveBook():
            chapters = [(chapter.title, (chapter,)) for chapter in model.children]
            return replace(_paged(chapters), unit="chapter", introduction=model.cover)
    question = question_of(model)
    if question is None:
        raise UnsupportedContentType(library)
    return Exercise((question,), (Sheet((0,)),), pool_size=1, is_set=False)


def _set(model: QuestionSet) -> Exercise:
    exercise = _paged([("", (child,)) for child in model.children])
    return replace(
        exercise,
        unit="question",
        pool_size=model.pool_size or len(exercise.pages),
        random_order=model.random_questions,
        forward_only=model.disable_backwards_navigation,
        solutions_at_end=model.show_solution_button,
        introduction=(model.intro.text or model.intro.title) if model.intro else "",
        overall_feedback=model.overall_feedback,
    )


def _paged(pages: Iterable[tuple[str, Iterable[Child]]]) -> Exercise:
    """Contents on pages, each with its title; a page without content is left out."""
    parts: list[Question] = []
    sheets = []
    for title, children in pages:
        before = len(parts)
        parts.extend(question for child in children for question in _flattened(child))
        if len(parts) > before:
            sheets.append(Sheet(tuple(range(before, len(parts))), title))
    return Exercise(tuple(parts), tuple(sheets), pool_size=len(sheets), unit="page")


def _flattened(child: Child) -> Iterator[Question]:
    """The questions of a content inside another; those of a content of contents one by one."""
    model = child.model
    # A draw inside a page would be another page for every pupil.
    if isinstance(model, Column | CoursePresentation) or (isinstance(model, QuestionSet) and not model.pool_size):
        for inner in model.children:
            yield from _flattened(inner)
    elif question := question_of(model):
        yield question
    elif LibraryName.parse(child.library).machine_name not in _NOTHING_TO_SEE:
        raise UnsupportedContentType(child.library)
