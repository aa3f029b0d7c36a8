"""What is found in the contents themselves: pictures, sounds, films, drags, labels, time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from h5p_exports.accessibility.finding import Finding
from h5p_exports.content_types.common import Fields, as_fields, read_html, read_items
from h5p_exports.content_types.html_text import text_content
from h5p_exports.content_types.javascript import truthy

_FILE_NAME = re.compile(
    r".+\.(?:png|jpe?g|gif|bmp|tiff?|webp|svg)|(?:img|dsc|dscn|pxl|image|photo|capture|screenshot)[ _-]*[0-9_ -]*",
    re.IGNORECASE,
)
_LONGEST_ALTERNATIVE = 250
_SHORTEST_TIME = 5000
"""Milliseconds in which a pupil can read what is said of an answer."""


def check_content(library: str, params: object, where: str) -> Iterator[Finding]:
    """Findings in one content, not in those inside it; `library` without its version."""
    fields = as_fields(params)
    checker = _CHECKERS.get(library)
    if checker is not None:
        yield from checker(fields, where)
    if library in _DRAGGED:
        yield Finding("drag-needs-alternative", where or "params", {"player": _DRAGGED[library]})


def check_alternative(text: str, where: str, *, path: str) -> Iterator[Finding]:
    """An alternative text, as stored."""
    said = " ".join(text_content(text).split())
    if not said:
        yield Finding("image-without-alternative", where, {"path": path})
    elif _FILE_NAME.fullmatch(said) or said == path.rpartition("/")[2]:
        yield Finding("alternative-is-a-file-name", where, {"text": said})
    elif len(said) > _LONGEST_ALTERNATIVE:
        yield Finding("alternative-too-long", where, {"length": str(len(said))})


def _image(fields: Fields, where: str) -> Iterator[Finding]:
    path = _path(fields.get("file"))
    if path and not truthy(fields.get("decorative")):
        yield from check_alternative(read_html(fields, "alt"), _under(where, "alt"), path=path)


def _image_of(fields: Fields, where: str, *, image: str, alternative: str) -> Iterator[Finding]:
    if path := _path(fields.get(image)):
        yield from check_alternative(read_html(fields, alternative), _under(where, alternative), path=path)


def _cards(fields: Fields, where: str) -> Iterator[Finding]:
    for name in ("cards", "dialogs"):
        for index, card in enumerate(read_items(fields, name)):
            place = _under(where, f"{name}[{index}]")
            yield from _image_of(card, place, image="image", alternative="imageAltText")
            if card.get("audio"):
                yield Finding("audio-without-transcript", _under(place, "audio"))


def _hotspots(fields: Fields, where: str) -> Iterator[Finding]:
    yield from _image_of(fields, where, image="image", alternative="backgroundImageAltText")
    yield from _labels(fields, where, "hotspots", "header")


def _audio(fields: Fields, where: str) -> Iterator[Finding]:
    yield Finding("audio-without-transcript", where or "params")
    if truthy(fields.get("autoplay")):
        yield Finding("plays-by-itself", _under(where, "autoplay"))


def _video(fields: Fields, where: str) -> Iterator[Finding]:
    if not fields.get("a11y") and not fields.get("textTracks"):
        yield Finding("video-without-captions", where or "params")
    if truthy(as_fields(fields.get("playback")).get("autoplay")):
        yield Finding("plays-by-itself", _under(where, "playback.autoplay"))


def _drag_question(fields: Fields, where: str) -> Iterator[Finding]:
    question = as_fields(fields.get("question"))
    settings, task = as_fields(question.get("settings")), as_fields(question.get("task"))
    if _path(settings.get("background")):
        yield Finding("background-without-alternative", _under(where, "question.settings.background"))
    yield from _labels(task, _under(where, "question.task"), "dropZones", "label")


def _answers(fields: Fields, where: str) -> Iterator[Finding]:
    yield from _labels(fields, where, "answers", "text")


def _accordion(fields: Fields, where: str) -> Iterator[Finding]:
    yield from _labels(fields, where, "panels", "title")


def _labels(fields: Fields, where: str, items: str, label: str) -> Iterator[Finding]:
    for index, item in enumerate(read_items(fields, items)):
        if not text_content(read_html(item, label)).strip() and "<img" not in read_html(item, label):
            yield Finding("empty-label", _under(where, f"{items}[{index}].{label}"))


def _single_choice_set(fields: Fields, where: str) -> Iterator[Finding]:
    behaviour = as_fields(fields.get("behaviour"))
    times = [behaviour.get(name, 0) for name in ("timeoutCorrect", "timeoutWrong")]
    short = any(isinstance(time, int | float) and time < _SHORTEST_TIME for time in times)
    if truthy(behaviour.get("autoContinue", True)) and short:
        yield Finding("moves-on-by-itself", _under(where, "behaviour.autoContinue"))


def _path(file: object) -> str:
    path = as_fields(file).get("path")
    return path if isinstance(path, str) else ""


def _under(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


_CHECKERS: dict[str, Callable[[Fields, str], Iterator[Finding]]] = {
    "H5P.Image": _image,
    "H5P.Flashcards": _cards,
    "H5P.Dialogcards": _cards,
    "H5P.ImageHotspots": _hotspots,
    "H5P.Audio": _audio,
    "H5P.Video": _video,
    "H5P.DragQuestion": _drag_question,
    "H5P.MultiChoice": _answers,
    "H5P.Accordion": _accordion,
    "H5P.SingleChoiceSet": _single_choice_set,
}
_DRAGGED = {
    "H5P.DragQuestion": "zones",
    "H5P.DragText": "words",
    "H5P.SortParagraphs": "order",
    "H5P.ImageSequencing": "order",
    "H5P.MemoryGame": "order",
}
