"""Regular expressions of `semantics.json`, written for PHP."""

from __future__ import annotations

import re
from functools import lru_cache

from h5p_exports.semantics.fields import Regexp

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_WITHOUT_EFFECT = frozenset("ADJSUXnu \n")
_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_LONGEST_FOR_SLOW = 24


def as_php(regexp: Regexp) -> str:
    """The expression as the reference writes it in its messages."""
    return "/" + regexp.pattern.replace("/", "\\/") + "/" + regexp.modifiers


def mismatches(regexp: Regexp, text: str) -> bool:
    """Whether a text is refused. An expression that PHP or Python cannot read refuses nothing.

    Neither does one that could take for ever: a repeated group that holds a choice or a repetition is tried on
    texts of at most 24 characters. Without the modifier ``u``, the expression works on the bytes of UTF-8.
    """
    if len(text) > _LONGEST_FOR_SLOW and _is_slow(regexp.pattern):
        return False
    # The reference puts a backslash before each slash, even after another backslash: PHP then ends there.
    if _ESCAPED_SLASH.search(regexp.pattern):
        return False
    try:
        if "u" in regexp.modifiers:
            return re.search(regexp.pattern, text, _flags(regexp.modifiers)) is None
        return re.search(regexp.pattern.encode(), text.encode(), _flags(regexp.modifiers)) is None
    except (re.error, OverflowError, RecursionError, UnicodeError, ValueError):
        return False


def _flags(modifiers: str) -> re.RegexFlag:
    """Raises `ValueError` for a modifier that PHP does not know."""
    flags = re.ASCII
    for modifier in modifiers:
        if modifier not in _WITHOUT_EFFECT:
            if modifier not in _FLAGS:
                raise ValueError(modifier)
            flags |= _FLAGS[modifier]
    return flags


@lru_cache(maxsize=256)
def _is_slow(pattern: str) -> bool:
    """Whether a repeated group holds a choice or a repetition."""
    holds = [False]
    after_group = False
    for match in _TOKEN.finditer(pattern):
        sign = match[0]
        if sign in {"*", "+", "{"}:
            if after_group:
                return True
            holds[-1] = True
        elif sign == "|":
            holds[-1] = True
        after_group = False
        if sign == "(":
            holds.append(False)
        elif sign == ")" and len(holds) > 1:
            after_group = holds.pop()
            holds[-1] |= after_group
    return False
