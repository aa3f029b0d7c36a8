r"""Markdown to the HTML that a field of H5P keeps.

CommonMark with tables; no HTML, no picture. More: ``H~2~O``, ``x^2^``, and formulas between ``\(`` and ``\)`` or
``$$``.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from h5p_exports.errors import SourceRefused

QUESTION = frozenset({"strong", "em", "sub", "sup", "h2", "h3", "pre", "code"})
"""What the questions of most types keep; paragraphs and line ends are always kept."""

INSTRUCTION = frozenset({"strong", "em", "u", "a", "ul", "ol", "li", "h2", "h3", "hr", "pre", "code"})
"""What instructions keep."""

ANSWER = frozenset({"strong", "em", "sub", "sup", "code"})
SENTENCE = frozenset({"strong", "em", "code"})
PAGE = INSTRUCTION | frozenset({"sub", "sup", "s", "blockquote", "h4", "table", "thead", "tbody", "tr", "th", "td"})
"""What a text to read keeps."""

_ALWAYS = frozenset({"p", "br"})
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}
_TAG = re.compile(r"<([a-z][a-z0-9]*)")
# Bounded: an opening that is never closed must not be looked for to the end of the text.
_FORMULA = re.compile(r"\\\(.{1,500}?\\\)|\\\[.{1,500}?\\\]|\$\$.{1,500}?\$\$", re.DOTALL)
_RAISED = re.compile(r"\^([^\s^]{1,40})\^|~([^\s~]{1,40})~")
_KEPT, _AFTER = "\ue100", "\ue101"
_PLACE = re.compile(f"{_KEPT}([0-9]+){_AFTER}")


def render(text: str, *, line: int, keeps: frozenset[str]) -> str:
    """The HTML of a text, in paragraphs. Raises `SourceRefused` for a tag that the field would lose."""
    formulas: list[str] = []

    def keep(match: re.Match[str]) -> str:
        formulas.append(match[0])
        return f"{_KEPT}{len(formulas) - 1}{_AFTER}"

    tokens = _parser().parse(_FORMULA.sub(keep, text))
    for token in tokens:
        _heading(token)
        _inline(token, line)
    html = _parser().renderer.render(tokens, _parser().options, {}).strip()
    for tag in _TAG.findall(html):
        if tag not in keeps and tag not in _ALWAYS:
            raise SourceRefused("markup-not-allowed", line=line, tag=tag)
    return _PLACE.sub(lambda match: escape(formulas[int(match[1])], quote=False), html)


def render_line(text: str, *, line: int, keeps: frozenset[str] = ANSWER) -> str:
    """The HTML of one paragraph, without the tag around it."""
    html = render(text, line=line, keeps=keeps)
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if html.startswith("<p>") and "<p>" not in inner else html


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": 20}).enable(
        ["table", "strikethrough"]
    )


def _heading(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = _HEADINGS.get(token.tag, token.tag)


def _inline(token: Token, line: int) -> None:
    """Refuse pictures; raise and lower what asks for it."""
    children: list[Token] = []
    for child in token.children or []:
        if child.type == "image":
            raise SourceRefused("image-in-text", line=line)
        if child.type == "text" and _RAISED.search(child.content):
            children.append(
                Token("html_inline", "", 0, content=_RAISED.sub(_raised, escape(child.content, quote=False)))
            )
        else:
            children.append(child)
    if token.children:
        token.children = children


def _raised(match: re.Match[str]) -> str:
    return f"<sup>{match[1]}</sup>" if match[1] else f"<sub>{match[2]}</sub>"
