"""H5P.DragQuestion 1.x: texts and pictures to drag onto zones of a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Behaviour,
    FeedbackRange,
    Fields,
    Image,
    as_fields,
    read_behaviour,
    read_feedback,
    read_group,
    read_html,
    read_params,
    read_picture,
)
from h5p_exports.content_types.javascript import to_number, truthy
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_INDEX = re.compile(r"[0-9]{1,5}")
_BEHAVIOUR: dict[str, object] = {
    "enableRetry": True,
    "enableSolutionsButton": True,
    "enableCheckButton": True,
    "singlePoint": False,
    "applyPenalties": True,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `x`, `y` in percent of the task, `width`, `height` in em; NaN where unknown."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Element:
    """A text or a picture.

    `html` is empty for a picture. `zones` are the indexes of the zones that take it, none for one that does not
    move; `multiple`: it may be dropped in several zones at once.
    """

    index: int
    place: Place
    html: str
    image: Image | None
    zones: frozenset[int]
    multiple: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """A place to drop elements on.

    `correct` are the indexes of the elements that belong there, some of which may be gone; `single`: it takes one.
    """

    index: int
    place: Place
    label: str
    show_label: bool
    correct: frozenset[int]
    single: bool
    tip: str


@dataclass(frozen=True, slots=True)
class DragQuestion(Content):
    """Elements and zones on a background; `width` and `height` of the task in pixels.

    `single_point`: all or nothing. `apply_penalties`: a wrong drop costs a point.
    """

    background: Image | None
    width: float
    height: float
    elements: tuple[Element, ...]
    zones: tuple[Zone, ...]
    single_point: bool
    apply_penalties: bool
    behaviour: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]


@content_type("H5P.DragQuestion")
def parse(params: object) -> DragQuestion:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    question = read_group(fields, "question", defaults={})
    settings, task = as_fields(question.get("settings")), read_group(question, "task", defaults={})
    size = as_fields(settings.get("size"))
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    return DragQuestion(
        background=read_picture(settings.get("background")),
        width=to_number(size.get("width", 600)),
        height=to_number(size.get("height", 300)),
        elements=tuple(_element(item, index) for index, item in enumerate(_items(task, "elements"))),
        zones=tuple(_zone(item, index) for index, item in enumerate(_items(task, "dropZones"))),
        single_point=truthy(behaviour.get("singlePoint")),
        apply_penalties=truthy(behaviour.get("applyPenalties")),
        behaviour=read_behaviour(behaviour),
        overall_feedback=read_feedback(fields),
    )


def _items(task: Fields, name: str) -> list[Fields]:
    items = task.get(name, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidContent("invalid-content", f"question.task.{name}")
    return items


def _element(item: Fields, index: int) -> Element:
    library = as_fields(item.get("type"))
    params = as_fields(library.get("params"))
    return Element(
        index=index,
        place=_place(item),
        html=read_html(params, "text"),
        image=read_picture(params.get("file"), alt=read_html(params, "alt")),
        zones=_indexes(item.get("dropZones")),
        multiple=truthy(item.get("multiple")),
    )


def _zone(item: Fields, index: int) -> Zone:
    tips = as_fields(item.get("tipsAndFeedback"))
    return Zone(
        index=index,
        place=_place(item),
        label=read_html(item, "label"),
        show_label=truthy(item.get("showLabel")),
        correct=_indexes(item.get("correctElements")),
        single=truthy(item.get("single")),
        tip=read_html(tips, "tip"),
    )


def _place(item: Fields) -> Place:
    x, y, width, height = (to_number(item.get(name, "?")) for name in ("x", "y", "width", "height"))
    return Place(x, y, width, height)


def _indexes(value: object) -> frozenset[int]:
    """Indexes, which are written as texts."""
    texts = value if isinstance(value, list) else []
    return frozenset(int(text) for text in texts if isinstance(text, str) and _INDEX.fullmatch(text))
