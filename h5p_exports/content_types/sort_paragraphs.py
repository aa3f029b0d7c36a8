"""H5P.SortParagraphs 0.x: paragraphs to put in order."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Behaviour,
    FeedbackRange,
    Image,
    read_behaviour,
    read_feedback,
    read_group,
    read_html,
    read_image,
    read_params,
)
from h5p_exports.content_types.javascript import truthy
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_BEHAVIOUR: dict[str, object] = {
    "enableRetry": True,
    "enableSolutionsButton": True,
    "enableCheckButton": True,
    "scoringMode": "transitions",
    "applyPenalties": True,
    "duplicatesInterchangeable": True,
}


@dataclass(frozen=True, slots=True)
class SortParagraphs(Content):
    """Paragraphs (HTML) in the right order, so never show them in this one.

    `by_position`: each paragraph in its place is worth a point, else each right neighbourhood is;
    `apply_penalties` counts by position only. `duplicates_interchangeable`: paragraphs of the same text are alike.
    """

    task_description: str
    paragraphs: tuple[str, ...]
    by_position: bool
    apply_penalties: bool
    duplicates_interchangeable: bool
    behaviour: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]
    image: Image | None


@content_type("H5P.SortParagraphs")
def parse(params: object) -> SortParagraphs:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    paragraphs = fields.get("paragraphs", [])
    if not isinstance(paragraphs, list):
        raise InvalidContent("invalid-content", "paragraphs")
    for index, paragraph in enumerate(paragraphs):
        if not isinstance(paragraph, str):
            raise InvalidContent("invalid-content", f"paragraphs[{index}]")
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    return SortParagraphs(
        task_description=read_html(fields, "taskDescription"),
        paragraphs=tuple(paragraphs),
        by_position=behaviour.get("scoringMode") == "positions",
        apply_penalties=truthy(behaviour.get("applyPenalties")),
        duplicates_interchangeable=truthy(behaviour.get("duplicatesInterchangeable")),
        behaviour=read_behaviour(behaviour),
        overall_feedback=read_feedback(fields),
        image=read_image(fields),
    )
