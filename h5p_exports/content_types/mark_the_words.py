"""H5P.MarkTheWords 1.x: a text whose right words are to be marked, written ``*word*``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.content_types.common import (
    Behaviour,
    FeedbackRange,
    Image,
    read_behaviour,
    read_feedback,
    read_group,
    read_html,
    read_image,
    read_params,
)
from h5p_exports.content_types.html_text import text_nodes
from h5p_exports.content_types.javascript import WHITE_SPACE, code_units, trim
from h5p_exports.content_types.registry import Content, content_type

_BEHAVIOUR: dict[str, object] = {"enableRetry": True, "enableSolutionsButton": True, "enableCheckButton": True}
_TEXT_FIELD = "This is a *nice*, *flexible* content type."
_BREAK = re.compile(r"&nbsp;|\r\n|\n|\r")
_TOKEN = re.compile(rf" \*[^* ]+\* |[^{WHITE_SPACE}]+")
_BEFORE = '[({⟨¿¡“"«„'
_AFTER = '",….:;?!])}⟩»”'
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word that can be marked.

    `index` counts from 0 over the whole text; `text` is plain, without asterisks; `before` and `after` are the
    punctuation that stands around it and is not marked; `correct`: to be marked.
    """

    index: int
    text: str
    before: str
    after: str
    correct: bool


@dataclass(frozen=True, slots=True)
class MarkTheWords(Content):
    """A text to mark; `text_field` is its HTML as written, `words` are all its words in order."""

    task_description: str
    text_field: str
    words: tuple[Word, ...]
    behaviour: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]
    image: Image | None


@content_type("H5P.MarkTheWords")
def parse(params: object) -> MarkTheWords:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    text_field = read_html(fields, "textField", _TEXT_FIELD)
    return MarkTheWords(
        task_description=read_html(fields, "taskDescription"),
        text_field=text_field,
        words=read_words(text_field),
        behaviour=read_behaviour(read_group(fields, "behaviour", defaults=_BEHAVIOUR)),
        overall_feedback=read_feedback(fields),
        image=read_image(fields),
    )


def read_words(html: str) -> tuple[Word, ...]:
    """The words of a text (scripts/mark-the-words.js, `createHtmlForWords`): no word goes over a tag."""
    words: list[Word] = []
    for text in text_nodes(html):
        for token in _TOKEN.findall(_BREAK.sub(" ", text)):
            entry = trim(token)
            start = len(entry) - len(entry.lstrip(_BEFORE))
            end = len(entry.rstrip(_AFTER))
            if start < end:
                source = entry[start:end]
                inside = _answer(source)
                words.append(
                    Word(
                        index=len(words),
                        text=(source if inside is None else inside).replace("**", "*"),
                        before=entry[:start],
                        after=entry[end:],
                        correct=inside is not None,
                    )
                )
    return tuple(words)


def _answer(source: str) -> str | None:
    """What is inside the asterisks of a right word, one character may follow them; `None` for another word.

    The official player drops one pair of asterisks before it looks, the last one (scripts/word.js).
    """
    units = code_units(source)
    pair = units.rfind("**")
    shown = units[:pair] + units[pair + 2 :] if pair != -1 else units
    if len(shown) < _SHORTEST or not shown.startswith("*"):
        return None
    if shown.endswith("*"):
        return source[1:-1]
    if shown[-2] == "*":
        return source[1:-2] + source[-1]
    return None
