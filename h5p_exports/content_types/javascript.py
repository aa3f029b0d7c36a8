"""The few rules of JavaScript that the official content types lean on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import reduce
from html import unescape
from operator import add

WHITE_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
r"""What ``\s`` matches in JavaScript; Python's `str.strip` takes more (U+0085, U+001C…) and less (U+FEFF)."""

_LAST_CODE_POINT = 0x10FFFF
_LONGEST_CODE = 7
"""Digits; longer numbers are past the last code point in both bases, and may have millions of them."""
_SURROGATES = range(0xD800, 0xE000)
_WINDOWS_1252 = range(0x80, 0xA0)
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|[A-Za-z][A-Za-z0-9]{1,31};?)")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def trim(text: str) -> str:
    """`H5P.trim`: without the white space of JavaScript at both ends."""
    return text.strip(WHITE_SPACE)


def truthy(value: object) -> bool:
    """Whether a JSON value counts as true; empty lists and objects do."""
    if isinstance(value, list | dict):
        return True
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def to_number(value: object) -> float:
    """`Number(value)` of a JSON value; NaN, which makes every comparison false, where there is no number."""
    if value is None:
        return 0.0
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.copysign(math.inf, value)
    if isinstance(value, str):
        digits = trim(value)
        if not digits:
            return 0.0
        return float(digits) if _NUMBER.fullmatch(digits) else math.nan
    return math.nan


def add_up(numbers: Iterable[float]) -> float:
    """A sum rounded after each addition, as in JavaScript; the `sum` of newer Pythons is more exact."""
    return reduce(add, numbers, 0)


def code_units(text: str) -> str:
    """The text as JavaScript counts it: one character for each UTF-16 code unit."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(units).cast("H").tolist()))


def from_code_units(units: str) -> str:
    """The text of which `code_units` made this, or of a piece of it: halves of a character stay as they are."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def decode_entities(html: str) -> str:
    """The text that HTML character references stand for (HTML Standard §13.2.5.72); tags are left as they are."""
    return _REFERENCE.sub(_decode, html) if "&" in html else html


def _decode(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference.groups()
    if hexadecimal:
        digits, base = hexadecimal.lstrip("0"), 16
    elif decimal:
        digits, base = decimal.lstrip("0"), 10
    else:
        return unescape(reference[0])
    code = int(digits or "0", base) if len(digits) <= _LONGEST_CODE else _LAST_CODE_POINT + 1
    if code == 0 or code > _LAST_CODE_POINT or code in _SURROGATES:
        return "\ufffd"
    if code in _WINDOWS_1252:
        character = bytes([code]).decode("cp1252", "replace")
        return chr(code) if character == "\ufffd" else character
    return chr(code)
