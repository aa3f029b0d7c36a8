"""HTML of untrusted content made safe to show."""

from __future__ import annotations

import nh3

_TAGS = {
    *("p", "div", "br", "hr", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption"),
    *("a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small"),
    *("span", "strong", "sub", "sup", "u", "var"),
}
_CELL = {"colspan", "rowspan", "scope"}
_ATTRIBUTES = {"*": {"dir", "lang"}, "a": {"href"}, "td": _CELL, "th": _CELL, "ol": {"start"}}
_SCHEMES = {"https", "mailto"}

OPEN, CLOSE = "\ue000", "\ue001"
"""Private-use characters that stand around the number of a blank while the text around it is cleaned."""


def _without_marker(_tag: str, _attribute: str, value: str) -> str | None:
    """Drop an attribute that a blank stands in."""
    return None if OPEN in value else value


_RICH = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=_SCHEMES,
    url_relative="deny",
    attribute_filter=_without_marker,
)
_PLAIN = nh3.Cleaner(tags=set())


def clean_html(html: str) -> str:
    """A text with the tags and attributes of an exercise alone, every tag closed.

    No script, style, class, form, frame or image; links to https and mailto only, with ``rel``.
    """
    return _RICH.clean(_encodable(html))


def clean_text(html: str) -> str:
    """A text without any tag, its special characters escaped."""
    return _PLAIN.clean(_encodable(html))


def _encodable(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot carry."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
