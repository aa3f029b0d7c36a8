"""Builders of the types that are read, looked at or listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from h5p_exports.build.draft import Draft, Value, given, title_of
from h5p_exports.build.options import picture_draft
from h5p_exports.build.picture import Picture, file_of
from h5p_exports.errors import BuildRefused


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A point of a picture: `x`, `y` in percent, a header (plain text), and the contents that it opens."""

    x: float
    y: float
    header: str
    contents: Sequence[Draft]


def advanced_text(html: str, *, title: str = "") -> Draft:
    """H5P.AdvancedText: a text to read."""
    return Draft("H5P.AdvancedText", title or title_of(html, default="Texte"), {"text": html})


def text(html: str) -> Draft:
    """H5P.Text: a text to read, in a hotspot."""
    return Draft("H5P.Text", title_of(html, default="Texte"), {"text": html})


def image(picture: Picture) -> Draft:
    """H5P.Image: a picture to look at."""
    return picture_draft(picture)


def audio(paths: Sequence[str], *, title: str = "", autoplay: bool = False) -> Draft:
    """H5P.Audio: a sound, the same one in one or several formats. Raises `BuildRefused` without files."""
    if not paths:
        raise BuildRefused("nothing-to-build", where="files")
    return Draft(
        "H5P.Audio",
        title or "Audio",
        {
            "files": [file_of(path) for path in paths],
            "playerMode": "full",
            "fitToWrapper": True,
            "controls": True,
            "autoplay": autoplay,
        },
    )


def accordion(panels: Sequence[tuple[str, str]], *, heading: Literal["h2", "h3", "h4"] = "h2") -> Draft:
    """H5P.Accordion: titles (plain text) that unfold a text (HTML) each. Raises `BuildRefused` without panels."""
    if not panels:
        raise BuildRefused("nothing-to-build", where="panels")
    listed: list[Value] = [{"title": title, "content": advanced_text(html, title=title)} for title, html in panels]
    return Draft("H5P.Accordion", title_of(panels[0][0], default="Accordéon"), {"panels": listed, "hTag": heading})


def image_hotspots(picture: Picture, hotspots: Sequence[Hotspot], *, color: str = "#981d99") -> Draft:
    """H5P.ImageHotspots: points of a picture that open contents. Raises `BuildRefused` without points."""
    if not hotspots:
        raise BuildRefused("nothing-to-build", where="hotspots")
    points: list[Value] = [
        given(
            position={"x": hotspot.x, "y": hotspot.y, "legacyPositioning": False},
            hotspotIconType="default",
            hotspotIcon="plus",
            alwaysFullscreen=False,
            header=hotspot.header,
            content=list(hotspot.contents),
        )
        for hotspot in hotspots
    ]
    return Draft(
        "H5P.ImageHotspots",
        picture.title or picture.alt or "Image",
        given(
            image=picture.file(),
            backgroundImageAltText=picture.alt,
            globalIconType="icon",
            globalIcon="plus",
            globalColor=color,
            hotspots=points,
        ),
    )
