"""Texts in which an author marks what is right, made safe to show without changing what answers are worth.

Where the markup itself decides what an answer is worth, and cleaning would change it, the text is kept without its
markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import chain, zip_longest

from h5p_exports.content_types.blanks import split_blanks
from h5p_exports.content_types.drag_text import is_label, split_labels
from h5p_exports.content_types.html_text import text_content, text_nodes
from h5p_exports.content_types.mark_the_words import read_words
from h5p_exports.errors import InvalidContent
from h5p_exports.markup import CLOSE, OPEN, clean_html, clean_text

_MARKER = re.compile(f"{OPEN}([0-9]+){CLOSE}")
_LINE_BREAK = "<br/>"
"""What the official player makes of a line break; an author's own is alike."""
_HTML_SPACE = "\t\n\f\r "


def clean_blanks(question: str) -> str:
    """A question of H5P.Blanks, safe to show once its blanks are replaced, with the same blanks as before.

    Raises `InvalidContent` (``blank-inside-markup``) when a blank stands where none can be shown, as inside a tag.
    """
    html: list[str] = []
    sources: list[str] = []
    for text, source in split_blanks(question):
        html.append(text.replace(OPEN, "").replace(CLOSE, ""))
        if source is not None:
            html.append(f"{OPEN}{len(sources)}{CLOSE}")
            sources.append(_clean_source(source))
    pieces = _MARKER.split(clean_html("".join(html)))
    if pieces[1::2] != [str(number) for number in range(len(sources))]:
        raise InvalidContent("blank-inside-markup", "questions")
    # An asterisk that is left, or that cleaning has decoded, must not open a blank.
    texts = [_without_asterisk(text) for text in pieces[::2]]
    # Two blanks side by side would be read as one: a space parts them.
    texts[1:-1] = [text or " " for text in texts[1:-1]]
    blanks = [f"*{source}*" for source in sources]
    return "".join(chain.from_iterable(zip_longest(texts, blanks, fillvalue="")))


def clean_labels(text: str) -> str:
    """A text of H5P.DragText, or its distractors: plain, with the same labels as before but for escaped brackets."""
    parts = [(part.replace(_LINE_BREAK, "\n"), is_label(part)) for part in split_labels(text)]
    return "".join(_escape_brackets(part) if is_one else _without_asterisk(clean_text(part)) for part, is_one in parts)


def clean_words(html: str) -> str:
    """A text of H5P.MarkTheWords, with the same words as before."""
    cleaned = clean_html(html)
    if read_words(cleaned) == read_words(html):
        return cleaned
    # A tag that is gone leaves one word of two: what it parted stays parted.
    return "".join(f"<span>{escape(text, quote=False)}</span>" for text in text_nodes(html))


def clean_alternatives(answer: str) -> str:
    """The answers of a card of H5P.Flashcards: texts, never HTML."""
    return _escape_brackets(answer)


def clean_keyword(keyword: str) -> str:
    """A keyword of H5P.Essay: the text of its HTML."""
    text = escape(text_content(keyword.lstrip(_HTML_SPACE)), quote=False)
    start = len(text) - len(text.lstrip(_HTML_SPACE))
    return "".join(f"&#{ord(space)};" for space in text[:start]) + text[start:]


def clean_paragraphs(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs to sort, those alike that were alike before."""
    cleaned = list(map(clean_html, paragraphs))
    before, after = ([text_content(text) for text in texts] for texts in (paragraphs, cleaned))
    if [before.index(text) for text in before] == [after.index(text) for text in after]:
        return cleaned
    return [escape(text, quote=False) for text in before]


def _clean_source(source: str) -> str:
    """What stands between the asterisks: the alternatives keep their meaning, the tip is plain text."""
    solution, colon, tip = source.partition(":")
    return _escape_brackets(solution) + colon + _without_asterisk(clean_text(tip))


def _escape_brackets(text: str) -> str:
    """The text without tags, its character references as they are."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _without_asterisk(html: str) -> str:
    """The text with its asterisks written as character references."""
    return html.replace("*", "&#42;")
