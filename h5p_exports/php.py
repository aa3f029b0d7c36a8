"""Values as PHP 8 takes them, where being equal to the reference depends on it."""

from __future__ import annotations

import math
import re
from html.entities import name2codepoint

_NUMERIC = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t\n\r\v\f]*")
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_LEADING_NUMBER = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_ENTITY = r"&(#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z0-9]+);"
_SPECIAL = re.compile(_ENTITY + r"|[&<>\"']")
_ANY_ENTITY = re.compile(_ENTITY)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}
_LAST_CODE_POINT = 0x10FFFF
_ALLOWED_CONTROLS = frozenset({9, 10, 13})
_ALLOWED = (range(0x20, 0x7F), range(0xA0, 0xD800), range(0xE000, _LAST_CODE_POINT + 1))
_TRUSTED_DIGITS = 15
_BEYOND_PRECISION = 1e15
_LEAST, _GREATEST = -(2**63), 2**63 - 1


class PhpError(Exception):
    """PHP throws here: a `TypeError`, a division by zero, a property of what is no object."""


def is_numeric(value: object) -> bool:
    """PHP's `is_numeric`."""
    if isinstance(value, str):
        return _NUMERIC.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: object) -> int | float:
    """The number that a numeric value stands for; 0 for anything else."""
    if isinstance(value, str):
        match = _NUMERIC.fullmatch(value)
        if match is None:
            return 0
        return whole_number(match[1]) if _INTEGER.fullmatch(match[1]) else float(match[1])
    return value if isinstance(value, int | float) else 0


def whole_number(digits: str) -> int | float:
    """The number that digits with a sign stand for, in JSON or in a text: beyond 64 bits, a float."""
    number = float(digits)
    if abs(number) < 2**64:
        whole = int(digits)
        return whole if _LEAST <= whole <= _GREATEST else number
    return number


def to_int(value: object) -> int:
    """PHP's `intval`: leading digits of a text, stopped at the ends of 64 bits; floats cut, and wrapped there."""
    if isinstance(value, str):
        match = _LEADING_NUMBER.match(value)
        digits = match[1] if match else "0"
        read = int(digits) if _INTEGER.fullmatch(digits) else float(digits)
        return int(min(max(read, _LEAST), _GREATEST))
    if isinstance(value, float):
        return (int(value) + 2**63) % 2**64 - 2**63 if math.isfinite(value) else 0
    if isinstance(value, list | dict):
        return 1 if value or isinstance(value, dict) else 0
    return int(value) if isinstance(value, int) else 0


def to_text(value: object) -> str:
    """The text that a scalar is cast to. Raises `PhpError` for lists and objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, int):
        return str(value)
    raise PhpError("text")


def remainder(value: int | float, step: object) -> int:
    """PHP's `%`: on integers, with the sign of the value. Raises `PhpError` for a step below one."""
    divisor = abs(to_int(step))
    if divisor == 0:
        raise PhpError("modulo")
    whole = to_int(value)
    rest = abs(whole) % divisor
    return -rest if whole < 0 else rest


def round_half_up(value: int | float, places: int) -> float:
    """PHP's `round` before 8.4, which rounds to the precision of a float first."""
    x = float(value)
    if not math.isfinite(x) or x == 0 or (isinstance(value, int) and places >= 0):
        return x
    places = max(-400, min(400, places))
    precision = 14 - math.floor(math.log10(abs(x)))
    if precision > places and precision - 15 < places:
        use = max(-60, precision)
        scaled = _half_up(_shift(x, use))
        use = max(-60, places - use)
        scaled = scaled / _power(abs(use))
    else:
        scaled = _shift(x, places)
        if abs(scaled) >= _BEYOND_PRECISION:
            return x
    if abs(scaled) >= _BEYOND_PRECISION:
        return x
    scaled = _half_up(scaled)
    return scaled / _power(places) if places > 0 else scaled * _power(-places)


def escape(value: object) -> str:
    """PHP's `htmlspecialchars` with both quotes, entities of HTML 4.01 left alone. Raises `PhpError` as `to_text`."""
    return _SPECIAL.sub(_escaped, to_text(value))


def unescape(text: str) -> str:
    """PHP's `html_entity_decode` with both quotes, for HTML 4.01."""
    return _ANY_ENTITY.sub(_decoded, text)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    mantissa, letter, exponent = f"{value:.14G}".partition("E")
    if not letter:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{exponent[0]}{exponent[1:].lstrip('0')}"


def _power(places: int) -> float:
    return 10.0**places if places <= 308 else math.inf  # noqa: PLR2004 # The largest power of ten of a float.


def _shift(value: float, places: int) -> float:
    return value * _power(places) if places >= 0 else value / _power(-places)


def _half_up(value: float) -> float:
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)


def _code_point(entity: str) -> int | None:
    """The character of ``#233``, ``#xE9`` or ``eacute``; none for what HTML 4.01 does not know."""
    if not entity.startswith("#"):
        return name2codepoint.get(entity)
    is_hex = entity[1] in "xX"
    digits = entity[2:].lstrip("0") if is_hex else entity[1:].lstrip("0")
    if len(digits) > _TRUSTED_DIGITS:
        return None
    code = int(digits or "0", 16 if is_hex else 10)
    return code if code <= _LAST_CODE_POINT else None


def _escaped(match: re.Match[str]) -> str:
    if match[1] is None:
        return _ESCAPES[match[0]]
    return match[0] if _code_point(match[1]) is not None else "&amp;" + match[0][1:]


def _decoded(match: re.Match[str]) -> str:
    code = _code_point(match[1])
    if code is None or not _is_allowed(code):
        return match[0]
    return chr(code)


def _is_allowed(code: int) -> bool:
    """Whether HTML 4.01 lets a character in as a reference."""
    return code in _ALLOWED_CONTROLS or any(code in characters for characters in _ALLOWED)
