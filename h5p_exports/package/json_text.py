"""JSON as the PHP reference reads it: strictly."""

from __future__ import annotations

import json
import math

from h5p_exports.errors import PackageRefused


def parse_json(data: bytes, *, name: str, depth: int) -> object:
    """The value of a JSON file, which `name` names in the refusal (``unable-to-parse-package``).

    Refused: a byte order mark, another encoding than UTF-8, NaN and infinite numbers, lone surrogates, NUL
    characters (no database stores them), more levels than `depth`. A repeated key keeps its last value.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
        _check(value, depth)
    except (ValueError, RecursionError) as error:
        raise PackageRefused("unable-to-parse-package", name=name) from error
    return value


def _refuse_constant(constant: str) -> float:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


def _check(value: object, depth: int) -> None:
    """Raise `ValueError` for a text that cannot be stored or for too many levels."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, str):
            item.encode("utf-8")
            if "\0" in item:
                raise ValueError("NUL")
        elif isinstance(item, list | dict):
            if level == depth:
                raise ValueError("depth")
            if isinstance(item, dict):
                waiting.extend((key, level + 1) for key in item)
                item = list(item.values())
            waiting.extend((child, level + 1) for child in item)
