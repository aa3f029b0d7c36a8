"""JSON as PHP's `json_decode` reads it."""

from __future__ import annotations

import json
import re

_DEEPEST = 511
_LONGEST_INTEGER = 19
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NUL_KEY = re.compile(rb"\\u0000")


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
    is_deep = data.count(b"[") + data.count(b"{") > _DEEPEST
    if is_deep or _SURROGATE.search(data) or (objects and _NUL_KEY.search(data)):
        _check(value, objects=objects)
    return value


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _integer(digits: str) -> int | float:
    if len(digits) < _LONGEST_INTEGER:
        return int(digits)
    number = float(digits)
    if abs(number) < 2**64:
        whole = int(digits)
        return whole if -(2**63) <= whole < 2**63 else number
    return number


def _check(value: object, *, objects: bool) -> None:
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, str):
            item.encode("utf-8")
        elif isinstance(item, list | dict):
            if level > _DEEPEST:
                raise ValueError("depth")
            if isinstance(item, dict):
                for key in item:
                    key.encode("utf-8")
                    if objects and key.startswith("\0"):
                        raise ValueError("key")
                item = list(item.values())
            waiting.extend((child, level + 1) for child in item)
