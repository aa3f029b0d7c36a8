"""H5P.CoursePresentation 1.x: slides with contents on them."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.child import Child, is_content, read_child
from h5p_exports.content_types.common import Fields, as_fields, read_group, read_params
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_LEVEL = 3


@dataclass(frozen=True, slots=True)
class CoursePresentation(Content):
    """Slides in order, each with its contents; `children` are those of all slides."""

    slides: tuple[tuple[Child, ...], ...]

    @property
    def children(self) -> tuple[Child, ...]:
        """The contents of all slides in order."""
        return tuple(child for slide in self.slides for child in slide)


@content_type("H5P.CoursePresentation", level=_LEVEL)
def parse(params: object) -> CoursePresentation:
    """Read the params and those of the contents. Raises `InvalidContent` where the official player fails."""
    presentation = read_group(read_params(params), "presentation", defaults={})
    slides = presentation.get("slides", [])
    if not isinstance(slides, list):
        raise InvalidContent("invalid-content", "presentation.slides")
    return CoursePresentation(
        tuple(_slide(as_fields(slide), f"presentation.slides[{index}]") for index, slide in enumerate(slides))
    )


def _slide(slide: Fields, where: str) -> tuple[Child, ...]:
    elements = slide.get("elements", [])
    if not isinstance(elements, list):
        raise InvalidContent("invalid-content", f"{where}.elements")
    actions = [as_fields(element).get("action") for element in elements]
    return tuple(
        read_child(action, level=_LEVEL, where=f"{where}.elements[{index}].action")
        for index, action in enumerate(actions)
        if isinstance(action, dict) and is_content(action)
    )
