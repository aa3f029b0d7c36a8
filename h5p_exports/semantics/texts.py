"""Fields of type `text`."""

from __future__ import annotations

import re
from functools import lru_cache

from h5p_exports.php import escape, number, to_int
from h5p_exports.semantics.fields import Field
from h5p_exports.semantics.markup import MarkupFilter
from h5p_exports.semantics.styles import allowed_styles, allowed_tags

_NEVER = frozenset(
    {"applet", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "math", "meta"}
    | {"noscript", "object", "option", "param", "plaintext", "script", "select", "style", "svg", "template"}
    | {"textarea", "title", "xmp"}
)
"""Tags that a strict filter lets in for nobody."""

_ROUNDS = 6
_CUT_TAG = re.compile(r"<[^>]*\Z")
_CUT_ENTITY = re.compile(r"&[#A-Za-z0-9]*\Z")


def reference_text(text: str, field: Field) -> str:
    """The text as the reference leaves it, `maxLength` included."""
    if field.tags is None:
        return _cut(escape(text), field)
    return _cut(_markup(field.tags, field.font, strict=False).clean(text), field)


def strict_text(text: str, field: Field) -> str:
    """The same, and filtering it again changes nothing: nothing is cut in two, no entity hides another one.

    A text that never settles loses all its tags.
    """
    for _ in range(_ROUNDS):
        before, text = text, _strict_once(text, field)
        if text == before:
            return text
    return _cut_whole(escape(re.sub(r"[<>&]", "", text)), field)


def _strict_once(text: str, field: Field) -> str:
    text = escape(text) if field.tags is None else _markup(field.tags, field.font, strict=True).clean(text)
    return _cut_whole(text, field)


@lru_cache(maxsize=512)
def _markup(tags: tuple[str, ...], font: frozenset[str], *, strict: bool) -> MarkupFilter:
    field = Field("", "text", optional=False, attributes={}, tags=tags, font=font)
    allowed = allowed_tags(field)
    return MarkupFilter(allowed - _NEVER if strict else allowed, allowed_styles(field), strict=strict)


def _cut(text: str, field: Field) -> str:
    return text if field.max_length is None else text[: to_int(number(field.max_length))]


def _cut_whole(text: str, field: Field) -> str:
    most = len(text) if field.max_length is None else to_int(number(field.max_length))
    if not 0 <= most < len(text):
        return text
    return _CUT_ENTITY.sub("", _CUT_TAG.sub("", text[:most]))
