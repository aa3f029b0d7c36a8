"""Builders of the types that hold other contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from h5p_exports.build.draft import Draft, Value, given
from h5p_exports.build.options import Feedback, overall_feedback, picture_draft
from h5p_exports.build.picture import Picture
from h5p_exports.errors import BuildRefused


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover of a book: a text (HTML), maybe a picture."""

    text: str
    picture: Picture | None = None


def question_set(
    title: str,
    questions: Sequence[Draft],
    *,
    introduction: str = "",
    pass_percentage: int = 50,
    random_order: bool = False,
    pool_size: int | None = None,
    forward_only: bool = False,
    solution: bool = True,
    retry: bool = True,
    feedback: Sequence[Feedback] = (),
) -> Draft:
    """H5P.QuestionSet: questions one after the other; `title` is plain text, the introduction HTML.

    `pool_size`: how many are drawn at random. Raises `BuildRefused` without questions.
    """
    if not questions:
        raise BuildRefused("nothing-to-build", where="questions")
    return Draft(
        "H5P.QuestionSet",
        title,
        given(
            introPage=given(showIntroPage=bool(introduction), introduction=introduction),
            progressType="dots",
            passPercentage=pass_percentage,
            questions=list(questions),
            disableBackwardsNavigation=forward_only,
            randomQuestions=random_order,
            poolSize=pool_size,
            endGame=given(
                showResultPage=True,
                showSolutionButton=solution,
                showRetryButton=retry,
                overallFeedback=overall_feedback(feedback),
                showAnimations=False,
                skippable=False,
            ),
            override={"checkButton": True},
        ),
    )


def column(
    title: str, contents: Sequence[Draft], *, separator: Literal["auto", "enabled", "disabled"] = "auto"
) -> Draft:
    """H5P.Column: contents one under the other; `title` is plain text. Raises `BuildRefused` without contents."""
    if not contents:
        raise BuildRefused("nothing-to-build", where="content")
    listed: list[Value] = [{"content": content, "useSeparator": separator} for content in contents]
    return Draft("H5P.Column", title, {"content": listed})


def interactive_book(
    title: str, chapters: Sequence[Draft], *, cover: Cover | None = None, summary: bool = True, retry: bool = True
) -> Draft:
    """H5P.InteractiveBook: chapters, each a column whose title is that of the chapter.

    `summary`: the last page, from which answers are sent: without it nothing is reported. Raises `BuildRefused`
    without chapters.
    """
    if not chapters:
        raise BuildRefused("nothing-to-build", where="chapters")
    picture = picture_draft(cover.picture) if cover and cover.picture else None
    return Draft(
        "H5P.InteractiveBook",
        title,
        given(
            showCoverPage=cover is not None,
            bookCover=given(coverDescription=cover.text if cover else "", coverMedium=picture),
            chapters=list(chapters),
            behaviour={
                "baseColor": "#1768c4",
                "defaultTableOfContents": True,
                "progressIndicators": True,
                "progressAuto": True,
                "displaySummary": summary,
                "enableRetry": retry,
            },
        ),
    )
