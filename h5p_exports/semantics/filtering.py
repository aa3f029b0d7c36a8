"""Filtering the params of a content by its semantics, as `H5PContentValidator` does: a silent repair."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from h5p_exports.errors import InvalidContent
from h5p_exports.php import PhpError, escape, is_numeric, number, remainder, round_half_up, to_int, to_text
from h5p_exports.semantics.fields import DEEPEST, Field, Semantics, load_semantics
from h5p_exports.semantics.files import FileFilter
from h5p_exports.semantics.regexp import as_php, mismatches
from h5p_exports.semantics.texts import reference_text, strict_text

_UUID = re.compile(r"^\{?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\}?$")
_ROUNDS = 8
_LIBRARY_KEYS = ("library", "params", "subContentId", "metadata")


@dataclass(frozen=True, slots=True)
class FilterError:
    """What the filter says: the code of the reference, or its message where it has no code."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Filtered:
    """Params that have been filtered, and what the reference says meanwhile."""

    params: Any
    errors: tuple[FilterError, ...]


def filter_params(
    semantics: Semantics,
    params: object,
    *,
    libraries: Mapping[str, Semantics] | None = None,
    compatible: bool = False,
) -> Filtered:
    """The params with what the semantics know alone, every value repaired; `libraries` are those of sub-contents.

    `compatible`: exactly what the PHP reference leaves, unfiltered values included; raises `InvalidContent`
    (``reference-crash``) where it throws. Otherwise its holes are closed, no params make it raise, and filtering
    again changes nothing. Params are as JSON gives them; they are not changed.
    """
    run = _Filter(libraries or {}, compatible=compatible)
    try:
        filtered = run.group(params, tuple(semantics), optional=False, level=0)
    except PhpError as error:
        raise InvalidContent("reference-crash", str(error)) from error
    if not compatible and not isinstance(filtered, dict):
        filtered = {}
    return Filtered(filtered, tuple(run.errors))


