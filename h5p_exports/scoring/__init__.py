"""Scores of H5P answers, bit-compatible with the official JavaScript.

`score` takes what a browser reports; the modules named after the content types take models and answers, and give
the verdict on each part too: the player and the scorer share them.
"""

from __future__ import annotations

from h5p_exports.scoring.content import score, score_model
from h5p_exports.scoring.feedback import overall_feedback
from h5p_exports.scoring.lines import score_line
from h5p_exports.scoring.result import Score
from h5p_exports.scoring.tolerant import Tolerance

__all__ = ["Score", "Tolerance", "overall_feedback", "score", "score_line", "score_model"]
