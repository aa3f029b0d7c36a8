"""JSON as the PHP reference reads it: strictly."""

from __future__ import annotations

import json
import math

from h5p_exports.errors import PackageRefused
from h5p_exports.package.php_json import NUL, check_json, keys, texts


def parse_json(data: bytes, *, name: str, depth: int) -> object:
    """The value of a JSON file, which `name` names in the refusal (``unable-to-parse-package``).

    Refused: a byte order mark, another encoding than UTF-8, NaN and infinite numbers, lone surrogates, NUL
    characters (no database stores them), more levels than `depth`. A repeated key keeps its last value.
    """
    try:
        value: object = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
        check_json(data, value, depth=depth)
        if NUL in data and any("\0" in text for text in (*keys(value), *texts(value))):
            raise ValueError("NUL")  # noqa: TRY301 # One way out for all.
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
