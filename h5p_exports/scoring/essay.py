"""Scores of H5P.Essay (scripts/essay.js, `computeResults`, `getScore`)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.content_types.essay import Essay
from h5p_exports.content_types.javascript import WHITE_SPACE, add_up
from h5p_exports.scoring.budget import Budget
from h5p_exports.scoring.keywords import count_matches, find_matches
from h5p_exports.scoring.result import Score, points
from h5p_exports.scoring.tolerant import Tolerance, fold

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_TWO_SPACES = re.compile(f"[{WHITE_SPACE}]{{2}}")


def score(model: Essay, text: str, *, tolerance: Tolerance | None = None) -> Score:
    """Points for the keywords that are found, which may be no whole number; a success from `model.passing` on.

    Raises `NotScored` for a regular expression that is not understood here (``essay-regex-not-scored``), and for
    texts and keywords that are too long to be compared (``essay-too-long``).
    """
    best = points(model.maximum)
    if model.ignore_scoring:
        return Score(best, best, True)
    text, budget = _prepared(model, text, tolerance), Budget()
    found = add_up(
        min(count_matches(keyword, text, budget, tolerance=tolerance), keyword.occurrences) * keyword.points
        for keyword in model.keywords
    )
    raw = min(found, model.maximum)
    return Score(points(raw), best, raw >= model.passing)


@dataclass(frozen=True, slots=True)
class Comment:
    """What the author says of a keyword (HTML), and the word in front of it (plain text), which may be empty."""

    word: str
    text: str


def comments(model: Essay, text: str, *, tolerance: Tolerance | None = None) -> tuple[Comment, ...]:
    """The comments on the keywords, found or missed, those with a word first. Raises as `score` does."""
    text, budget = _prepared(model, text, tolerance), Budget()
    said = []
    for keyword in model.keywords:
        if not (keyword.when_found or keyword.when_missed):
            continue
        hit = next(find_matches(keyword, text, budget, tolerance=tolerance), None)
        first = keyword.alternatives[0] if keyword.alternatives else ""
        if hit is None:
            said.append(Comment(first if keyword.word_missed == "keyword" else "", keyword.when_missed))
        else:
            words = {"keyword": first, "alternative": hit.alternative, "answer": hit.written}
            said.append(Comment(words.get(keyword.word_found, ""), keyword.when_found))
    return tuple(sorted((comment for comment in said if comment.text), key=lambda comment: not comment.word))


def _prepared(model: Essay, text: str, tolerance: Tolerance | None) -> str:
    """The text in one line, folded."""
    text = _TWO_SPACES.sub(" ", _LINE_BREAK.sub(lambda _: model.line_break_replacement, text))
    return fold(text, tolerance)
