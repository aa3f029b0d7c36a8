"""H5P.SortParagraphs 0.x: paragraphs to put in order."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import Question, read_group, read_html, read_params, read_shared
from h5p_exports.content_types.javascript import truthy
from h5p_exports.content_types.registry import content_type
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
class SortParagraphs(Question):
    """Paragraphs (HTML) in the right order, so never show them in this one.

    `by_position`: each paragraph in its place is worth a point, else each right neighbourhood is;
    `apply_penalties` counts by position only. `duplicates_interchangeable`: paragraphs of the same text are alike.
    """

    task_description: str
    paragraphs: tuple[str, ...]
    by_position: bool
    apply_penalties: bool
    duplicates_interchangeable: bool


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
        # Whatever is no boolean asks for them.
        apply_penalties=behaviour.get("applyPenalties") is not False,
        duplicates_interchangeable=truthy(behaviour.get("duplicatesInterchangeable")),
        **read_shared(fields, behaviour),
    )
