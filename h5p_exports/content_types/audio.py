"""H5P.Audio 1.x: a sound to listen to."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import as_fields, read_items
from h5p_exports.content_types.javascript import truthy
from h5p_exports.content_types.registry import Content, content_type


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a sound: its path inside the content folder and its media type, empty where unknown."""

    path: str
    mime: str


@dataclass(frozen=True, slots=True)
class Audio(Content):
    """The same sound in one or several formats."""

    sources: tuple[Source, ...]
    controls: bool
    autoplay: bool


@content_type("H5P.Audio")
def parse(params: object) -> Audio:
    """Read the params, of any shape."""
    fields = as_fields(params)
    return Audio(
        sources=tuple(
            Source(path, mime if isinstance(mime := file.get("mime"), str) else "")
            for file in read_items(fields, "files")
            if isinstance(path := file.get("path"), str)
        ),
        controls=truthy(fields.get("controls", True)),
        autoplay=truthy(fields.get("autoplay")),
    )
