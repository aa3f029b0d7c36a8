"""The builder of H5P.DragQuestion, which lays the labels and the zones out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from h5p_exports.build.draft import Draft, Value, given, title_of
from h5p_exports.build.options import DEFAULT, Options, overall_feedback, picture_draft
from h5p_exports.build.pages import advanced_text
from h5p_exports.build.picture import Picture
from h5p_exports.errors import BuildRefused

Label = str | Picture
"""What is dragged: a text (HTML) or a picture."""

_EM = 16
"""Pixels of an em, the unit of widths and heights; x and y are in percent of the task."""
_WIDTH = 620
_GUTTER = 10
_ZONES_A_ROW, _LABELS_A_ROW = 3, 4
_TEXT_HEIGHT, _PICTURE_HEIGHT = 40, 90
_ZONE_HEAD = 36
_LARGEST = 1600


@dataclass(frozen=True, slots=True)
class DragZone:
    """A zone and the labels that belong there; `name` is HTML, `tip` too.

    `place`: x, y, width and height in percent of the task, where it is not to be laid out.
    """

    name: str
    labels: Sequence[Label]
    tip: str = ""
    single: bool = False
    place: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Box:
    """A place in pixels."""

    x: float
    y: float
    width: float
    height: float


def drag_question(
    title: str,
    zones: Sequence[DragZone],
    *,
    distractors: Sequence[Label] = (),
    background: Picture | None = None,
    penalties: bool = True,
    all_or_nothing: bool = False,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.DragQuestion: drag labels into zones. `title` is plain text, and the instruction as well.

    A label may be dropped in any zone. The task is as large as the background, if its size is known, and the labels
    stand at its foot. Raises `BuildRefused` without zones or without labels.
    """
    labels = [*chain.from_iterable(zone.labels for zone in zones), *distractors]
    if not zones or not labels:
        raise BuildRefused("nothing-to-build", where="zones" if not zones else "labels")
    width, height = _size(background) or (_WIDTH, 0)
    rows = _rows(labels, width)
    if height:
        zone_boxes = list(_placed(zones, width, height))
        foot = height - sum(_row_height(row) for row in rows)
    else:
        zone_boxes = list(_laid_out(zones, width))
        foot = int(max(box.y + box.height for box in zone_boxes) + _GUTTER)
        height = foot + sum(_row_height(row) for row in rows)
    boxes = list(_label_boxes(rows, width, foot))
    size = (width, height)
    elements = [_element(label, box, len(zones), task=size) for label, box in zip(labels, boxes, strict=True)]
    task: dict[str, Value] = {"elements": elements, "dropZones": list(_zones(zones, zone_boxes, task=size))}
    settings = given(background=background.file() if background else None, size={"width": width, "height": height})
    behaviour: dict[str, Value] = {
        "enableRetry": options.retry,
        "enableCheckButton": options.check,
        "singlePoint": all_or_nothing,
        "applyPenalties": penalties,
        "enableScoreExplanation": penalties,
        "dropZoneHighlighting": "dragging",
        "autoAlignSpacing": 2,
        "enableFullScreen": False,
        "showScorePoints": options.score_points,
        "showTitle": True,
        "dragHandleVisibility": True,
    }
    return Draft(
        "H5P.DragQuestion",
        title_of(title, default="Éléments à placer"),
        given(
            question={"settings": settings, "task": task},
            overallFeedback=overall_feedback(options.feedback),
            behaviour=behaviour,
        ),
    )


def _size(background: Picture | None) -> tuple[int, int] | None:
    """The size of the task on a background: its own, brought under a limit."""
    if background is None or not background.width or not background.height:
        return None
    scale = min(1.0, _LARGEST / max(background.width, background.height))
    return round(background.width * scale), round(background.height * scale)


def _laid_out(zones: Sequence[DragZone], width: int) -> Iterator[_Box]:
    """Zones in rows, each as high as its labels need."""
    columns = min(len(zones), _ZONES_A_ROW)
    zone_width = (width - _GUTTER * (columns + 1)) / columns
    y = float(_GUTTER)
    for start in range(0, len(zones), columns):
        row = zones[start : start + columns]
        height = max(sum(map(_label_height, zone.labels)) + _ZONE_HEAD + _GUTTER for zone in row)
        for column in range(len(row)):
            yield _Box(_GUTTER + column * (zone_width + _GUTTER), y, zone_width, height)
        y += height + _GUTTER


def _placed(zones: Sequence[DragZone], width: int, height: int) -> Iterator[_Box]:
    """Zones where the author put them; the others as without a background."""
    for zone, box in zip(zones, _laid_out(zones, width), strict=True):
        if zone.place is None:
            yield box
        else:
            x, y, wide, high = zone.place
            yield _Box(x * width / 100, y * height / 100, wide * width / 100, high * height / 100)


def _rows(labels: Sequence[Label], width: int) -> list[Sequence[Label]]:
    columns = max(1, min(_LABELS_A_ROW, width // 140))
    return [labels[start : start + columns] for start in range(0, len(labels), columns)]


def _label_boxes(rows: Sequence[Sequence[Label]], width: int, y: float) -> Iterator[_Box]:
    columns = len(rows[0])
    label_width = (width - _GUTTER * (columns + 1)) / columns
    for row in rows:
        for column, label in enumerate(row):
            height = _label_height(label) - _GUTTER
            yield _Box(_GUTTER + column * (label_width + _GUTTER), y, label_width, height)
        y += _row_height(row)


def _label_height(label: Label) -> int:
    return _TEXT_HEIGHT if isinstance(label, str) else _PICTURE_HEIGHT


def _row_height(row: Sequence[Label]) -> int:
    return max(map(_label_height, row))


def _element(label: Label, box: _Box, zones: int, *, task: tuple[int, int]) -> Value:
    return {
        "type": advanced_text(label) if isinstance(label, str) else picture_draft(label),
        **_place(box, task),
        "dropZones": [str(index) for index in range(zones)],
        "backgroundOpacity": 100,
        "multiple": False,
    }


def _zones(zones: Sequence[DragZone], boxes: Sequence[_Box], *, task: tuple[int, int]) -> Iterator[Value]:
    first = 0
    for zone, box in zip(zones, boxes, strict=True):
        last = first + len(zone.labels)
        yield given(
            label=zone.name,
            showLabel=True,
            **_place(box, task),
            correctElements=[str(index) for index in range(first, last)],
            backgroundOpacity=100,
            tipsAndFeedback=given(tip=zone.tip),
            single=zone.single,
            autoAlign=True,
        )
        first = last


def _place(box: _Box, task: tuple[int, int]) -> dict[str, Value]:
    width, height = task
    return {
        "x": round(100 * box.x / width, 3),
        "y": round(100 * box.y / height, 3),
        "width": round(box.width / _EM, 3),
        "height": round(box.height / _EM, 3),
    }
