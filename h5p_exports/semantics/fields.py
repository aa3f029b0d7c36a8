"""`semantics.json`: the fields that the params of a content type have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from h5p_exports.errors import InvalidSemantics
from h5p_exports.php import is_numeric

DEEPEST = 80
"""Levels of fields inside fields, and of contents inside contents; real ones have a dozen."""

_NUMBERS = ("maxLength", "min", "max", "step", "decimals")


@dataclass(frozen=True, slots=True)
class Regexp:
    """What a text must match, PHP or JavaScript fashion, with modifiers such as ``i``."""

    pattern: str
    modifiers: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field. Numbers are as the file has them: a number, or a text that is one.

    `attributes` is the whole of what the file says, for what only editors need (label, description, widget…).
    """

    name: str
    type: str
    optional: bool
    attributes: Mapping[str, Any]
    tags: tuple[str, ...] | None = None
    font: frozenset[str] = frozenset()
    max_length: int | float | str | None = None
    regexp: Regexp | None = None
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    step: int | float | str | None = None
    decimals: int | float | str | None = None
    options: tuple[Any, ...] | None = None
    multiple: bool = False
    field: Field | None = None
    fields: tuple[Field, ...] | None = None
    is_sub_content: bool = False
    extra_attributes: tuple[str, ...] = ()

    @property
    def libraries(self) -> tuple[str, ...]:
        """The libraries that a field of type `library` may hold, such as ``H5P.Image 1.1``."""
        names = (option.get("name") if isinstance(option, dict) else option for option in self.options or ())
        return tuple(name for name in names if isinstance(name, str))

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values that a field of type `select` may have, groups of options flattened."""
        values: list[Any] = []
        for option in self.options or ():
            if isinstance(option, dict) and option.get("type") == "optgroup":
                group = option.get("options")
                values += [item.get("value") for item in _list(group) if isinstance(item, dict)]
            elif isinstance(option, dict) and option.get("value") is not None:
                values.append(option["value"])
        return tuple(values)


Semantics = Sequence[Field]
"""The fields of a content type, in order."""


def load_semantics(value: object, *, where: str = "semantics") -> tuple[Field, ...]:
    """The fields of a parsed `semantics.json`.

    Attributes that nobody knows are let by; known ones of another shape raise `InvalidSemantics`, as does what is
    nested deeper than `DEEPEST`. Unknown types are let by too: the reference drops what they hold.
    """
    return _fields(value, where, 0)


def _fields(value: object, where: str, level: int) -> tuple[Field, ...]:
    if not isinstance(value, list) or level > DEEPEST:
        raise InvalidSemantics(where)
    return tuple(_field(item, f"{where}[{index}]", level) for index, item in enumerate(value))


def _field(value: object, where: str, level: int) -> Field:
    if not isinstance(value, dict) or level > DEEPEST:
        raise InvalidSemantics(where)
    for key in _NUMBERS:
        if value.get(key) is not None and not is_numeric(value[key]):
            raise InvalidSemantics(f"{where}.{key}")
    font = value.get("font")
    inner, inners = value.get("field"), value.get("fields")
    return Field(
        name=_text(value, "name", where),
        type=_text(value, "type", where),
        optional=bool(value.get("optional")),
        attributes=value,
        tags=_texts(value, "tags", where),
        font=frozenset(key for key, is_set in font.items() if is_set) if isinstance(font, dict) else frozenset(),
        max_length=value.get("maxLength"),
        regexp=_regexp(value, where),
        minimum=value.get("min"),
        maximum=value.get("max"),
        step=value.get("step"),
        decimals=value.get("decimals"),
        options=_options(value, where),
        multiple=bool(value.get("multiple")),
        field=None if inner is None else _field(inner, f"{where}.field", level + 1),
        fields=None if inners is None else _fields(inners, f"{where}.fields", level + 1),
        is_sub_content=value.get("isSubContent") is True,
        extra_attributes=_texts(value, "extraAttributes", where) or (),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Mapping[str, Any], key: str, where: str) -> str:
    text = value.get(key, "")
    if not isinstance(text, str):
        raise InvalidSemantics(f"{where}.{key}")
    return text


def _texts(value: Mapping[str, Any], key: str, where: str) -> tuple[str, ...] | None:
    texts = value.get(key)
    if texts is None:
        return None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise InvalidSemantics(f"{where}.{key}")
    return tuple(texts)


def _options(value: Mapping[str, Any], where: str) -> tuple[Any, ...] | None:
    options = value.get("options")
    if options is None:
        return None
    if not isinstance(options, list):
        raise InvalidSemantics(f"{where}.options")
    return tuple(options)


def _regexp(value: Mapping[str, Any], where: str) -> Regexp | None:
    regexp = value.get("regexp")
    if regexp is None:
        return None
    if not isinstance(regexp, dict) or not isinstance(regexp.get("pattern"), str):
        raise InvalidSemantics(f"{where}.regexp")
    return Regexp(regexp["pattern"], _text(regexp, "modifiers", f"{where}.regexp"))
