"""H5P.DragQuestion: texts and pictures to put in the zones of a picture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, malformed, read_chosen
from activities.h5p.html import author_html
from activities.h5p.questions.base import DRAGGING, Question, picture
from h5p_exports.content_types import Behaviour, DragQuestion, Element, Zone
from h5p_exports.content_types.drag_question import Place
from h5p_exports.content_types.html_text import text_content
from h5p_exports.content_types.javascript import trim
from h5p_exports.scoring import Score, overall_feedback
from h5p_exports.scoring.drag_question import Drop, score

_INSIDE = " "
_EM = 16
"""Pixels, in the official player's own size."""


@dataclass(frozen=True, slots=True)
class Zones(Question):
    """Elements, each with the zones that take it to choose from; an answer is pairs « zone element » of indexes.

    A zone may take one element alone: one that is given more has none.
    """

    template: ClassVar[str] = "h5p/zones.html"
    scripts: ClassVar[tuple[str, ...]] = DRAGGING

    model: DragQuestion
    elements: tuple[Element, ...]
    """Those that move."""

    @classmethod
    def of(cls, model: DragQuestion) -> Zones:
        """Elements without a zone are part of the picture."""
        known = frozenset(zone.index for zone in model.zones)
        return cls(model, tuple(element for element in model.elements if element.zones & known))

    @property
    def behaviour(self) -> Behaviour:
        """The content's."""
        return self.model.behaviour

    def score(self, answer: Answer) -> Score:
        """By the rules of the type, over the drops that can be."""
        overfull = self._overfull(answer)
        return score(self.model, frozenset(drop for drop in map(_drop, answer) if drop[0] not in overfull))

    def draw(self, draw: Draw) -> Drawn:
        """A field for each element, an identifier for each zone, an order of the elements: authors pair them."""
        return Drawn(
            names=tuple(draw.token(f"name {element.index}") for element in self.elements),
            values=tuple(draw.token(f"value {zone.index}") for zone in self.model.zones),
            order=draw.at("order").order(len(self.elements)),
        )

    def unanswered(self) -> Answer:
        """Nothing placed."""
        return ()

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """The zones of each element."""
        answer: list[str] = []
        for element, name in zip(self.elements, drawn.names, strict=True):
            if name in fields:
                known = {drawn.values[zone.index]: zone.index for zone in self._zones_of(element)}
                chosen = read_chosen(fields[name], known)
                if len(chosen) > 1 and not element.multiple:
                    raise malformed()
                zones = sorted(known[value] for value in chosen)
            else:
                zones = _zones_in(before, element)
            answer.extend(f"{zone}{_INSIDE}{element.index}" for zone in zones)
        return tuple(answer)

    def is_answered(self, answer: Answer) -> bool:
        """At least one element is placed."""
        return bool(answer)

    def objection(self, answer: Answer) -> str:
        """Something must be placed, and no zone may have too much."""
        return "full" if self._overfull(answer) else "" if answer else "empty"

    def is_complete(self, answer: Answer) -> bool:
        """At least one element is placed: those that belong nowhere stay where they are."""
        return bool(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The picture with its zones, and the elements in the attempt's order with what may be known of each."""
        return {
            "text": "",
            "width": self._width,
            "height": self._height,
            "background": self.model.background and self.model.background.path,
            "fixed": [
                {**_box(element.place, self._width, self._height), **_looks(element)}
                for element in self.model.elements
                if element not in self.elements
            ],
            "zones": [
                {
                    **_box(zone.place, self._width, self._height),
                    "value": drawn.values[zone.index],
                    "number": zone.index + 1,
                    "label": _label(zone),
                    "single": zone.single,
                    "tip": author_html(zone.tip),
                }
                for zone in self.model.zones
            ],
            "elements": [
                self._element_shown(self.elements[place], drawn, place, answer, phase) for place in drawn.order
            ],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)

    @property
    def _width(self) -> float:
        return _size(self.model.width, 600)

    @property
    def _height(self) -> float:
        return _size(self.model.height, 300)

    def _element_shown(
        self, element: Element, drawn: Drawn, place: int, answer: Answer, phase: Phase
    ) -> dict[str, Any]:
        chosen = _zones_in(answer, element)
        belongs = [zone.index for zone in self.model.zones if element.index in zone.correct]
        mark = ""
        if phase is not Phase.OPEN and chosen:
            mark = "right" if set(chosen) <= set(belongs) else "wrong"
        is_found = set(belongs) <= set(chosen) if element.multiple else bool(set(belongs) & set(chosen)) or not belongs
        return {
            **_looks(element),
            "number": place + 1,
            "name": drawn.names[place],
            "multiple": element.multiple,
            "mark": mark,
            "zones": [
                {
                    "value": drawn.values[zone.index],
                    "number": zone.index + 1,
                    "label": _label(zone),
                    "chosen": zone.index in chosen,
                }
                for zone in self._zones_of(element)
            ],
            "solution": [_label(self.model.zones[zone]) or str(zone + 1) for zone in belongs]
            if phase is Phase.SOLVED and not (is_found and mark != "wrong")
            else None,
        }

    def _zones_of(self, element: Element) -> list[Zone]:
        return [zone for zone in self.model.zones if zone.index in element.zones]

    def _overfull(self, answer: Answer) -> frozenset[int]:
        """The zones for one element that were given several."""
        given = Counter(zone for zone, _ in map(_drop, answer))
        return frozenset(zone.index for zone in self.model.zones if zone.single and given[zone.index] > 1)


def _drop(pair: str) -> Drop:
    zone, _, element = pair.partition(_INSIDE)
    return int(zone), int(element)


def _zones_in(answer: Answer, element: Element) -> list[int]:
    return [zone for zone, index in map(_drop, answer) if index == element.index]


def _label(zone: Zone) -> str:
    return " ".join(trim(text_content(zone.label)).split())


def _looks(element: Element) -> dict[str, Any]:
    """A text, or a picture with its words."""
    return {
        "html": author_html(element.html),
        "plain": " ".join(text_content(element.html).split()),
        "image": picture(element.image),
    }


def _size(pixels: float, otherwise: float) -> float:
    return pixels if isfinite(pixels) and pixels > 0 else otherwise


def _box(place: Place, width: float, height: float) -> dict[str, float]:
    """A place in pixels, inside the picture."""
    x, y = (number / 100 if isfinite(number) else 0 for number in (place.x, place.y))
    wide, high = (number * _EM if isfinite(number) else _EM for number in (place.width, place.height))
    return {
        "x": round(x * width, 1),
        "y": round(y * height, 1),
        "box_width": round(max(wide, _EM), 1),
        "box_height": round(max(high, _EM), 1),
    }
