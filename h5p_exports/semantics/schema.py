"""JSON Schema (draft 2020-12) of the params that semantics describe, for editors that know no H5P."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from h5p_exports.php import number, to_int
from h5p_exports.semantics.fields import Field, Semantics

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_IDENTIFIER: Schema = {
    "type": "string",
    "pattern": r"^\{?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\}?$",
}
_FILE: Schema = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "mime": {"type": "string"}, "copyright": {"type": "object"}},
    "required": ["path"],
}


def json_schema(semantics: Semantics, *, title: str = "", libraries: Mapping[str, Semantics] | None = None) -> Schema:
    """The schema of the params; sub-contents of the `libraries` that are given are described too, each once.

    Labels and descriptions become `title` and `description`; optional fields are not required.
    """
    libraries = libraries or {}
    make = _Schemas(frozenset(libraries))
    schema: Schema = {"$schema": DIALECT, **make.object(semantics)}
    if title:
        schema["title"] = title
    if libraries:
        schema["$defs"] = {name: make.object(fields) for name, fields in libraries.items()}
    return schema


class _Schemas:
    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._types: dict[str, Callable[[Field], Schema]] = {
            "text": _text,
            "number": _number,
            "boolean": lambda _field: {"type": "boolean"},
            "select": _select,
            "list": self._list,
            "group": self._group,
            "library": lambda field: {"anyOf": [self._content(name) for name in field.libraries]},
            "file": lambda _field: _FILE,
            "image": lambda _field: _FILE,
            "audio": lambda _field: {"type": "array", "items": _FILE},
            "video": lambda _field: {"type": "array", "items": _FILE},
        }

    def object(self, fields: Semantics) -> Schema:
        known = {field.name: field for field in reversed(fields)}
        return {
            "type": "object",
            "properties": {name: self._field(field) for name, field in reversed(known.items())},
            "required": sorted(name for name, field in known.items() if not field.optional),
            "additionalProperties": False,
        }

    def _field(self, field: Field) -> Schema:
        make = self._types.get(field.type)
        # Nothing can be the value of a type that nobody knows.
        return {**(make(field) if make else {"not": {}}), **_described(field)}

    def _list(self, field: Field) -> Schema:
        items = {} if field.field is None else self._field(field.field)
        return {"type": "array", "items": items, **_bounds(field, "minItems", "maxItems")}

    def _group(self, field: Field) -> Schema:
        fields = field.fields or ()
        if len(fields) == 1 and not field.is_sub_content:
            return self._field(fields[0])
        schema = self.object(fields)
        if field.is_sub_content:
            schema["properties"]["subContentId"] = _IDENTIFIER
        return schema

    def _content(self, name: str) -> Schema:
        # In a JSON pointer inside a URI, a space is written %20.
        params = {"$ref": f"#/$defs/{quote(name)}"} if name in self._known else {"type": "object"}
        return {
            "type": "object",
            "properties": {
                "library": {"const": name},
                "params": params,
                "subContentId": _IDENTIFIER,
                "metadata": {"type": "object"},
            },
            "required": ["library", "params"],
        }


def _described(field: Field) -> Schema:
    schema: Schema = {}
    for key, name in (("label", "title"), ("description", "description"), ("default", "default")):
        value = field.attributes.get(key)
        if value is not None and (key == "default" or isinstance(value, str)):
            schema[name] = value
    return schema


def _text(field: Field) -> Schema:
    schema: Schema = {"type": "string"}
    if field.max_length is not None:
        schema["maxLength"] = max(0, to_int(number(field.max_length)))
    if field.regexp and not field.regexp.modifiers:
        schema["pattern"] = field.regexp.pattern
    if field.tags is not None:
        schema["contentMediaType"] = "text/html"
    return schema


def _number(field: Field) -> Schema:
    is_whole = field.decimals is not None and to_int(number(field.decimals)) == 0
    return {"type": "integer" if is_whole else "number", **_bounds(field, "minimum", "maximum")}


def _bounds(field: Field, low: str, high: str) -> Schema:
    bounds = {low: field.minimum, high: field.maximum}
    return {key: number(value) for key, value in bounds.items() if value is not None}


def _select(field: Field) -> Schema:
    one: Schema = {"enum": list(field.choices)} if field.options else {"type": "string"}
    return {"type": "array", "items": one} if field.multiple else one
