"""H5P.AdvancedText and H5P.Text 1.x: a text to read."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import as_fields, read_html
from h5p_exports.content_types.registry import Content, content_type


@dataclass(frozen=True, slots=True)
class Text(Content):
    """A text (HTML)."""

    html: str


@content_type("H5P.AdvancedText", "H5P.Text")
def parse(params: object) -> Text:
    """Read the params, of any shape."""
    return Text(read_html(as_fields(params), "text"))
