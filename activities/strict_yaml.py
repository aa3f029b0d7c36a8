"""YAML as an author means it: the 1.2 core schema, and nothing that surprises.

`non`, `on`, `12:30` and `2025-09-01` are texts, `012` is twelve (YAML 1.2.2 §10.3). Refused, each with its line:
a key written twice, aliases, tags, keys that are not text, several documents, control characters, numbers that JSON
cannot hold, texts over 1 MiB, and more than 50 levels.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

LARGEST = 1_048_576
"""Bytes."""

DEEPEST = 50
"""Levels."""

Json = dict[str, Any] | list[Any] | str | int | float | bool | None
Place = tuple[str | int, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 40
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class YamlRefused(Exception):
    """The text is not accepted: `id` says why, `line` (from 1) and `where` (``h5p.params``) say in which place."""

    def __init__(self, id: str, *, line: int = 1, where: str = "", detail: str = "") -> None:
        super().__init__(id)
        self.id = id
        self.line = line
        self.where = where
        self.detail = detail

    def __str__(self) -> str:
        return f"line {self.line}: {self.where}: {self.id} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document: what it says, and the line (from 1) on which each part of it begins."""

    value: Json
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the part that should have held it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]


def read(source: bytes) -> Document:
    """Read one document in UTF-8. Raises `YamlRefused`."""
    if len(source) > LARGEST:
        raise YamlRefused("yaml-too-large")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlRefused("yaml-not-utf8", line=source.count(b"\n", 0, error.start) + 1) from error
    reader = _Reader(text)
    try:
        return Document(reader.document(), reader.lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlRefused("yaml-syntax", line=line, detail=error.problem or "") from error
    except yaml.YAMLError as error:
        raise YamlRefused("yaml-syntax") from error


def written(place: Place) -> str:
    """A place as people write it: ``h5p.params.questions[2].library``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


class _Reader:
    """Builds the value from the events of libyaml, because only these still tell an alias from a copy."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Json:
        next(self._events)  # The start of the stream.
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise YamlRefused("yaml-empty")
        value = self._node(next(self._events), ())
        next(self._events)  # The end of the document.
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise YamlRefused("yaml-several-documents", line=_line(after))
        return value

    def _node(self, event: Any, place: Place) -> Json:
        self.lines.setdefault(place, _line(event))
        if isinstance(event, yaml.AliasEvent):
            raise _refused("yaml-alias", event, place, detail=f"*{event.anchor}")
        if event.tag is not None:
            raise _refused("yaml-tag", event, place, detail=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event, place)
        if len(place) >= DEEPEST:
            raise _refused("yaml-too-deep", event, place)
        return self._mapping(place) if isinstance(event, yaml.MappingStartEvent) else self._sequence(place)

    def _sequence(self, place: Place) -> list[Json]:
        items: list[Json] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, Json]:
        entries: dict[str, Json] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = _scalar(event, place) if isinstance(event, yaml.ScalarEvent) and event.tag is None else None
            if not isinstance(key, str):
                raise _refused("yaml-key-not-text", event, place)
            if key in entries:
                raise _refused("yaml-duplicate-key", event, (*place, key))
            self.lines[*place, key] = _line(event)
            entries[key] = self._node(next(self._events), (*place, key))
        return entries


def _scalar(event: Any, place: Place) -> Json:
    text: str = event.value
    if _CONTROL.search(text):
        raise _refused("yaml-control-character", event, place)
    plain = event.implicit[0]
    if not plain:
        return text
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return _number(event, place)


def _number(event: Any, place: Place) -> int | float | str:
    text: str = event.value
    value: int | float
    if _NOT_FINITE.fullmatch(text):
        raise _refused("yaml-number", event, place, detail=text)
    if _DECIMAL.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        value = int(text)
    elif _OTHER_BASE.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        value = int(text, base=0)
    elif _FLOAT.fullmatch(text):
        value = float(text)
    else:
        return text
    if not math.isfinite(value) or len(text) > _LONGEST_NUMBER:
        raise _refused("yaml-number", event, place, detail=text[:_LONGEST_NUMBER])
    return value


def _refused(id: str, event: Any, place: Place, *, detail: str = "") -> YamlRefused:
    return YamlRefused(id, line=_line(event), where=written(place), detail=detail)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
