"""What strings from outside may hold: no NUL, no lone surrogate, no endless text."""

from __future__ import annotations

LONGEST_PARAMETER = 4096
"""Characters in a form field of a login or launch, the id_token apart."""

LONGEST_TOKEN = 64 * 1024
"""Characters in an id_token: Moodle's have 2,000 to 4,000."""


def is_clean(value: str, longest: int) -> bool:
    """Whether `value` can be stored and shown: at most `longest` characters, no NUL, valid Unicode."""
    if len(value) > longest or "\x00" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
