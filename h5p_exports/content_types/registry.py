"""Which parser reads which H5P library, and which types may stand inside which.

Every module of a content type enters its own parser; nothing here knows them by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import UnsupportedContentType


class Content:
    """What every model of a content type is; the models are frozen dataclasses."""

    __slots__ = ()


_Model = TypeVar("_Model", bound=Content)


@dataclass(frozen=True, slots=True)
class _Entry:
    parse: Callable[[object], Content]
    level: int


_ENTRIES: dict[str, _Entry] = {}


def content_type(
    *machine_names: str, level: int = 0
) -> Callable[[Callable[[object], _Model]], Callable[[object], _Model]]:
    """Enter a parser under the machine names that it reads.

    `level` is 0 for a content without children; a content only has children of a lower level, as in the official
    editor, so that content nested without end is never read.
    """

    def enter(parser: Callable[[object], _Model]) -> Callable[[object], _Model]:
        for machine_name in machine_names:
            _ENTRIES[machine_name] = _Entry(parser, level)
        return parser

    return enter


def parse(library: str, params: object) -> Content:
    """The model of a content, in any version 0.x or 1.x of its library.

    `library` is written ``H5P.MultiChoice 1.16``; `params` is the JSON value of ``content.json``, of any shape.
    Raises `UnsupportedContentType`, or `InvalidContent` for params with which the official player fails.
    """
    name = LibraryName.parse(library)
    entry = _ENTRIES.get(name.machine_name) if name.known_version else None
    if entry is None:
        raise UnsupportedContentType(library)
    return entry.parse(params)


def parse_inside(library: str, params: object, *, level: int) -> Content | None:
    """The model of a content inside one of this level; `None` for a type that is not read or may not stand there.

    Raises `InvalidContent`.
    """
    try:
        name = LibraryName.parse(library)
    except UnsupportedContentType:
        return None
    entry = _ENTRIES.get(name.machine_name) if name.known_version else None
    return entry.parse(params) if entry and entry.level < level else None
