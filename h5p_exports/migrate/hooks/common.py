"""What hooks share: looking into params of any shape, titles, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from h5p_exports.build.identifiers import Identifiers
from h5p_exports.migrate.registry import Hook

Fields = dict[str, Any]

_TAG = re.compile(r"<[^>]*>?")


def group(fields: Fields, name: str) -> Fields:
    """A group, empty where there is none."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def items(fields: Fields, name: str) -> Iterator[Fields]:
    """The groups of a list."""
    listed = fields.get(name)
    yield from (item for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()


def title_from(field: str) -> Hook:
    """The title of the metadata is the text of a field."""

    def hook(params: Fields, metadata: Fields) -> None:
        text = params.get(field)
        if isinstance(text, str) and text:
            metadata["title"] = _TAG.sub("", text)

    return hook


def identify(list_name: str) -> Hook:
    """Every item has an identifier."""

    def hook(params: Fields, _metadata: Fields) -> None:
        identifiers = Identifiers()
        for item in items(params, list_name):
            if "subContentId" not in item:
                item["subContentId"] = identifiers.of(item)

    return hook
