"""The sentence that an author wrote for a range of scores."""

from __future__ import annotations

import math
from collections.abc import Iterable

from h5p_exports.content_types.common import FeedbackRange


def overall_feedback(ranges: Iterable[FeedbackRange], raw: float, maximum: float) -> str:
    """The feedback (HTML) of the first range that holds the score, its points filled in; empty if none does.

    The percentage is rounded down (h5p-question, `determineOverallFeedback`).
    """
    if maximum <= 0:
        return ""
    percentage = math.floor(raw / maximum * 100)
    for range_ in ranges:
        if range_.from_ <= percentage <= range_.to:
            return range_.text.replace("@score", f"{raw:g}", 1).replace("@total", f"{maximum:g}", 1)
    return ""
