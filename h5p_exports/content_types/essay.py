"""H5P.Essay 1.x: a text in which keywords are looked for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Fields,
    Question,
    as_fields,
    read_group,
    read_html,
    read_params,
    read_shared,
)
from h5p_exports.content_types.html_text import text_content
from h5p_exports.content_types.javascript import add_up, decode_entities, to_number, truthy
from h5p_exports.content_types.registry import content_type
from h5p_exports.errors import InvalidContent

_HTML_SPACE = "\t\n\f\r "
_BEHAVIOUR: dict[str, object] = {
    "minimumLength": 0,
    "inputFieldSize": 10,
    "enableRetry": True,
    "enableSolutionsButton": True,
    "enableCheckButton": True,
    "ignoreScoring": False,
    "pointsHost": 1,
    "linebreakReplacement": " ",
}


@dataclass(frozen=True, slots=True)
class Keyword:
    """What to look for.

    `alternatives` are plain texts, the keyword first: with ``*`` for any letters, or a regular expression between
    two slashes. Each of the first `occurrences` matches is worth `points`; both are finite and not negative.
    `when_found` and `when_missed` are the author's comments (HTML), empty where there are none; `word_found`,
    ``keyword``, ``alternative`` or ``answer``, and `word_missed`, ``keyword``, say what stands in front of them.
    """

    alternatives: tuple[str, ...]
    points: float
    occurrences: float
    case_sensitive: bool
    forgive_mistakes: bool
    when_found: str
    when_missed: str
    word_found: str
    word_missed: str


@dataclass(frozen=True, slots=True)
class Essay(Question):
    """A text to write.

    `maximum` is the most points, `passing` the points of a success; `ignore_scoring`: every text is worth the
    maximum. Lengths are in characters, `None` where there is no limit; `lines` is the height of the field.
    """

    task_description: str
    placeholder: str
    introduction: str
    sample: str
    keywords: tuple[Keyword, ...]
    maximum: float
    passing: float
    ignore_scoring: bool
    minimum_length: int
    maximum_length: int | None
    lines: int
    line_break_replacement: str


@content_type("H5P.Essay")
def parse(params: object) -> Essay:
    """Read the params. Raises `InvalidContent` where the official player fails, or counts points that are none."""
    fields = read_params(params)
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    listed = fields.get("keywords") or []
    if not isinstance(listed, list):
        raise InvalidContent("invalid-content", "keywords")
    keywords = tuple(
        _keyword(item, behaviour, where=f"keywords[{index}]")
        for index, item in enumerate(listed)
        if not isinstance(item, dict) or "keyword" in item
    )
    maximum, passing = _thresholds(behaviour, add_up(_worth(item) for item in listed))
    solution = as_fields(fields.get("solution"))
    replacement = behaviour.get("linebreakReplacement")
    return Essay(
        task_description=read_html(fields, "taskDescription"),
        placeholder=decode_entities(read_html(fields, "placeholderText")),
        introduction=read_html(solution, "introduction"),
        sample=read_html(solution, "sample"),
        keywords=keywords,
        maximum=maximum,
        passing=passing,
        ignore_scoring=truthy(behaviour.get("ignoreScoring")),
        minimum_length=_length(behaviour.get("minimumLength")) or 0,
        maximum_length=_length(behaviour.get("maximumLength")),
        lines=_length(behaviour.get("inputFieldSize")) or 1,
        line_break_replacement=replacement if isinstance(replacement, str) and replacement else " ",
        **read_shared(fields, behaviour),
    )


def _keyword(item: object, behaviour: Fields, *, where: str) -> Keyword:
    fields = as_fields(item)
    options = as_fields(fields.get("options"))
    others = fields.get("alternatives") or []
    texts = [fields.get("keyword"), *(others if isinstance(others, list) else [])]
    return Keyword(
        alternatives=tuple(text for text in map(_plain, texts) if text),
        points=_points(options, "points", where=where),
        occurrences=_points(options, "occurrences", where=where),
        case_sensitive=_overridden(behaviour.get("overrideCaseSensitive"), options.get("caseSensitive")),
        forgive_mistakes=_overridden(behaviour.get("overrideForgiveMistakes"), options.get("forgiveMistakes")),
        when_found=read_html(options, "feedbackIncluded"),
        when_missed=read_html(options, "feedbackMissed"),
        word_found=read_html(options, "feedbackIncludedWord"),
        word_missed=read_html(options, "feedbackMissedWord"),
    )


def _plain(text: object) -> str:
    """The text of a document, as a browser makes one of HTML: white space in front of it is dropped."""
    return text_content(text.lstrip(_HTML_SPACE)) if isinstance(text, str) else ""


def _overridden(override: object, option: object) -> bool:
    return override == "on" if override in ("on", "off") else truthy(option)


def _points(options: Fields, name: str, *, where: str) -> float:
    """A number that the official player can count with; it shows NaN for the others."""
    number = to_number(options.get(name, "?"))
    if not 0 <= number < math.inf:
        raise InvalidContent("invalid-content", f"{where}.options.{name}")
    return number


def _worth(item: object) -> float:
    """What the official player counts a keyword for in the maximum: no occurrences are one there, and only there."""
    fields = as_fields(item)
    options = as_fields(fields.get("options"))
    points = to_number(options.get("points")) if truthy(fields.get("keyword")) else 0
    return points * (to_number(options.get("occurrences")) or 1)


def _thresholds(behaviour: Fields, points: float) -> tuple[float, float]:
    """The most points and those of a success (scripts/essay.js, `getMaxScore`, `scorePassing`)."""
    if truthy(behaviour.get("ignoreScoring")):
        host = behaviour.get("pointsHost")
        maximum = to_number(host) if truthy(host) else 1.0
    elif "percentageMastering" in behaviour:
        mastering = to_number(behaviour["percentageMastering"]) * points / 100
        maximum = 1.0 if mastering < 1 else mastering
    else:
        maximum = max(1.0, points)
    if not 0 <= maximum < math.inf:
        raise InvalidContent("invalid-content", "behaviour")
    passing = to_number(behaviour.get("percentagePassing", "?")) * points / 100
    return maximum, 0.0 if math.isnan(passing) else min(maximum, passing)


def _length(value: object) -> int | None:
    number = to_number(value)
    return int(number) if 0 < number < math.inf else None
