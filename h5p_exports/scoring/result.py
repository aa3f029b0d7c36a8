"""What an answer is worth."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Score:
    """Points: 0 ≤ `raw` ≤ `max`; `success` is `None` for the types that do not say (Blanks).

    Points are whole, but for an Essay, as the official JavaScript counts them. `children` are the scores inside a
    compound content, in the author's order, with the `subContentId` of each; two scores are equal without them.
    """

    raw: float
    max: float
    success: bool | None
    children: tuple[tuple[str | None, Score], ...] = field(default=(), compare=False)


def points(number: float) -> float:
    """A number of points as JavaScript writes it: an `int` when it is whole."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
