"""The record card of an activity: what a catalogue shows of it, and what a search looks in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

NAMES = ("summary", "discipline", "niveaux", "academie", "year", "licence", "authors", "language")


@dataclass(frozen=True, slots=True)
class Card:
    """Free texts in the words of whoever wrote the activity; an empty one says nothing. `year`: of its TraAM."""

    summary: str = ""
    discipline: str = ""
    niveaux: tuple[str, ...] = ()
    academie: str = ""
    year: int | None = None
    licence: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Card:
        """A card from stored JSON, or from the record of a scenario; members that are not a card's are left out."""
        values = {name: record[name] for name in NAMES if record.get(name) is not None}
        for name in ("niveaux", "authors"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)

    @staticmethod
    def read(stored: str) -> Card:
        """A card as `dump` wrote it."""
        return _read(stored)

    def dump(self) -> str:
        """JSON, without what says nothing."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=4096)
def _read(stored: str) -> Card:
    # A catalogue is read at every search; cards are small, and the same for all.
    return Card.of(json.loads(stored))
