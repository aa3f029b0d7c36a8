"""JSON as PHP's `json_decode` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from h5p_exports.php import whole_number

NUL = b"\\u0000"
"""How JSON writes the character that no database stores."""

_DEEPEST = 511
_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_SIGNS = bytes(sign for sign in range(256) if sign not in b'[]{}"')
_LONGEST_INTEGER = 19
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def php_json(data: bytes, *, objects: bool) -> object:
    """The value of a JSON text. Raises `ValueError` where PHP gives `null`, the text ``null`` included.

    Refused: a byte order mark, another encoding than UTF-8, NaN, lone surrogates, more than 511 levels and, where
    PHP makes `objects` rather than arrays, a key that starts with NUL. Integers beyond 64 bits become floats, as do
    numbers beyond all floats.
    """
    try:
        value: object = json.loads(data.decode("utf-8"), parse_constant=_refuse, parse_int=_integer)
    except RecursionError as error:
        raise ValueError("depth") from error
    if value is None:
        raise ValueError("null")
    check_json(data, value, depth=_DEEPEST)
    if objects and NUL in data and any(key.startswith("\0") for key in keys(value)):
        raise ValueError("key")
    return value


def check_json(data: bytes, value: object, *, depth: int) -> None:
    """Raise `ValueError` when a JSON text, parsed as `value`, has more levels than `depth`, or lone surrogates."""
    if data.count(b"[") + data.count(b"{") > depth and _is_deeper(data, depth):
        raise ValueError("depth")
    if _SURROGATE.search(data):
        # Written as they are: lone ones cannot be.
        json.dumps(value, ensure_ascii=False).encode("utf-8")


def _is_deeper(data: bytes, depth: int) -> bool:
    """Whether a JSON text in order has more levels than `depth`; no value of it is looked at, which takes longer."""
    # Once no escaped quote is left, every second piece between quotes is a text.
    signs = data.replace(rb"\\", b"").replace(rb"\"", b"").translate(_ALIKE, _NO_SIGNS)
    brackets = b"".join(signs.split(b'"')[::2])
    for _ in range(depth):
        if not brackets:
            break
        # The innermost level goes.
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _integer(digits: str) -> int | float:
    # Most numbers are short.
    return int(digits) if len(digits) < _LONGEST_INTEGER else whole_number(digits)


def keys(value: object) -> Iterator[str]:
    """The keys of all objects in a value."""
    return (key for item in _values(value) if isinstance(item, dict) for key in item)


def texts(value: object) -> Iterator[str]:
    """All texts in a value."""
    return (item for item in _values(value) if isinstance(item, str))


def _values(value: object) -> Iterator[object]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
