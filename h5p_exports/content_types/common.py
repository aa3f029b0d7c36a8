"""What the content types share: reading params as the official JavaScript does, behaviour, feedback, the image.

The official types merge the author's params into their own defaults (`jQuery.extend(true, defaults, params)`):
a missing key takes the default of the *JavaScript* (not of semantics.json), `null` replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from h5p_exports.content_types.javascript import decode_entities, to_number, truthy
from h5p_exports.content_types.registry import Content
from h5p_exports.errors import InvalidContent

Fields = Mapping[str, object]

_LARGEST_PICTURE = 100_000


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a pupil may do with a question; the same keys in every question type."""

    enable_retry: bool
    enable_solutions: bool
    enable_check: bool
    auto_check: bool
    show_solutions_requires_input: bool
    confirm_check: bool
    confirm_retry: bool


@dataclass(frozen=True, slots=True)
class FeedbackRange:
    """A feedback (HTML) for scores from `from_` to `to`, both in percent and included."""

    from_: float
    to: float
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """The picture above a question: `path` inside the content folder, `alt` plain text, sizes in pixels if known."""

    path: str
    alt: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Question(Content):
    """A content to answer: what most types of them have, filled in by `read_shared`."""

    behaviour: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]
    image: Image | None


class Shared(TypedDict):
    """The fields of a `Question`."""

    behaviour: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]
    image: Image | None


def read_params(params: object) -> Fields:
    """The params of a content type; absent ones, and PHP's empty array, mean defaults everywhere."""
    if isinstance(params, dict):
        return params
    if params is None or params == []:
        return {}
    raise InvalidContent("invalid-content", "params")


def read_group(params: Fields, name: str, *, defaults: Fields) -> Fields:
    """A group merged into its defaults. A list or a text in its place hides them, as in JavaScript."""
    value = params.get(name, defaults)
    if isinstance(value, dict):
        return {**defaults, **value}
    if value is None:
        raise InvalidContent("invalid-content", name)
    return {}


def read_list(params: Fields, name: str, *, default: list[object]) -> list[object]:
    """A list merged into its default: an empty one leaves the default, as `jQuery.extend` does."""
    value = params.get(name, default)
    if not isinstance(value, list):
        raise InvalidContent("invalid-content", name)
    return value or default


def read_source(params: Fields, name: str, *, default: str = "") -> str:
    """A text that the official player takes apart; it fails on anything else."""
    value = params.get(name, default)
    if not isinstance(value, str):
        raise InvalidContent("invalid-content", name)
    return value


def as_fields(value: object) -> Fields:
    """A group where the official player looks no further into anything else."""
    return value if isinstance(value, dict) else {}


def read_items(params: Fields, name: str) -> tuple[Fields, ...]:
    """The groups of a list; what is no group is passed over, what is no list is empty."""
    items = params.get(name)
    return tuple(item for item in items if isinstance(item, dict)) if isinstance(items, list) else ()


def read_html(params: Fields, name: str, default: str = "") -> str:
    """A text (HTML in every official type); anything else is empty, as the PHP filter makes it."""
    value = params.get(name, default)
    return value if isinstance(value, str) else ""


def read_behaviour(behaviour: Fields) -> Behaviour:
    """The behaviour of a question, its defaults already merged in."""

    def flag(name: str) -> bool:
        return truthy(behaviour.get(name))

    return Behaviour(
        enable_retry=flag("enableRetry"),
        enable_solutions=flag("enableSolutionsButton"),
        enable_check=flag("enableCheckButton"),
        auto_check=flag("autoCheck"),
        show_solutions_requires_input=flag("showSolutionsRequiresInput"),
        confirm_check=flag("confirmCheckDialog"),
        confirm_retry=flag("confirmRetryDialog"),
    )


def read_shared(params: Fields, behaviour: Fields) -> Shared:
    """What the model of a `Question` shares with others; `behaviour` has its defaults already merged in."""
    return {
        "behaviour": read_behaviour(behaviour),
        "overall_feedback": read_feedback(params),
        "image": read_image(params),
    }


def read_feedback(params: Fields) -> tuple[FeedbackRange, ...]:
    """The ranges of `overallFeedback` that say something."""
    ranges = params.get("overallFeedback")
    if not isinstance(ranges, list):
        return ()
    return tuple(
        FeedbackRange(
            from_=to_number(item.get("from", "?")),
            to=to_number(item.get("to", "?")),
            text=read_html(item, "feedback"),
        )
        for item in ranges
        if isinstance(item, dict) and read_html(item, "feedback").strip()
    )


def read_image(params: Fields) -> Image | None:
    """The picture of `media`, where it is an H5P.Image with a file."""
    media = as_fields(params.get("media"))
    library = as_fields(media.get("type", media))
    if not read_html(library, "library").startswith("H5P.Image "):
        return None
    image = as_fields(library.get("params"))
    return read_picture(image.get("file"), alt=read_html(image, "alt"))


def read_picture(file: object, *, alt: str = "") -> Image | None:
    """A picture of a content, with its alternative text as stored; `None` where there is no file."""
    fields = as_fields(file)
    path = fields.get("path")
    if not isinstance(path, str):
        return None
    return Image(
        path=path,
        alt=decode_entities(alt),
        width=_pixels(fields.get("width")),
        height=_pixels(fields.get("height")),
    )


def read_path(files: object) -> str | None:
    """The path of the first of the files of a sound or a film."""
    first = files[0] if isinstance(files, list) and files else None
    path = as_fields(first).get("path")
    return path if isinstance(path, str) else None


def _pixels(value: object) -> int | None:
    size = to_number(value)
    return int(size) if 0 < size < _LARGEST_PICTURE else None
