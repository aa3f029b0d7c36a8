"""The pages that attempts begin with: when a class arrives, thirty that differ in a few identifiers only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

MOST_KEPT = 64
"""Pages of a process, of some 10 kB each; those of a school day fit."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A page cut where its identifiers stood; `slots` says which one stood behind each text but the last.

    `scripts`: the static files that it needs.
    """

    texts: tuple[str, ...]
    slots: tuple[int, ...]
    scripts: tuple[str, ...]

    @classmethod
    def cut(cls, html: str, identifiers: Sequence[str], scripts: Sequence[str]) -> Beginning:
        """Learn a page from one that is rendered."""
        pieces = re.split(f"({'|'.join(identifiers)})", html) if identifiers else [html]
        return cls(tuple(pieces[::2]), tuple(map(identifiers.index, pieces[1::2])), tuple(scripts))

    def page(self, identifiers: Sequence[str]) -> Markup:
        """The same page for another attempt."""
        filled = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            filled += (identifiers[slot], text)
        return Markup("".join(filled))  # noqa: S704 # What Jinja has escaped, with letters and digits.


class Beginnings:
    """Remembers pages by what they were rendered from. Threads share it."""

    def __init__(self) -> None:
        self._kept: dict[object, Beginning] = {}

    def of(self, key: object, learn: Callable[[], Beginning]) -> Beginning:
        """The page that begins what `key` names, learnt at the first asking."""
        known = self._kept.get(key)
        if known is None:
            known = learn()
            # Nothing is read while it is replaced: another thread may be at it.
            others = self._kept if len(self._kept) < MOST_KEPT else {}
            self._kept = {**others, key: known}
        return known
