"""Parts of addresses that no row can have: such a page is not found, and no database is asked."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, PathConverter, UnicodeConverter

LARGEST_ROW = 2**31 - 1
"""PostgreSQL's `integer`."""


class RowNumber(IntegerConverter):
    """`<int:…>`, as far as a row can be numbered."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST_ROW, **options})


class Text(UnicodeConverter):
    """`<…>` without NUL, which PostgreSQL's texts cannot hold."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


class Path(PathConverter):
    """`<path:…>` without NUL."""

    regex = r"[^/\x00][^\x00]*?"


def install_addresses(app: Flask) -> None:
    """Have every address of `app` that is added from now on made of these parts."""
    app.url_map.converters |= {"int": RowNumber, "default": Text, "string": Text, "path": Path}