@cache
def _own_semantics(name: str) -> tuple[Field, ...]:
    return load_semantics(json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8")), where=name)


class _Filter:
    """One run. The methods give the value that is left, none where it is removed."""

    def __init__(self, libraries: Mapping[str, Semantics], *, compatible: bool) -> None:
        self.errors: list[FilterError] = []
        self._libraries = libraries
        self._compatible = compatible
        self._files = FileFilter(self._copyright, compatible=compatible)
        self._types: dict[str, Callable[[Any, Field, bool, int], object]] = {
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

    def group(
        self, group: object, fields: tuple[Field, ...], *, optional: bool, level: int, sub_content: bool = False
    ) -> object:
        """The known keys of an object. Anything else than an object passes unfiltered in the reference."""
        if not isinstance(group, dict):
            return group if self._compatible or group in (None, []) else None
        by_name: dict[str, Field] = {}
        for field in fields:
            by_name.setdefault(field.name, field)
        left: dict[str, object] = {}
        for key, value in group.items():
            if sub_content and key == "subContentId":
                if self._compatible or _is_uuid(value):
                    left[key] = value
            elif (known := by_name.get(key)) is None:
                continue
            elif known.type not in self._types:
                message = f'H5P internal error: unknown content type "{known.type}" in semantics. Removing content!'
                self._say(message, "semantics-unknown-type")
            elif (item := self._value(value, known, known.optional or optional, level)) is not None:
                left[key] = item
        return left

    def _say(self, message: str, code: str = "") -> None:
        self.errors.append(FilterError(code or message, message))

    def _value(self, value: object, field: Field, optional: bool, level: int) -> object:
        try:
            return self._type(field, level)(value, field, optional, level + 1)
        except PhpError:
            if self._compatible:
                raise
            return None

    def _type(self, field: Field, level: int) -> Callable[[Any, Field, bool, int], object]:
        if field.type not in self._types or level > DEEPEST:
            raise PhpError(field.name)
        return self._types[field.type]

    def _text(self, value: object, field: Field, optional: bool, _level: int) -> str:
        text = value if isinstance(value, str) else ""
        text = reference_text(text, field) if self._compatible else strict_text(text, field)
        if field.regexp and not (text == "" and optional) and mismatches(field.regexp, text):
            self._say(
                "Provided string is not valid according to regexp in semantics."
                f' (value: "{text}", regexp: "{as_php(field.regexp)}")',
                "semantics-invalid-according-regexp",
            )
            return ""
        return text

    def _number(self, value: Any, field: Field, _optional: bool, _level: int) -> object:
        found: Any = value if is_numeric(value) else 0
        if self._compatible:
            return _number_once(found, field)
        if not math.isfinite(number(found)):
            found = 0
        # A step, then rounding, may lead away from a step again.
        for _ in range(_ROUNDS):
            before, found = found, _number_once(found, field, lenient=True)
            if found == before:
                break
        return found

    def _boolean(self, value: object, _field: Field, _optional: bool, _level: int) -> object:
        """Nothing is asked in the reference; strictly, a text is escaped, a list or an object is false."""
        if self._compatible or value is None or isinstance(value, bool | int | float):
            return value
        return escape(value) if isinstance(value, str) else False

    def _select(self, value: Any, field: Field, optional: bool, _level: int) -> object:
        choices = None if optional or not field.options else {self._key(choice) for choice in field.choices}
        if field.multiple:
            return self._selection(value if isinstance(value, list) else [value], choices)
        if isinstance(value, list):
            value = value[0] if value else None
        if choices is not None and self._key(value) not in choices:
            self._say("Invalid selected option in select.")
            first = (field.options or (None,))[0]
            value = first.get("value") if isinstance(first, dict) else None
        return escape(value)

    def _key(self, value: object) -> str:
        """What makes two values the same option. Raises `PhpError` for lists and objects.

        The reference takes them for keys of an array, and a filtered text for another one; strictly, a value is
        what it looks like once it is escaped.
        """
        if not self._compatible:
            return escape(value)
        if isinstance(value, bool | float):
            return str(to_int(value))
        return to_text(value)

    def _selection(self, values: list[Any], choices: set[str] | None) -> object:
        left: dict[int, str] = {}
        for index, value in enumerate(values):
            if choices is not None and self._key(value) not in choices:
                self._say("Invalid selected option in multi-select.")
            else:
                left[index] = escape(value)
        # PHP writes an array that has lost another value than the last ones as an object.
        if self._compatible and list(left) != list(range(len(left))):
            return {str(index): value for index, value in left.items()}
        return list(left.values())

    def _list(self, value: Any, field: Field, _optional: bool, level: int) -> object:
        if not isinstance(value, list):
            if field.maximum is not None and self._compatible:
                raise PhpError(field.name)
            return None
        most = None if field.maximum is None else to_int(number(field.maximum))
        if value[:most] and field.field is None:
            raise PhpError(field.name)
        items = [self._value(item, field.field, field.field.optional, level) for item in value[:most] if field.field]
        return [item for item in items if item is not None] or None

    def _group(self, value: Any, field: Field, optional: bool, level: int) -> object:
        if field.fields is None:
            raise PhpError(field.name)
        if len(field.fields) == 1 and not field.is_sub_content:
            only = field.fields[0]
            return self._value(value, only, only.optional, level)
        return self.group(value, field.fields, optional=optional, level=level, sub_content=field.is_sub_content)

    def _library(self, value: Any, field: Field, _optional: bool, level: int) -> object:
        name = value.get("library") if isinstance(value, dict) else None
        if name is None:
            return None
        if field.options is None or isinstance(name, list | dict):
            raise PhpError(field.name)
        if name not in field.libraries:
            self._refuse_library(to_text(name), field)
            return None
        if name not in self._libraries:
            raise PhpError(name)
        fields = tuple(self._libraries[name])
        left = {key: item for key, item in value.items() if key in (*_LIBRARY_KEYS, *field.extra_attributes)}
        params = self.group(value.get("params"), fields, optional=False, level=level)
        left["params"] = {} if params is None and value.get("params") is not None else params
        if left.get("metadata") is not None:
            left["metadata"] = self._metadata(left["metadata"], level)
        if left.get("subContentId") is not None and not _is_uuid(left["subContentId"]):
            del left["subContentId"]
        if not self._compatible:
            for key in field.extra_attributes:
                if key in left and key not in _LIBRARY_KEYS:
                    left[key] = self._files.plain(left[key])
        return left

    def _refuse_library(self, name: str, field: Field) -> None:
        machine_name = name.partition(" ")[0]
        for option in field.libraries:
            if option.partition(" ")[0] == machine_name:
                self._say(
                    f"The version of the H5P library {machine_name} used in this content is not valid."
                    f" Content contains {name}, but it should be {option}."
                )
                return
        self._say(f"The H5P library {name} used in the content is not valid")

    def _metadata(self, metadata: object, level: int) -> object:
        group = metadata if isinstance(metadata, dict) else {}
        if group.get("license") is None:
            group = group | {"license": "U"}
        return self.group(group, _own_semantics("metadata"), optional=False, level=level)

    def _copyright(self, value: object, level: int) -> object:
        return self.group(value, _own_semantics("copyright"), optional=False, level=level)

    def _file(self, value: Any, field: Field, _optional: bool, level: int) -> object:
        return self._files.file(value, field, level)

    def _variants(self, value: Any, field: Field, _optional: bool, level: int) -> object:
        return self._files.variants(value, field, level)


def _number_once(found: Any, field: Field, *, lenient: bool = False) -> Any:
    """The number within its bounds, on its step, rounded; `lenient`: a step below one is no step."""
    if field.minimum is not None and number(found) < number(field.minimum):
        found = field.minimum
    if field.maximum is not None and number(found) > number(field.maximum):
        found = field.maximum
    if field.step is not None and not (lenient and to_int(number(field.step)) == 0):
        rest = remainder(number(found) - number(field.minimum), number(field.step))
        if rest:
            found = number(found) - rest
    if field.decimals is not None:
        found = round_half_up(number(found), to_int(number(field.decimals)))
    return found


def _is_uuid(value: object) -> bool:
    return _UUID.search(to_text(value)) is not None
