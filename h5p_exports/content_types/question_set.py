"""H5P.QuestionSet 1.x: questions one after the other, all of them or some drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from h5p_exports.content_types import blanks, multichoice, true_false
from h5p_exports.content_types.common import (
    FeedbackRange,
    Fields,
    read_feedback,
    read_group,
    read_html,
    read_params,
)
from h5p_exports.content_types.javascript import decode_entities, to_number, truthy
from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import InvalidContent, UnsupportedContentType

Question = multichoice.MultiChoice | true_false.TrueFalse | blanks.Blanks

_PARSERS: dict[str, Callable[[object], Question]] = {
    "H5P.MultiChoice": multichoice.parse,
    "H5P.TrueFalse": true_false.parse,
    "H5P.Blanks": blanks.parse,
}
_INTRO: dict[str, object] = {"showIntroPage": False}
_END: dict[str, object] = {"showResultPage": True, "showSolutionButton": True, "showRetryButton": True}


@dataclass(frozen=True, slots=True)
class Child:
    """One question: its id if it has one, its library as written, its title (plain text).

    `model` is `None` when the library is not one of those played here.
    """

    sub_content_id: str | None
    library: str
    title: str
    model: Question | None


@dataclass(frozen=True, slots=True)
class Intro:
    """The page before the first question; both texts are HTML."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in the author's order.

    `pool_size`: how many are drawn at random, `None` for all of them. `message` (HTML) heads the result page,
    `no_result_message` stands there when the result is not shown. `pass_percentage` decides what the pupil is
    told, not the `success` that is reported.
    """

    children: tuple[Child, ...]
    intro: Intro | None
    pass_percentage: float
    disable_backwards_navigation: bool
    random_questions: bool
    pool_size: int | None
    overall_feedback: tuple[FeedbackRange, ...]
    show_result_page: bool
    show_solution_button: bool
    show_retry_button: bool
    message: str
    no_result_message: str


def parse(params: object) -> QuestionSet:
    """Read the params and those of the questions. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    questions = fields.get("questions", [])
    if not isinstance(questions, list):
        raise InvalidContent("invalid-content", "questions")
    override = read_group(fields, "override", defaults={})
    children = tuple(
        _child(question, override, where=f"questions[{index}]")
        for index, question in enumerate(questions)
        if isinstance(question, dict) and isinstance(question.get("library"), str)
    )
    intro = read_group(fields, "introPage", defaults=_INTRO)
    end = read_group(fields, "endGame", defaults=_END)
    return QuestionSet(
        children=children,
        intro=Intro(read_html(intro, "title"), read_html(intro, "introduction"))
        if truthy(intro.get("showIntroPage"))
        else None,
        pass_percentage=to_number(fields.get("passPercentage", 50)),
        disable_backwards_navigation=truthy(fields.get("disableBackwardsNavigation")),
        random_questions=truthy(fields.get("randomQuestions")),
        pool_size=_pool_size(fields.get("poolSize"), len(children)),
        overall_feedback=read_feedback(end),
        show_result_page=truthy(end.get("showResultPage")),
        show_solution_button=truthy(end.get("showSolutionButton")),
        show_retry_button=truthy(end.get("showRetryButton")),
        message=read_html(end, "message"),
        no_result_message=read_html(end, "noResultMessage"),
    )


def _child(question: dict[str, object], override: Fields, *, where: str) -> Child:
    library = read_html(question, "library")
    metadata = question.get("metadata")
    title = read_html(metadata, "title") if isinstance(metadata, dict) else ""
    identifier = question.get("subContentId")
    try:
        model = _question(library, question.get("params"))
    except InvalidContent as error:
        raise InvalidContent(error.id, f"{where}.{error.where}") from error
    return Child(
        sub_content_id=identifier if isinstance(identifier, str) else None,
        library=library,
        title=decode_entities(title),
        model=_overridden(model, override) if model else None,
    )


def _question(library: str, params: object) -> Question | None:
    try:
        name = LibraryName.parse(library)
    except UnsupportedContentType:
        return None
    parser = _PARSERS.get(name.machine_name) if name.scored else None
    return parser(params) if parser else None


def _overridden(model: Question, override: Fields) -> Question:
    """Apply the buttons that the set forces on or off for all its questions."""
    behaviour = model.behaviour
    if override.get("checkButton") is False:
        behaviour = replace(behaviour, enable_check=False)
    if truthy(override.get("showSolutionButton")):
        behaviour = replace(behaviour, enable_solutions=override.get("showSolutionButton") == "on")
    if truthy(override.get("retryButton")):
        behaviour = replace(behaviour, enable_retry=override.get("retryButton") == "on")
    return replace(model, behaviour=behaviour)


def _pool_size(value: object, questions: int) -> int | None:
    wanted = to_number(value)
    return int(min(wanted, questions)) if wanted > 0 else None
