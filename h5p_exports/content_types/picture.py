"""H5P.Image 1.x: a picture to look at."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import Image, as_fields, read_html, read_picture
from h5p_exports.content_types.javascript import decode_entities, truthy
from h5p_exports.content_types.registry import Content, content_type


@dataclass(frozen=True, slots=True)
class Picture(Content):
    """A picture, `None` where there is no file; `title` is plain text; `decorative`: it has nothing to say."""

    image: Image | None
    title: str
    decorative: bool


@content_type("H5P.Image")
def parse(params: object) -> Picture:
    """Read the params, of any shape."""
    fields = as_fields(params)
    return Picture(
        image=read_picture(fields.get("file"), alt=read_html(fields, "alt")),
        title=decode_entities(read_html(fields, "title")),
        decorative=truthy(fields.get("decorative")),
    )
