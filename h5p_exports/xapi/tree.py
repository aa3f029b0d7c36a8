"""The tree of `getXAPIData()`: a statement for each content, those inside it as its children."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from h5p_exports.errors import InvalidResponse

DEEPEST = 12
"""Contents inside contents; a book has four levels."""
MOST_NODES = 2000
LONGEST_RESPONSE = 20_000
LONGEST_DESCRIPTION = 300

_SUB_CONTENT_ID = "http://h5p.org/x-api/h5p-subContentId"
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Node:
    """What one content says of itself.

    `sub_content_id`: which content inside another it is. `response` as in xAPI, None where it has none. `raw` and
    `max` are the points that it claims, finite where they are there. `description` says what was asked, as HTML that
    nobody has cleaned.
    """

    sub_content_id: str | None = None
    response: str | None = None
    raw: float | None = None
    max: float | None = None
    description: str = ""
    children: tuple[Node, ...] = ()

    def as_tree(self) -> dict[str, Any]:
        """The same as a tree of `getXAPIData()` that says nothing else: `read_tree` gives it back."""
        definition: dict[str, Any] = {}
        if self.sub_content_id is not None:
            definition["extensions"] = {_SUB_CONTENT_ID: self.sub_content_id}
        if self.description:
            definition["description"] = {"en-US": self.description}
        points = {name: value for name, value in (("raw", self.raw), ("max", self.max)) if value is not None}
        result: dict[str, Any] = {"score": points} if points else {}
        if self.response is not None:
            result["response"] = self.response
        statement = {"object": {"definition": definition}, "result": result}
        return {"statement": statement, "children": [child.as_tree() for child in self.children]}


def read_tree(value: object) -> Node | None:
    """The tree that a browser sends, as JSON gives it; None (`null`) for a content that says nothing.

    What is missing or of another shape counts as not said. Raises `InvalidResponse` (``tree``) for what no player
    sends: another value than an object, more than `DEEPEST` levels or `MOST_NODES` contents, a response over
    `LONGEST_RESPONSE` characters, text that no database stores.
    """
    return None if value is None else _Reader().node(value, 0)


class _Reader:
    def __init__(self) -> None:
        self._left = MOST_NODES

    def node(self, value: object, level: int) -> Node:
        self._left -= 1
        if not isinstance(value, dict) or level >= DEEPEST or self._left < 0:
            raise InvalidResponse("tree")
        definition = _inside(value, "statement", "object", "definition")
        result = _inside(value, "statement", "result")
        points = _inside(result, "score")
        children = value.get("children")
        return Node(
            sub_content_id=_text(_inside(definition, "extensions").get(_SUB_CONTENT_ID), _LONGEST_ID),
            response=_text(result.get("response"), LONGEST_RESPONSE),
            raw=_number(points.get("raw")),
            max=_number(points.get("max")),
            description=_first_text(definition.get("description")),
            children=tuple(
                self.node(child, level + 1)
                for child in (children if isinstance(children, list) else ())
                # A content inside that has nothing to say.
                if child is not None
            ),
        )


def _inside(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        inner = value.get(key)
        value = inner if isinstance(inner, dict) else {}
    return value


def _text(value: object, longest: int) -> str | None:
    if not isinstance(value, str):
        return None
    if len(value) > longest or not _storable(value):
        raise InvalidResponse("tree")
    return value


def _storable(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))


def _first_text(texts: object) -> str:
    """The text of a language map, whichever language it is in: H5P writes one, and calls it `en-US`."""
    found = next(iter(texts.values()), "") if isinstance(texts, dict) else ""
    return found[:LONGEST_DESCRIPTION] if isinstance(found, str) and _storable(found) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
