"""H5P contents for the official player: filtered by the semantics of the libraries that are installed."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from h5p_exports.content_types import LibraryName
from h5p_exports.errors import InvalidContent, UnsupportedContentType
from h5p_exports.semantics import Semantics, filter_params
from h5p_exports.xapi import rescore


class InstalledLibrary(Protocol):
    """What has to be known of a library: its semantics."""

    @property
    def semantics(self) -> Semantics:
        """The fields of its params."""
        ...


class InstalledLibraries(Protocol):
    """Where libraries are looked up: `lti_tool.libraries.service.Libraries`, or a fake."""

    def find(self, name: LibraryName) -> InstalledLibrary | None:
        """A library at this version; none where it is not installed."""
        ...


@dataclass(frozen=True, slots=True)
class Official:
    """A content as it is stored, and the libraries that it names, its own first; `missing` are not installed.

    Without all of them there are no params. `questions`: how many parts are worth points.
    """

    dependencies: tuple[str, ...]
    params: dict[str, Any]
    questions: int
    missing: tuple[str, ...] = ()


def read_official(library: str, params: object, installed: InstalledLibraries, *, media: Container[str]) -> Official:
    """Filter a content as H5P's own sites do, but for their holes (`h5p_exports.semantics`).

    Which libraries it needs is read in it: what a package lists besides is nobody's concern. Raises `InvalidContent`,
    ``missing-media`` for a file that is not in the package, on another site for instance, and
    `UnsupportedContentType` for a name that is none.
    """
    LibraryName.parse(library)
    semantics: dict[str, Semantics] = {}
    missing = []
    for name in _named(library, params):
        found = installed.find(LibraryName.parse(name))
        if found is None:
            missing.append(name)
        else:
            semantics[name] = found.semantics
    if missing:
        return Official((), {}, 0, tuple(missing))
    filtered = filter_params(semantics[library], params, libraries=semantics).params
    _refuse_missing_media(filtered, media)
    parts = rescore(library, filtered, None).parts
    return Official(tuple(_named(library, filtered)), filtered, len(parts))


def _named(library: str, params: object) -> list[str]:
    """The libraries that a content names, each once, its own first. What cannot be a name is no library."""
    names = {library: None}
    for value in _objects(params):
        name = value.get("library")
        if isinstance(name, str) and "params" in value and _is_name(name):
            names[name] = None
    return list(names)


def _is_name(text: str) -> bool:
    try:
        LibraryName.parse(text)
    except UnsupportedContentType:
        return False
    return True


def _refuse_missing_media(params: object, media: Container[str]) -> None:
    for value in _objects(params):
        path = value.get("path")
        if isinstance(path, str) and path not in media:
            raise InvalidContent("missing-media", path)


def _objects(params: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, the outermost first."""
    waiting = [params]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
