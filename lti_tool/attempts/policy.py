"""From the attempts of one person to one grade."""

from __future__ import annotations

from collections.abc import Sequence

from lti_tool.placements.placement import POLICIES

__all__ = ["POLICIES", "grade_of"]


def grade_of(fractions: Sequence[float], policy: str) -> float:
    """The grade, from 0 to 1, of handed-in attempts in their order (each from 0 to 1; at least one)."""
    if policy == "best":
        return max(fractions)
    if policy == "last":
        return fractions[-1]
    if policy == "first":
        return fractions[0]
    if policy == "mean":
        return sum(fractions) / len(fractions)
    raise ValueError(f"no such policy: {policy}")
