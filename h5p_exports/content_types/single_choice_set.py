"""H5P.SingleChoiceSet 1.x: quick questions with one right answer each."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Behaviour,
    FeedbackRange,
    Fields,
    read_behaviour,
    read_feedback,
    read_group,
    read_html,
    read_params,
)
from h5p_exports.content_types.javascript import to_number, truthy
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_BEHAVIOUR: dict[str, object] = {
    "autoContinue": True,
    "timeoutCorrect": 2000,
    "timeoutWrong": 3000,
    "soundEffectsEnabled": True,
    "enableRetry": True,
    "enableSolutionsButton": True,
    "passPercentage": 100,
}


@dataclass(frozen=True, slots=True)
class SingleChoice:
    """One question: the first of the `answers` (HTML) is the right one, so never show them in this order."""

    sub_content_id: str | None
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SingleChoiceSet(Content):
    """Questions in the author's order; timeouts are in milliseconds; `pass_percentage` may be NaN."""

    choices: tuple[SingleChoice, ...]
    auto_continue: bool
    timeout_correct: float
    timeout_wrong: float
    pass_percentage: float
    behaviour: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]


@content_type("H5P.SingleChoiceSet")
def parse(params: object) -> SingleChoiceSet:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    choices = fields.get("choices", [])
    if not isinstance(choices, list):
        raise InvalidContent("invalid-content", "choices")
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    return SingleChoiceSet(
        choices=tuple(
            _choice(choice, where=f"choices[{index}]")
            for index, choice in enumerate(choices)
            if not isinstance(choice, dict) or "answers" in choice
        ),
        auto_continue=truthy(behaviour.get("autoContinue")),
        timeout_correct=to_number(behaviour.get("timeoutCorrect")),
        timeout_wrong=to_number(behaviour.get("timeoutWrong")),
        pass_percentage=to_number(behaviour.get("passPercentage", "?")),
        behaviour=read_behaviour(behaviour),
        overall_feedback=read_feedback(fields),
    )


def _choice(choice: object, *, where: str) -> SingleChoice:
    if not isinstance(choice, dict):
        raise InvalidContent("invalid-content", where)
    return SingleChoice(
        sub_content_id=read_identifier(choice),
        question=read_html(choice, "question"),
        answers=read_statements(choice, "answers", where=where),
    )


def read_identifier(fields: Fields) -> str | None:
    """The `subContentId`, where there is one."""
    identifier = fields.get("subContentId")
    return identifier if isinstance(identifier, str) else None


def read_statements(fields: Fields, name: str, *, where: str) -> tuple[str, ...]:
    """Texts to choose from (HTML), the right one first."""
    statements = fields[name]
    if not isinstance(statements, list):
        raise InvalidContent("invalid-content", f"{where}.{name}")
    return tuple(statement if isinstance(statement, str) else "" for statement in statements)
