"""Reading an event: an action and the fields of a form, every one of them hostile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from activities.kind import StepRefused

LONGEST_VALUE = 20_000
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


def read_texts(names: Sequence[str], fields: Fields, before: Sequence[str]) -> tuple[str, ...]:
    """What is in each field, one text in each; `before` where a field is not there."""
    if any(len(values) != 1 for values in fields.values()):
        raise malformed()
    return tuple(fields.get(name, (old,))[0] for name, old in zip(names, before, strict=True))


def read_chosen(values: Sequence[str], known: Collection[str]) -> frozenset[str]:
    """The values of ticked boxes: known ones, each once. An empty one only says that the boxes were there."""
    ticked = [value for value in values if value]
    chosen = frozenset(ticked)
    if len(chosen) != len(ticked) or not chosen <= set(known):
        raise malformed()
    return chosen


def read_choices(names: Sequence[str], fields: Fields, before: Sequence[str], values: Sequence[str]) -> tuple[str, ...]:
    """The index, as a text, of the value chosen in each list; empty where the list is left open."""
    indexes = {"": ""} | {value: str(index) for index, value in enumerate(values)}
    answer = list(before)
    for place, name in enumerate(names):
        if name in fields:
            (chosen,) = fields[name] if len(fields[name]) == 1 else (None,)
            if chosen not in indexes:
                raise malformed()
            answer[place] = indexes[chosen]
    return tuple(answer)


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
