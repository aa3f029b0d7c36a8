"""H5P.ImageHotspots 1.x: points of a picture that open contents."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.child import Child, read_child
from h5p_exports.content_types.common import Image, as_fields, read_html, read_items, read_picture
from h5p_exports.content_types.javascript import decode_entities, to_number
from h5p_exports.content_types.library import UNSCORED
from h5p_exports.content_types.registry import Content, content_type

_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A point: `x`, `y` in percent of the picture, NaN where unknown; a header (plain text) and its contents.

    Nothing in it is to be answered.
    """

    x: float
    y: float
    header: str
    contents: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class ImageHotspots(Content):
    """A picture and its points."""

    image: Image | None
    hotspots: tuple[Hotspot, ...]


@content_type("H5P.ImageHotspots", level=_LEVEL)
def parse(params: object) -> ImageHotspots:
    """Read the params, of any shape."""
    fields = as_fields(params)
    hotspots = []
    for index, item in enumerate(read_items(fields, "hotspots")):
        position = as_fields(item.get("position"))
        hotspots.append(
            Hotspot(
                x=to_number(position.get("x", "?")),
                y=to_number(position.get("y", "?")),
                header=decode_entities(read_html(item, "header")),
                contents=tuple(
                    read_child(content, level=_LEVEL, where=f"hotspots[{index}].content[{number}]")
                    for number, content in enumerate(read_items(item, "content"))
                    if read_html(content, "library").partition(" ")[0] in UNSCORED
                ),
            )
        )
    return ImageHotspots(
        image=read_picture(fields.get("image"), alt=read_html(fields, "backgroundImageAltText")),
        hotspots=tuple(hotspots),
    )
