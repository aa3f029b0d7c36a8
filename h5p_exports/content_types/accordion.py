"""H5P.Accordion 1.x: titles that unfold a text each."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import as_fields, read_html, read_items
from h5p_exports.content_types.javascript import decode_entities
from h5p_exports.content_types.registry import Content, content_type


@dataclass(frozen=True, slots=True)
class AccordionPanel:
    """A title (plain text) and the HTML that it unfolds."""

    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Accordion(Content):
    """Panels in order; `heading` is the element of the titles, from ``h2`` to ``h4``."""

    panels: tuple[AccordionPanel, ...]
    heading: str


@content_type("H5P.Accordion")
def parse(params: object) -> Accordion:
    """Read the params, of any shape."""
    fields = as_fields(params)
    heading = read_html(fields, "hTag")
    return Accordion(
        panels=tuple(
            AccordionPanel(
                title=decode_entities(read_html(panel, "title")),
                html=read_html(as_fields(as_fields(panel.get("content")).get("params")), "text"),
            )
            for panel in read_items(fields, "panels")
        ),
        heading=heading if heading in {"h2", "h3", "h4"} else "h2",
    )
