"""A page as its elements, and what every page has to be."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise


class Outline(HTMLParser):
    """The elements of a page, and whether every one that was opened is closed in order."""

    VOID = ("input", "br", "img", "source")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element of a drawing."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """It must be the one that was opened last."""
        assert self.open.pop() == tag

    def all(self, name: str) -> list[dict[str, str]]:
        """The attributes of all elements of this name."""
        return [attributes for tag, attributes in self.elements if tag == name]


def assert_identifiers_are_sound(outline: Outline) -> None:
    """No identifier is there twice, and every reference leads somewhere."""
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in outline.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)


def assert_one_element_takes_the_focus(outline: Outline) -> None:
    """One alone, which can take it."""
    ((tag, focused),) = [element for element in outline.elements if "data-focus" in element[1]]
    assert tag == "button" or focused["tabindex"] == "-1"


def assert_headings_are_in_order(outline: Outline) -> None:
    """They start below that of the page and skip no level."""
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 2  # The page has the first.
    assert all(1 < after <= before + 1 for before, after in pairwise(levels))


def assert_nothing_is_inline(outline: Outline) -> None:
    """No style and no script, which the policy of the pages forbids."""
    assert not {tag for tag, _ in outline.elements} & {"style", "script"}
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith(("style", "on"))]
