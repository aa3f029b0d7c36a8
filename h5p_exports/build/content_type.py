"""What is known of a content type in order to build it: files of `types/`, by machine name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "types"
_LANGUAGES = ("en", "fr")
_OTHER = "en"

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ContentType:
    """A type at a version, in a language.

    `title` is its name in the editor, `children` the types that may stand inside it, `texts` its interface texts by
    their place in params. `unknown` are paths of fields that this version does not have, `renamed` goes from names of
    today to those of this version.
    """

    title: str
    children: frozenset[str]
    texts: Mapping[str, Any]
    unknown: frozenset[tuple[str, ...]]
    renamed: Mapping[str, str]


@cache
def content_type(machine_name: str, version: Version, language: str) -> ContentType:
    """A type that is built here; `language` is a tag, English stands in for those that have no texts."""
    data = _data(machine_name)
    spoken = language.partition("-")[0].lower()
    since = {field for field, first in data.get("since", {}).items() if version < _version(first)}
    until = {field for field, last in data.get("until", {}).items() if version > _version(last)}
    renamed = {new: old for new, old in data.get("renamed", {}).items() if new in since}
    return ContentType(
        title=data["title"],
        children=frozenset(data.get("children", ())),
        texts=data.get(spoken if spoken in _LANGUAGES else _OTHER, {}),
        unknown=frozenset(tuple(field.split(".")) for field in (since | until) - renamed.keys()),
        renamed=renamed,
    )


@cache
def _data(machine_name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{machine_name}.toml").read_text("utf-8"))


def _version(text: str) -> Version:
    major, minor = text.split(".")
    return int(major), int(minor)
