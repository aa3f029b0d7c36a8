"""Scores of H5P.DragQuestion (src/drag-question.js, `getScore`; src/draggable.js, `results`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from h5p_exports.content_types.drag_question import DragQuestion
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import SEPARATOR
from h5p_exports.scoring.result import Score

_INSIDE = "[.]"

Drop = tuple[int, int]
"""A zone and the element that lies in it, by their indexes."""


def read_response(model: DragQuestion, response: str) -> frozenset[Drop]:
    """The drops of a response such as ``0[.]1[,]2[.]0``: element 1 in zone 0, element 0 in zone 2.

    Raises `InvalidResponse` for a drop that cannot be: unknown, made twice, where the zone does not take the element,
    of one element in two zones, or of two in one, where the author allows one.
    """
    if not response:
        return frozenset()
    known = {
        f"{zone.index}{_INSIDE}{element.index}": (zone.index, element.index)
        for zone in model.zones
        for element in model.elements
        if zone.index in element.zones
    }
    parts = response.split(SEPARATOR)
    drops = frozenset(known[part] for part in parts if part in known)
    in_zone, of_element = Counter(zone for zone, _ in drops), Counter(element for _, element in drops)
    if (
        len(drops) != len(parts)
        or any(in_zone[zone.index] > 1 for zone in model.zones if zone.single)
        or any(of_element[element.index] > 1 for element in model.elements if not element.multiple)
    ):
        raise InvalidResponse("response")
    return drops


def score(model: DragQuestion, drops: Collection[Drop]) -> Score:
    """One point for each right drop, less one for each wrong where there are penalties, or all or nothing."""
    to_find = 0
    for element in model.elements:
        zones = len(model.correct_zones(element.index))
        to_find += zones if element.multiple else min(zones, 1)
    # Where nothing belongs anywhere, a point is there to be lost.
    blank = not any(zone.correct for zone in model.zones)
    best = 1 if blank else to_find
    right = sum(element in model.zones[zone].correct for zone, element in drops)
    with_penalties = max(blank + 2 * right - len(drops), 0)
    if model.single_point:
        raw, best = int(with_penalties == best), 1
    else:
        raw = with_penalties if model.apply_penalties else blank + right
    return Score(raw, best, raw == best)
