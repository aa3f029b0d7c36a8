"""Tags and styles that the reference lets into a field of type `text` with `tags`."""

from __future__ import annotations

import re

from h5p_exports.semantics.fields import Field

_ALWAYS = ("div", "span", "p", "br")
_TABLE = ("tr", "td", "th", "colgroup", "col", "thead", "tbody", "tfoot", "figure", "figcaption")

_COLOR = r"(#[a-f0-9]{3}[a-f0-9]{3}?|rgba?\([0-9, ]+\)|hsla?\([0-9,.% ]+\))"
_SIZE = r"[0-9.]+(em|px|%)"
_LENGTH = r"[0-9.]+(em|px|%|)"
_LINE = "(none|solid|dotted|dashed|double|groove|ridge|inset|outset)"


def _style(pattern: str) -> re.Pattern[str]:
    return re.compile(f"^{pattern}$", re.IGNORECASE | re.ASCII)


_FONT = {
    "size": _style(rf"font-size: *{_SIZE} *;?"),
    "family": _style(r"font-family: *[-a-z0-9,'&; ]+;?"),
    "color": _style(rf"color: *{_COLOR} *;?"),
    "background": _style(rf"background-color: *{_COLOR} *;?"),
    "spacing": _style(rf"letter-spacing: *{_SIZE} *;?"),
    "height": _style(rf"line-height: *{_LENGTH} *;?"),
}
_TABLE_STYLES = (
    _style(rf"border: *{_LENGTH} *{_LINE} *{_COLOR} *;?"),
    _style(rf"border-style: *{_LINE} *;?"),
    _style(rf"border-width: *{_LENGTH} *;?"),
    _style(rf"border-color: *{_COLOR} *;?"),
    _style(r"vertical-align: *(middle|top|bottom);?"),
    _style(rf"padding: *{_LENGTH} *;?"),
    _style(rf"width: *{_LENGTH} *;?"),
    _style(rf"height: *{_LENGTH} *;?"),
    _style(r"float: *(right|left|none) *;?"),
    _style(r"border-collapse: *collapse *;?"),
    _FONT["background"],
)
_ALIGN = _style(r"text-align: *(center|left|right);?")


def allowed_tags(field: Field) -> set[str]:
    """The tags of a field, with those that go with them."""
    tags = {*_ALWAYS, *(field.tags or ())}
    if "table" in tags:
        tags.update(_TABLE)
    for tag, twin in (("b", "strong"), ("i", "em"), ("ul", "li"), ("ol", "li"), ("del", "s"), ("strike", "s")):
        if tag in tags:
            tags.add(twin)
    return tags


def allowed_styles(field: Field) -> tuple[re.Pattern[str], ...]:
    """Patterns of whole declarations, in the order in which the reference writes them."""
    font = tuple(pattern for name, pattern in _FONT.items() if name in field.font)
    table = _TABLE_STYLES if "table" in (field.tags or ()) else ()
    return (*font, *table, _ALIGN)
