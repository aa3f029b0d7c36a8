"""Params by the semantics of their content type: what the filter would change, and what it never asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from h5p_exports.lint.content import is_active
from h5p_exports.lint.problem import Problem
from h5p_exports.php import escape, number, to_int, unescape
from h5p_exports.semantics.fields import DEEPEST, Field, Semantics
from h5p_exports.semantics.regexp import mismatches
from h5p_exports.semantics.texts import strict_text

_UUID = re.compile(r"\{?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\}?")
_TAG = re.compile(r"<[^>]*>")
_PASSED_OVER = frozenset({"boolean"})

Found = Iterator[Problem]


def lint_params(
    semantics: Semantics, params: object, *, libraries: Mapping[str, Semantics] | None = None
) -> tuple[Problem, ...]:
    """Everything that is wrong in `params`; sub-contents of unknown `libraries` are passed over. Never raises."""
    return tuple(_Lint(libraries or {}).group(params, tuple(semantics), "", 0))


class _Lint:
    def __init__(self, libraries: Mapping[str, Semantics]) -> None:
        self._libraries = libraries
        self._types: dict[str, Callable[[Any, Field, str, int], Found]] = {
            "text": self._text,
            "number": self._number,
            "boolean": self._boolean,
            "select": self._select,
            "list": self._list,
            "group": self._group,
            "library": self._library,
            "file": self._file,
            "image": self._file,
            "audio": self._variants,
            "video": self._variants,
        }

    def group(self, value: object, fields: tuple[Field, ...], where: str, level: int) -> Found:
        if not isinstance(value, dict):
            yield Problem("wrong-type", where or "params", {"type": "group"})
            return
        known = {field.name: field for field in reversed(fields)}
        for name in value:
            if name not in known and name != "subContentId":
                yield Problem("unknown-field", _under(where, name))
        for name, field in known.items():
            path = _under(where, name)
            if value.get(name) is not None:
                yield from self._value(value[name], field, path, level)
            elif not field.optional and field.type not in _PASSED_OVER | {"group"}:
                yield Problem("missing-field", path)

    def _value(self, value: object, field: Field, where: str, level: int) -> Found:
        if level > DEEPEST:
            yield Problem("too-deep", where)
        elif field.type in self._types:
            yield from self._types[field.type](value, field, where, level + 1)
        else:
            yield Problem("unknown-type", where, {"type": field.type})

    def _text(self, value: object, field: Field, where: str, _level: int) -> Found:
        if not isinstance(value, str):
            yield Problem("wrong-type", where, {"type": "text"})
            return
        if is_active(value):
            yield Problem("script-in-content", where)
        elif field.tags is not None and not _same_markup(strict_text(value, _unbounded(field)), value):
            yield Problem("markup-changed", where)
        if not value and not field.optional:
            yield Problem("empty-text", where)
        filtered = escape(value) if field.tags is None else value
        if field.max_length is not None and len(filtered) > to_int(number(field.max_length)):
            yield Problem("text-too-long", where, {"max": str(field.max_length)})
        if field.regexp and value and mismatches(field.regexp, filtered):
            yield Problem("text-refused", where)

    def _number(self, value: object, field: Field, where: str, _level: int) -> Found:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield Problem("wrong-type", where, {"type": "number"})
            return
        low = field.minimum is not None and value < number(field.minimum)
        high = field.maximum is not None and value > number(field.maximum)
        step = to_int(number(field.step))
        is_off = step > 0 and abs(to_int(value - number(field.minimum))) % step != 0
        if low or high or is_off:
            yield Problem("number-out-of-bounds", where)

    def _boolean(self, value: object, _field: Field, where: str, _level: int) -> Found:
        if not isinstance(value, bool):
            yield Problem("wrong-type", where, {"type": "boolean"})

    def _select(self, value: object, field: Field, where: str, _level: int) -> Found:
        values = value if field.multiple and isinstance(value, list) else [value]
        choices = [*field.choices, *(escape(item) for item in field.choices if isinstance(item, str))]
        if field.options and not all(item in choices or (field.optional and item == "") for item in values):
            yield Problem("not-an-option", where)

    def _list(self, value: object, field: Field, where: str, level: int) -> Found:
        if not isinstance(value, list) or field.field is None:
            yield Problem("wrong-type", where, {"type": "list"})
            return
        if field.minimum is not None and len(value) < number(field.minimum):
            yield Problem("list-too-short", where, {"min": str(field.minimum)})
        if field.maximum is not None and len(value) > number(field.maximum):
            yield Problem("list-too-long", where, {"max": str(field.maximum)})
        for index, item in enumerate(value):
            yield from self._value(item, field.field, f"{where}[{index}]", level)

    def _group(self, value: object, field: Field, where: str, level: int) -> Found:
        fields = field.fields or ()
        if len(fields) == 1 and not field.is_sub_content:
            return self._value(value, fields[0], where, level)
        return self.group(value, fields, where, level)

    def _library(self, value: object, field: Field, where: str, level: int) -> Found:
        library = value.get("library") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(library, str):
            yield Problem("wrong-type", where, {"type": "library"})
            return
        if library not in field.libraries:
            machine_name = library.partition(" ")[0]
            expected = [name for name in field.libraries if name.partition(" ")[0] == machine_name]
            if expected:
                yield Problem("library-version", where, {"library": library, "expected": ", ".join(expected)})
            else:
                yield Problem("library-not-allowed", where, {"library": library})
            return
        identifier = value.get("subContentId")
        if identifier is not None and not (isinstance(identifier, str) and _UUID.fullmatch(identifier)):
            yield Problem("bad-sub-content-id", f"{where}.subContentId")
        if library in self._libraries:
            yield from self.group(value.get("params"), tuple(self._libraries[library]), f"{where}.params", level)

    def _file(self, value: object, field: Field, where: str, _level: int) -> Found:
        if not isinstance(value, dict) or not isinstance(value.get("path"), str):
            yield Problem("wrong-type", where, {"type": field.type})

    def _variants(self, value: object, field: Field, where: str, level: int) -> Found:
        if not isinstance(value, list):
            yield Problem("wrong-type", where, {"type": field.type})
            return
        for index, item in enumerate(value):
            yield from self._file(item, field, f"{where}[{index}]", level)


def _under(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _unbounded(field: Field) -> Field:
    return Field(field.name, "text", optional=True, attributes={}, tags=field.tags, font=field.font)


def _same_markup(one: str, other: str) -> bool:
    """Whether two texts differ in the spelling of characters alone."""
    return [_shape(tag) for tag in _TAG.findall(one)] == [_shape(tag) for tag in _TAG.findall(other)] and unescape(
        _TAG.sub("", one)
    ) == unescape(_TAG.sub("", other))


def _shape(tag: str) -> str:
    return re.sub(r"[\s;/\"']", "", unescape(tag)).lower()
