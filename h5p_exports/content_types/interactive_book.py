"""H5P.InteractiveBook 1.x: chapters, each of them a column."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.child import Child, is_content, read_child
from h5p_exports.content_types.common import as_fields, read_html, read_params
from h5p_exports.content_types.javascript import truthy
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_LEVEL = 5


@dataclass(frozen=True, slots=True)
class InteractiveBook(Content):
    """Chapters in order; `cover` (HTML) is empty where the book opens at its first chapter."""

    children: tuple[Child, ...]
    cover: str
    summary: bool


@content_type("H5P.InteractiveBook", level=_LEVEL)
def parse(params: object) -> InteractiveBook:
    """Read the params and those of the chapters. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    chapters = fields.get("chapters", [])
    if not isinstance(chapters, list):
        raise InvalidContent("invalid-content", "chapters")
    cover = as_fields(fields.get("bookCover"))
    return InteractiveBook(
        children=tuple(
            read_child(chapter, level=_LEVEL, where=f"chapters[{index}]")
            for index, chapter in enumerate(chapters)
            if is_content(chapter)
        ),
        cover=read_html(cover, "coverDescription") if truthy(fields.get("showCoverPage")) else "",
        summary=truthy(as_fields(fields.get("behaviour")).get("displaySummary", True)),
    )
