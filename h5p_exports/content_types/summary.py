"""H5P.Summary 1.x: build a summary by choosing the right statement of each group."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import FeedbackRange, as_fields, read_feedback, read_html, read_params
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.content_types.single_choice_set import read_identifier, read_statements
from h5p_exports.errors import InvalidContent


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of `statements` (HTML): the first is the right one, so never show them in this order."""

    sub_content_id: str | None
    statements: tuple[str, ...]
    tip: str


@dataclass(frozen=True, slots=True)
class Summary(Content):
    """Groups of statements, one after the other; `intro` is HTML."""

    intro: str
    panels: tuple[Panel, ...]
    overall_feedback: tuple[FeedbackRange, ...]


@content_type("H5P.Summary")
def parse(params: object) -> Summary:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    summaries = fields.get("summaries", [])
    if not isinstance(summaries, list):
        raise InvalidContent("invalid-content", "summaries")
    return Summary(
        intro=read_html(fields, "intro"),
        panels=tuple(
            _panel(summary, where=f"summaries[{index}]")
            for index, summary in enumerate(summaries)
            if not isinstance(summary, dict) or "summary" in summary
        ),
        overall_feedback=read_feedback(fields),
    )


def _panel(summary: object, *, where: str) -> Panel:
    if not isinstance(summary, dict):
        raise InvalidContent("invalid-content", where)
    return Panel(
        sub_content_id=read_identifier(summary),
        statements=read_statements(summary, "summary", where=where),
        tip=read_html(summary, "tip") or read_html(as_fields(summary.get("tip")), "tip"),
    )
