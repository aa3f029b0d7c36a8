"""Reading an event: an action and the fields of a form, every one of them hostile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities.kind import StepRefused

LONGEST_VALUE = 4096
"""Characters of one field."""

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """What the pupil asks for, and the fields that came with it."""

    action: str
    fields: Fields


def malformed() -> StepRefused:
    """The error of an event that no page of ours can have sent."""
    return StepRefused("answer-malformed")


def read_event(event: Mapping[str, Any]) -> Request:
    """Check the shape of ``{"action": str, "fields": {name: [value, …]}}``.

    Raises `StepRefused` (``answer-malformed``) for another shape, a value over `LONGEST_VALUE`, a NUL character or a
    lone surrogate.
    """
    match event:
        case {"action": str(action), "fields": dict(fields)}:
            return Request(action, {_text(name): _values(values) for name, values in fields.items()})
    raise malformed()


def _values(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise malformed()
    return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or "\0" in value:
        raise malformed()
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise malformed()
    return value
