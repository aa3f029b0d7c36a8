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

    def with_texts(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The params of the author, and the interface texts where they say nothing."""
        return _filled(params, self.texts)

    def at_version(self, params: dict[str, Any]) -> dict[str, Any]:
        """The params without the fields that the version does not know, the others by the names that it gives them."""
        return self._known(params, ()) if self.unknown or self.renamed else params

    def _known(self, params: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in params.items():
            place = (*path, name)
            if place in self.unknown:
                continue
            name_there = name if path else self.renamed.get(name, name)
            if isinstance(value, Mapping):
                kept[name_there] = self._known(value, place)
            elif isinstance(value, list):
                kept[name_there] = [self._known(item, place) if isinstance(item, Mapping) else item for item in value]
            else:
                kept[name_there] = value
        return kept


@cache
def is_built(machine_name: str) -> bool:
    """Whether there is a file for this type."""
    return machine_name in {path.stem for path in _FOLDER.glob("*.toml")}


@cache
def content_type(machine_name: str, version: Version, language: str) -> ContentType:
    """A type that is built here (see `is_built`); English stands in for languages that have no texts."""
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


def _filled(params: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    filled = dict(params)
    for name, text in texts.items():
        own = filled.get(name)
        if own is None:
            filled[name] = text
        elif isinstance(own, Mapping):
            filled[name] = _filled(own, text)
    return filled
