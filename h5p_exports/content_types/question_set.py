"""H5P.QuestionSet 1.x: questions one after the other, all of them or some drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

from h5p_exports.content_types import blanks, drag_question, drag_text, essay, mark_the_words, multichoice, true_false
from h5p_exports.content_types.child import Child, is_content, read_child
from h5p_exports.content_types.common import (
    Behaviour,
    FeedbackRange,
    Fields,
    read_feedback,
    read_group,
    read_html,
    read_params,
)
from h5p_exports.content_types.javascript import to_number, truthy
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_LEVEL = 1
_WITH_BUTTONS = (
    multichoice.MultiChoice
    | true_false.TrueFalse
    | blanks.Blanks
    | drag_text.DragText
    | mark_the_words.MarkTheWords
    | drag_question.DragQuestion
    | essay.Essay
)
_INTRO: dict[str, object] = {"showIntroPage": False}
_END: dict[str, object] = {"showResultPage": True, "showSolutionButton": True, "showRetryButton": True}


@dataclass(frozen=True, slots=True)
class Intro:
    """The page before the first question; both texts are HTML."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionSet(Content):
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


@content_type("H5P.QuestionSet", level=_LEVEL)
def parse(params: object) -> QuestionSet:
    """Read the params and those of the questions. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    questions = fields.get("questions", [])
    if not isinstance(questions, list):
        raise InvalidContent("invalid-content", "questions")
    override = read_group(fields, "override", defaults={})
    children = tuple(
        _overridden(read_child(question, level=_LEVEL, where=f"questions[{index}]"), override)
        for index, question in enumerate(questions)
        if is_content(question)
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


def _overridden(child: Child, override: Fields) -> Child:
    """Apply the buttons that the set forces on or off for all its questions."""
    if not isinstance(child.model, _WITH_BUTTONS):
        return child
    behaviour = _forced(child.model.behaviour, override)
    return replace(child, model=replace(child.model, behaviour=behaviour))


def _forced(behaviour: Behaviour, override: Fields) -> Behaviour:
    if override.get("checkButton") is False:
        behaviour = replace(behaviour, enable_check=False)
    if truthy(override.get("showSolutionButton")):
        behaviour = replace(behaviour, enable_solutions=override.get("showSolutionButton") == "on")
    if truthy(override.get("retryButton")):
        behaviour = replace(behaviour, enable_retry=override.get("retryButton") == "on")
    return behaviour


def _pool_size(value: object, questions: int) -> int | None:
    wanted = to_number(value)
    return int(min(wanted, questions)) if wanted > 0 else None
