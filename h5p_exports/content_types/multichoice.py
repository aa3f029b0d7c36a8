"""H5P.MultiChoice 1.x: choose one or several answers."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import Question, read_group, read_html, read_list, read_params, read_shared
from h5p_exports.content_types.javascript import to_number, truthy
from h5p_exports.content_types.registry import content_type
from h5p_exports.errors import InvalidContent

_BEHAVIOUR: dict[str, object] = {
    "enableRetry": True,
    "enableSolutionsButton": True,
    "enableCheckButton": True,
    "type": "auto",
    "singlePoint": True,
    "randomAnswers": False,
    "showSolutionsRequiresInput": True,
    "autoCheck": False,
    "passPercentage": 100,
}
_FIRST_ANSWER: dict[str, object] = {"text": "Answer 1", "correct": True}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose; texts are HTML, empty when the author wrote none."""

    html: str
    correct: bool
    tip: str
    chosen_feedback: str
    not_chosen_feedback: str


@dataclass(frozen=True, slots=True)
class MultiChoice(Question):
    """A question with answers to choose from.

    `single`: one answer at most (radio buttons), as the official player decides it.
    `pass_percentage` may be NaN: nothing passes then.
    """

    question: str
    answers: tuple[Choice, ...]
    single: bool
    single_point: bool
    random_answers: bool
    pass_percentage: float


@content_type("H5P.MultiChoice")
def parse(params: object) -> MultiChoice:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    answers = tuple(
        _choice(answer, first=index == 0, where=f"answers[{index}]")
        for index, answer in enumerate(read_list(fields, "answers", default=[_FIRST_ANSWER]))
    )
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    kind = behaviour.get("type")
    right = sum(answer.correct for answer in answers)
    return MultiChoice(
        question=read_html(fields, "question"),
        answers=answers,
        single=right == 1 if kind == "auto" else kind == "single",
        single_point=truthy(behaviour.get("singlePoint")),
        random_answers=truthy(behaviour.get("randomAnswers")),
        pass_percentage=to_number(behaviour.get("passPercentage", "?")),
        **read_shared(fields, behaviour),
    )


def _choice(answer: object, *, first: bool, where: str) -> Choice:
    if not isinstance(answer, dict):
        raise InvalidContent("invalid-content", where)
    # The default list holds one answer, so the first one alone is correct unless it says otherwise.
    fields = {**_FIRST_ANSWER, **answer} if first else answer
    texts = fields.get("tipsAndFeedback")
    texts = texts if isinstance(texts, dict) else {}
    return Choice(
        html=read_html(fields, "text"),
        correct=truthy(fields.get("correct")),
        tip=read_html(texts, "tip"),
        chosen_feedback=read_html(texts, "chosenFeedback"),
        not_chosen_feedback=read_html(texts, "notChosenFeedback"),
    )
