"""What an answer is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Points: 0 ≤ `raw` ≤ `max`; `success` is `None` for the types that do not say (Blanks)."""

    raw: int
    max: int
    success: bool | None
