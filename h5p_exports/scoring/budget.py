"""A limit to the work that one answer may ask for, whoever wrote the patterns and the text."""

from __future__ import annotations

from h5p_exports.errors import NotScored

LARGEST_WORK = 2_000_000
"""Steps, of about a microsecond each."""


class Budget:
    """Steps that are left; one for each character that is compared."""

    def __init__(self, steps: int = LARGEST_WORK) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take steps. Raises `NotScored` (``essay-too-long``) when there are none left."""
        self._left -= steps
        if self._left < 0:
            raise NotScored("essay-too-long")
