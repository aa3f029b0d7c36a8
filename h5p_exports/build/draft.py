"""A content whose library versions are still open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Union

from h5p_exports.content_types.html_text import text_content

Params = Mapping[str, "Value"]
Value = Union["Draft", str, int, float, bool, Sequence["Value"], Params]

_BLOCK = re.compile(r"<(?=/?(?:p|div|br|li|h[1-6]|td|th)\b)")
_SPACES = re.compile(r"\s+")
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """A content of a type, `params` being those of the author alone: drafts stand where contents stand inside it.

    Interface texts, identifiers and versions are added by `assemble`. `title` is plain text.
    """

    machine_name: str
    title: str
    params: Params


def title_of(html: str, *, default: str) -> str:
    """The beginning of a text as a title, cut at a word; `default` where the text is empty."""
    title = _SPACES.sub(" ", text_content(_BLOCK.sub(" <", html))).strip()
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return title or default


def given(**fields: Value | None) -> dict[str, Value]:
    """The fields that hold something: H5P has no use for empty ones."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], (), {})}
