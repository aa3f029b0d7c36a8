"""What is found in the HTML of a text: tables, links, colours, headings, length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import nh3

from h5p_exports.accessibility.contrast import contrast_of
from h5p_exports.accessibility.finding import Finding

_VAGUE = frozenset(
    {
        *("ici", "cliquez ici", "clique ici", "cliquer ici", "lien", "ce lien", "voir", "suite", "lire la suite"),
        *("en savoir plus", "plus", "here", "click here", "link", "this link", "more", "read more", "learn more"),
    }
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_COLOURED = re.compile(r"(?:^|[;\s])(?:color|background(?:-color)?)\s*:", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_BLOCKS = frozenset({"p", "div", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_READABLE = 4.5
"""The least contrast of a text (WCAG 2.1, 1.4.3)."""
_LONGEST_PARAGRAPH = 130
"""Words."""
_LONGEST_BOLD = 12
_LONGEST = 100_000
"""Characters that are looked at."""
_TIDY = nh3.Cleaner(
    tags={
        *_BLOCKS,
        *(
            "a",
            "b",
            "br",
            "em",
            "font",
            "i",
            "img",
            "li",
            "ol",
            "pre",
            "span",
            "strong",
            "table",
            "tbody",
            "thead",
            "tr",
        ),
        *("caption", "col", "colgroup", "div", "figure", "tfoot", "u", "ul"),
    },
    attributes={"*": {"style", "title", "aria-label"}, "img": {"alt", "src"}, "font": {"color"}},
    link_rel=None,
)
"""Closes every tag as a browser does: the parser is slow on what was made to slow it down."""


def check_markup(html: str, where: str) -> Iterator[Finding]:
    """Findings in one text."""
    if "<" not in html:
        return
    reader = _Reader()
    reader.feed(_TIDY.clean(html[:_LONGEST]))
    reader.close()
    reader.finish()
    for id_, details in reader.found:
        yield Finding(id_, where, details)


class _Reader(HTMLParser):
    """Reads a text once; a browser is more exact, and not needed for what is looked at here."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self._link: list[str] | None = None
        self._tables: list[bool] = []
        self._block: list[str] = []
        self._bold: list[str] = []
        self._bold_level = 0
        self._heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS or tag == "br":
            self._end_block()
        if tag == "a":
            self._link = [attributes.get("title", "") or attributes.get("aria-label", "")]
        elif tag == "table":
            self._tables.append(False)
        elif tag == "th" and self._tables:
            self._tables[-1] = True
        elif tag in {"strong", "b"}:
            self._bold_level += 1
        elif tag == "img" and not attributes.get("alt"):
            self._tell("image-without-alternative", path=attributes.get("src", ""))
        if tag in _HEADINGS:
            self._heading = []
        self._check_style(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """Look at what a tag held."""
        if tag == "a" and self._link is not None:
            self._check_link("".join(self._link))
            self._link = None
        elif tag == "table" and self._tables and not self._tables.pop():
            self._tell("table-without-headers")
        elif tag in {"strong", "b"} and self._bold_level:
            self._bold_level -= 1
        if tag in _HEADINGS and self._heading is not None:
            if not "".join(self._heading).strip():
                self._tell("empty-heading")
            self._heading = None
            self._block.clear()
        if tag in _BLOCKS:
            self._end_block()

    def handle_data(self, data: str) -> None:
        """Gather a text."""
        self._block.append(data)
        if self._bold_level:
            self._bold.append(data)
        if self._link is not None:
            self._link.append(data)
        if self._heading is not None:
            self._heading.append(data)

    def finish(self) -> None:
        """Look at what was left open."""
        self._end_block()
        if self._tables and not self._tables[-1]:
            self._tell("table-without-headers")

    def _check_style(self, tag: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "")
        contrast = contrast_of(style) if style else None
        if contrast is not None and contrast < _READABLE:
            self._tell("contrast-too-low", contrast=f"{contrast:.1f}")
        if _COLOURED.search(style) or (tag == "font" and "color" in attributes):
            self._tell("colour-in-text")

    def _check_link(self, text: str) -> None:
        said = _SPACES.sub(" ", text).strip(" .…>»→\u00a0").lower()
        if not said:
            self._tell("empty-link")
        elif said in _VAGUE:
            self._tell("link-text-vague", text=said)
        elif _ADDRESS.fullmatch(said):
            self._tell("link-text-address", text=said)

    def _end_block(self) -> None:
        text, bold = ("".join(pieces).strip() for pieces in (self._block, self._bold))
        words = len(text.split())
        if words > _LONGEST_PARAGRAPH:
            self._tell("long-paragraph", words=str(words))
        if bold and bold == text and words <= _LONGEST_BOLD and not text.endswith((".", "?", "!", ":", ";", ",")):
            self._tell("bold-as-heading", text=text)
        self._block.clear()
        self._bold.clear()

    def _tell(self, id_: str, **details: str) -> None:
        if (id_, details) not in self.found:
            self.found.append((id_, details))
