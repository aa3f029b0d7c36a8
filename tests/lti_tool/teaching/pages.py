"""What tests read on the pages of this room."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from tests.lti_tool.desk import Desk
from tests.support.house import BASE, Visit

HIDDEN = re.compile(r'<span class="visually-hidden">.*?</span>')


class Table(HTMLParser):
    """The rows of the only table of a page, each a list of the texts of its cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(HIDDEN.sub("", page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 # Its signature.
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in {"th", "td"}

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def lines_of(page: Visit) -> list[list[str]]:
    """The lines of the class, without their head."""
    assert page.page.status_code == 200, page.page.text
    return Table(page.page.text).rows[1:]


def names_of(page: Visit) -> list[str]:
    """What the pupils on the page are called."""
    return [line[0] for line in lines_of(page)]


def teacher_of(desk: Desk) -> Visit:
    """The teacher's page, once the roster has come."""
    page = desk.open("2")
    page.get("class/list")
    return page


def follow(page: Visit, label: str) -> Visit:
    """Press the button of that label, which stands alone in its form."""
    for action, form in re.findall(
        r'<form[^>]* method="post" action="([^"]+)">(.*?)</form>', page.page.text, re.DOTALL
    ):
        if label in form:
            path = unescape(action).removeprefix(f"/s/{page.secret}/")
            return page.post(path, {})
    raise AssertionError(f"no button « {label} »")


def at(page: Visit, address: str) -> Visit:
    """Open an address of the tool in the same browser."""
    return Visit(page.client, page.client.get(address, base_url=BASE, headers={"Sec-Fetch-Dest": "iframe"}))
