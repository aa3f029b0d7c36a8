"""Paging of a service's answer by ``limit`` and ``from``, with a ``Link`` to the next page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import request

Entry = TypeVar("Entry")


def page_of(entries: Sequence[Entry], url: str, *, relation: str) -> tuple[Sequence[Entry], str]:
    """The entries of the page asked for, and the ``Link`` header to the next one, or "".

    ``relation`` is the ``rel`` value with its quotes, because Moodle writes curly ones for line items. Of the
    query string only ``limit`` and ``from`` are in the link: a filter is lost on the next page, as in Moodle.
    """
    limit = request.args.get("limit", 0, type=int)
    start = request.args.get("from", 0, type=int)
    if limit <= 0:
        return entries, ""
    following = start + limit
    if following >= len(entries):
        return entries[start:following], ""
    mark = "&" if "?" in url else "?"
    link = f"<{url}{mark}limit={limit}&from={following}>; rel={relation}"
    return entries[start:following], link.encode().decode("latin-1")
