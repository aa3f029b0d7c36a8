"""H5P.TrueFalse 1.x: true or false."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Behaviour,
    Image,
    read_behaviour,
    read_group,
    read_html,
    read_image,
    read_params,
)
from h5p_exports.content_types.registry import Content, content_type

_BEHAVIOUR: dict[str, object] = {"enableRetry": True, "enableSolutionsButton": True, "enableCheckButton": True}


@dataclass(frozen=True, slots=True)
class TrueFalse(Content):
    """A statement that is true or false; `question` and the feedbacks are HTML."""

    question: str
    correct: bool
    feedback_on_correct: str
    feedback_on_wrong: str
    behaviour: Behaviour
    image: Image | None


@content_type("H5P.TrueFalse")
def parse(params: object) -> TrueFalse:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    return TrueFalse(
        question=read_html(fields, "question"),
        # A string: the official player takes JSON `true` for "false".
        correct=fields.get("correct", "true") == "true",
        feedback_on_correct=read_html(behaviour, "feedbackOnCorrect"),
        feedback_on_wrong=read_html(behaviour, "feedbackOnWrong"),
        behaviour=read_behaviour(behaviour),
        image=read_image(fields),
    )
