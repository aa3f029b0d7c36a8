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
    zones = {str(zone.index): zone for zone in model.zones}
    elements = {str(element.index): element for element in model.elements}
    drops = []
    for part in response.split(SEPARATOR):
        zone_index, _, element_index = part.partition(_INSIDE)
        zone, element = zones.get(zone_index), elements.get(element_index)
        if zone is None or element is None or zone.index not in element.zones:
            raise InvalidResponse("response")
        drops.append((zone.index, element.index))
    in_zone, of_element = Counter(zone for zone, _ in drops), Counter(element for _, element in drops)
    if (
        len(set(drops)) != len(drops)
        or any(in_zone[zone.index] > 1 for zone in model.zones if zone.single)
        or any(of_element[element.index] > 1 for element in model.elements if not element.multiple)
    ):
        raise InvalidResponse("response")
    return frozenset(drops)


def score(model: DragQuestion, drops: Collection[Drop]) -> Score:
    """One point for each right drop, less one for each wrong where there are penalties, or all or nothing."""
    places = Counter(element for zone in model.zones for element in zone.correct)
    to_find = sum(
        places[element.index] if element.multiple else 1 for element in model.elements if places[element.index]
    )
    # Where nothing belongs anywhere, a point is there to be lost.
    blank = not places
    best = 1 if blank else to_find
    right = sum(element in model.zones[zone].correct for zone, element in drops)
    with_penalties = max(blank + 2 * right - len(drops), 0)
    if model.single_point:
        raw, best = int(with_penalties == best), 1
    else:
        raw = with_penalties if model.apply_penalties else blank + right
    return Score(raw, best, raw == best)
