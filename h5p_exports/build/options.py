"""What an author decides for every question type: what a pupil may do, what is said of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from h5p_exports.build.draft import Draft, Value, given
from h5p_exports.build.picture import Picture


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said (plain text) of scores from `low` to `high`, both in percent and included."""

    low: int
    high: int
    text: str


@dataclass(frozen=True, slots=True)
class Options:
    """What a pupil may do, and what stands around a question.

    `image` is shown above it; `feedback` is said of the whole score.
    """

    retry: bool = True
    solution: bool = True
    check: bool = True
    auto_check: bool = False
    confirm_check: bool = False
    confirm_retry: bool = False
    score_points: bool = True
    image: Picture | None = None
    feedback: Sequence[Feedback] = ()


DEFAULT = Options()


def buttons(options: Options) -> dict[str, Value]:
    """The keys of `behaviour` that all question types share, always written: the defaults of H5P differ."""
    return {
        "enableRetry": options.retry,
        "enableSolutionsButton": options.solution,
        "enableCheckButton": options.check,
    }


def dialogs(options: Options) -> dict[str, Value]:
    """The keys of `behaviour` that ask to confirm."""
    return {"confirmCheckDialog": options.confirm_check, "confirmRetryDialog": options.confirm_retry}


def media(options: Options) -> dict[str, Value]:
    """The group `media` of a question."""
    return given(type=picture_draft(options.image) if options.image else None, disableImageZooming=False)


def overall_feedback(feedback: Sequence[Feedback]) -> list[Value]:
    """The ranges of `overallFeedback`."""
    return [{"from": item.low, "to": item.high, "feedback": item.text} for item in feedback]


def picture_draft(picture: Picture) -> Draft:
    """An H5P.Image."""
    return Draft(
        "H5P.Image",
        picture.title or picture.alt or "Image",
        given(
            file=picture.file(),
            decorative=picture.decorative,
            alt="" if picture.decorative else picture.alt,
            title=picture.title,
        ),
    )
