"""Contrast of colours (WCAG 2.1, relative luminance)."""

from __future__ import annotations

import re

_DECLARATION = re.compile(r"(?:^|;)\s*(color|background|background-color)\s*:\s*([^;]+)", re.IGNORECASE)
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-f])", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*([0-9]{1,3})[\s,]+([0-9]{1,3})[\s,]+([0-9]{1,3})", re.IGNORECASE)
_HSL = re.compile(r"hsla?\(\s*([0-9]{1,3})(?:deg)?[\s,]+([0-9]{1,3})%[\s,]+([0-9]{1,3})%", re.IGNORECASE)
_NAMED = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "pink": (255, 192, 203),
}
_LEVELS = 255

Colour = tuple[int, int, int]


def contrast_of(style: str) -> float | None:
    """The contrast, from 1 to 21, that a style gives to a text, on white or in black where it says one colour alone.

    `None` where it says none that is understood.
    """
    said = {name.lower().removesuffix("-color"): _colour(value) for name, value in _DECLARATION.findall(style)}
    text, ground = said.get("color"), said.get("background")
    if text is None and ground is None:
        return None
    one, other = _luminance(text or _NAMED["black"]), _luminance(ground or _NAMED["white"])
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _colour(value: str) -> Colour | None:
    if match := _HEX.search(value):
        digits = match[1] if len(match[1]) > 3 else "".join(digit * 2 for digit in match[1])  # noqa: PLR2004 # #abc.
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.search(value):
        return min(int(match[1]), _LEVELS), min(int(match[2]), _LEVELS), min(int(match[3]), _LEVELS)
    if match := _HSL.search(value):
        return _from_hsl(int(match[1]) % 360, min(int(match[2]), 100) / 100, min(int(match[3]), 100) / 100)
    return _NAMED.get(value.strip().lower())


def _from_hsl(hue: int, saturation: float, lightness: float) -> Colour:
    """CSS Color 4 §7.1."""

    def level(n: int) -> int:
        k = (n + hue / 30) % 12
        amount = saturation * min(lightness, 1 - lightness)
        return round(_LEVELS * (lightness - amount * max(-1, min(k - 3, 9 - k, 1))))

    return level(0), level(8), level(4)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(level / _LEVELS) for level in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(level: float) -> float:
    return level / 12.92 if level <= 0.03928 else ((level + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 # WCAG's own.
