"""H5P.MarkTheWords 1.x: a text whose right words are to be marked, written ``*word*``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from h5p_exports.content_types.common import Question, read_group, read_html, read_params, read_shared
from h5p_exports.content_types.html_text import cut
from h5p_exports.content_types.javascript import WHITE_SPACE, code_units, trim
from h5p_exports.content_types.registry import content_type

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
class MarkTheWords(Question):
    """A text to mark; `parts` are pieces of HTML and the `words` between them, all in order."""

    task_description: str
    parts: tuple[str | Word, ...]
    words: tuple[Word, ...]


@content_type("H5P.MarkTheWords")
def parse(params: object) -> MarkTheWords:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    parts = tuple(_parts(read_html(fields, "textField", _TEXT_FIELD)))
    return MarkTheWords(
        task_description=read_html(fields, "taskDescription"),
        parts=parts,
        words=tuple(part for part in parts if isinstance(part, Word)),
        **read_shared(fields, read_group(fields, "behaviour", defaults=_BEHAVIOUR)),
    )


def read_words(html: str) -> tuple[Word, ...]:
    """The words of a text."""
    return tuple(part for part in _parts(html) if isinstance(part, Word))


def _parts(html: str) -> Iterator[str | Word]:
    """A text taken apart (scripts/mark-the-words.js, `createHtmlForWords`): no word goes over a tag."""
    count = 0
    for text, tag in cut(html):
        source = _BREAK.sub(" ", text)
        copied = 0
        for token in _TOKEN.finditer(source):
            entry = trim(token[0])
            if word := _word(entry, index=count):
                count += 1
                start = source.index(entry, token.start())
                if start > copied:
                    yield escape(source[copied:start], quote=False)
                yield word
                copied = start + len(entry)
        if last := escape(source[copied:], quote=False) + tag:
            yield last


def _word(entry: str, *, index: int) -> Word | None:
    """The word of a token; `None` where there is nothing but punctuation."""
    start = len(entry) - len(entry.lstrip(_BEFORE))
    end = len(entry.rstrip(_AFTER))
    if start >= end:
        return None
    source = entry[start:end]
    inside = _answer(source)
    return Word(
        index=index,
        text=(source if inside is None else inside).replace("**", "*"),
        before=entry[:start],
        after=entry[end:],
        correct=inside is not None,
    )


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
