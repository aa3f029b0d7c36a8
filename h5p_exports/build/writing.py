"""Builders of the types in which one writes a text, or puts one in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from h5p_exports.build.draft import Draft, Value, given, title_of
from h5p_exports.build.options import DEFAULT, Options, media, overall_feedback
from h5p_exports.errors import BuildRefused

_FEWEST_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word to look for in an essay (plain text, ``*`` for any letters), and other ways to write it.

    Each of the first `occurrences` is worth `points`. `included` and `missed` are said of it.
    """

    word: str
    alternatives: Sequence[str] = ()
    points: int = 1
    occurrences: int = 1
    case_sensitive: bool = False
    forgive_mistakes: bool = True
    included: str = ""
    missed: str = ""


def essay(
    instruction: str,
    keywords: Sequence[Keyword],
    *,
    sample: str = "",
    introduction: str = "",
    placeholder: str = "",
    minimum_length: int = 0,
    maximum_length: int | None = None,
    lines: int = 10,
    pass_percentage: int = 100,
    master_percentage: int = 100,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.Essay: write a text in which keywords are looked for; all texts but the placeholder are HTML.

    `lines` is the height of the field: 1, 3 or 10. Raises `BuildRefused` without keywords.
    """
    if not keywords:
        raise BuildRefused("nothing-to-build", where="keywords")
    return Draft(
        "H5P.Essay",
        title_of(instruction, default="Rédaction"),
        given(
            media=media(options),
            taskDescription=instruction,
            placeholderText=placeholder,
            solution=given(introduction=introduction, sample=sample),
            keywords=[_keyword(keyword) for keyword in keywords],
            overallFeedback=overall_feedback(options.feedback),
            behaviour=given(
                minimumLength=minimum_length,
                maximumLength=maximum_length,
                inputFieldSize=str(lines),
                enableRetry=options.retry,
                ignoreScoring=False,
                pointsHost=1,
                percentagePassing=pass_percentage,
                percentageMastering=master_percentage,
                linebreakReplacement=" ",
            ),
        ),
    )


def sort_paragraphs(
    instruction: str,
    paragraphs: Sequence[str],
    *,
    by_position: bool = True,
    penalties: bool = False,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.SortParagraphs: put paragraphs (HTML) in order; they are given in the right one.

    `by_position`: each paragraph in its place is worth a point, else each right neighbourhood is. Raises
    `BuildRefused` under three paragraphs.
    """
    if len(paragraphs) < _FEWEST_PARAGRAPHS:
        raise BuildRefused("nothing-to-build", where="paragraphs")
    return Draft(
        "H5P.SortParagraphs",
        title_of(instruction, default="Remettre dans l’ordre"),
        given(
            media=media(options),
            taskDescription=instruction,
            paragraphs=list(paragraphs),
            overallFeedback=overall_feedback(options.feedback),
            behaviour={
                "scoringMode": "positions" if by_position else "transitions",
                "applyPenalties": penalties,
                "duplicatesInterchangeable": True,
                "addButtonsForMovement": True,
                "enableRetry": options.retry,
                "enableSolutionsButton": options.solution,
            },
        ),
    )


def _keyword(keyword: Keyword) -> Value:
    return given(
        keyword=escape(keyword.word, quote=False),
        alternatives=[escape(word, quote=False) for word in keyword.alternatives],
        options=given(
            points=keyword.points,
            occurrences=keyword.occurrences,
            caseSensitive=keyword.case_sensitive,
            forgiveMistakes=keyword.forgive_mistakes,
            feedbackIncluded=keyword.included,
            feedbackMissed=keyword.missed,
            feedbackIncludedWord="keyword",
            feedbackMissedWord="none",
        ),
    )
