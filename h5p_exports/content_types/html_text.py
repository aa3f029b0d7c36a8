"""The texts of an HTML fragment, as a browser cuts them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from h5p_exports.content_types.javascript import decode_entities

_TAG = re.compile(
    r"""<(?:
        !--(?P<comment>)(?:>|->|.*?--!?>)
      | (?P<close>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)
        (?:[^>"'=]++|=[\t\n\f\r ]*+(?:"[^"]*+"|'[^']*+'|(?!["']))|["'])*+>
      | [!?/][^>]*+>
    )""",
    re.VERBOSE | re.DOTALL,
)
"""A tag, a comment, or what a browser takes for one (HTML Standard §13.2.5); possessive, so linear in time."""
_OPENING = re.compile("<[A-Za-z!?/]")
_VOID = {"br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_MADE_BY_END_TAG = {"br", "p"}


def text_nodes(html: str) -> Iterator[str]:
    """The text nodes of a fragment in order, references decoded.

    Tags and comments part texts; an end tag that closes nothing does not, and a tag that never ends hides the rest.
    """
    return (text for text, _ in cut(html) if text)


def cut(html: str) -> Iterator[tuple[str, str]]:
    """Each text node of a fragment, as `text_nodes` gives it or empty, with the tag as written that ends it."""
    open_tags: Counter[str] = Counter()
    pieces: list[str] = []
    copied = 0
    while opening := _OPENING.search(html, copied):
        pieces.append(html[copied : opening.start()])
        tag = _TAG.match(html, opening.start())
        if tag is None:
            copied = len(html)
            break
        copied = tag.end()
        if _parts_texts(tag, open_tags):
            yield decode_entities("".join(pieces)), tag[0]
            pieces.clear()
    pieces.append(html[copied:])
    yield decode_entities("".join(pieces)), ""


def text_content(html: str) -> str:
    """All the text of a fragment, without its tags."""
    return "".join(text_nodes(html)) if "<" in html else decode_entities(html)


def _parts_texts(tag: re.Match[str], open_tags: Counter[str]) -> bool:
    name = (tag["name"] or "").lower()
    if not name:
        return tag["comment"] is not None or not tag[0].startswith("</>")
    if not tag["close"]:
        if name not in _VOID:
            open_tags[name] += 1
        return True
    if open_tags[name]:
        open_tags[name] -= 1
        return True
    return name in _MADE_BY_END_TAG
