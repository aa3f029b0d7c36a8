from __future__ import annotations

from h5p_exports.content_types.common import read_feedback
from h5p_exports.scoring import overall_feedback

RANGES = read_feedback(
    {
        "overallFeedback": [
            {"from": 0, "to": 28, "feedback": "Relis la leçon."},
            {"from": 0, "to": 100, "feedback": "  "},
            {"from": 29, "to": 100, "feedback": "@score sur @total"},
        ]
    }
)


def test_the_first_range_that_holds_the_score_speaks() -> None:
    assert overall_feedback(RANGES, 1, 4) == "Relis la leçon."
    assert overall_feedback(RANGES, 2, 4) == "2 sur 4"


def test_the_percentage_is_rounded_down_as_javascript_computes_it() -> None:
    assert overall_feedback(RANGES, 29, 100) == "Relis la leçon."


def test_no_range_says_nothing() -> None:
    assert overall_feedback((), 1, 1) == ""
    assert overall_feedback(RANGES, 0, 0) == ""
