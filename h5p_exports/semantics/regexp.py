"""Regular expressions of `semantics.json`, written for PHP."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from h5p_exports.semantics.fields import Regexp
from h5p_exports.semantics.pcre import compile_pcre

_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\??|\{([0-9]+)(?:(,)([0-9]*))?\}|.", re.DOTALL)
_LONGEST_FOR_SLOW = 24
_MOST_WAYS = 10**8
_FEW = 4


def as_php(regexp: Regexp) -> str:
    """The expression as the reference writes it in its messages."""
    return "/" + regexp.pattern.replace("/", "\\/") + "/" + regexp.modifiers


def mismatches(regexp: Regexp, text: str) -> bool:
    """Whether a text is refused. An expression that PHP or `pcre` cannot read refuses nothing.

    Neither does one that could take for ever: a group repeated more than a few times that may match in several ways
    is tried on texts of at most 24 characters, and the more endless repetitions there are, the shorter a text must be.
    """
    # The reference puts a backslash before each slash, even after another backslash: PHP then ends there.
    if _ESCAPED_SLASH.search(regexp.pattern):
        return False
    if len(text) > _LONGEST_FOR_SLOW and _is_slow(regexp.pattern):
        return False
    if len(text) ** _repetitions(regexp.pattern) > _MOST_WAYS:
        return False
    compiled = _compiled(regexp)
    if compiled is None:
        return False
    # Without the modifier `u`, PHP works on bytes.
    subject = text if "u" in regexp.modifiers else text.encode("utf-8", "surrogatepass")
    return compiled.search(subject) is None


@lru_cache(maxsize=256)
def _compiled(regexp: Regexp) -> re.Pattern[Any] | None:
    try:
        return compile_pcre(regexp.pattern, regexp.modifiers)
    except (re.error, OverflowError, RecursionError, ValueError):
        return None


@lru_cache(maxsize=256)
def _is_slow(pattern: str) -> bool:
    """Whether a group that may match in several ways is repeated more than a few times."""
    varies = [False]
    after_group = False
    for match in _TOKEN.finditer(pattern):
        sign, least, comma, most = match[0], match[1], match[2], match[3]
        if sign in {"*", "+", "?", "|"} or least:
            high = least if least and not comma else most
            is_few = sign in {"?", "|"} or bool(high and int(high) <= _FEW)
            if after_group and not is_few:
                return True
            varies[-1] |= not least or bool(comma)
        after_group = False
        if sign in {"(", "(?"}:
            varies.append(False)
        elif sign == ")" and len(varies) > 1:
            after_group = varies.pop()
            varies[-1] |= after_group
    return False


@lru_cache(maxsize=256)
def _repetitions(pattern: str) -> int:
    """How many repetitions have no end; looking for a start of its own is one more."""
    tokens = list(_TOKEN.finditer(pattern))
    endless = sum(token[0] in {"*", "+"} or bool(token[2] and not token[3]) for token in tokens)
    return min(endless + (not pattern.startswith("^")), len(tokens), 20)
