"""The sentences for people: `texts/<language>/<room>.toml`, one table for each error id.

::

    [launch-replayed]
    title = "Cette page a déjà servi"
    text = "…"
    todo = "…"        # optional
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter

FOLDER = Path(__file__).parent / "texts"
LONGEST_PARAMETER = 500


class TextsBroken(ValueError):
    """A catalogue does not have the right shape, or says the same thing twice."""


@dataclass(frozen=True, slots=True)
class Text:
    """What happened (`title`, `text`) and what the reader can do (`todo`, may be empty)."""

    title: str
    text: str
    todo: str = ""

    def fill(self, params: Mapping[str, str | int]) -> Text:
        """The same with `{name}` replaced by the parameter, made presentable; one that is missing becomes `…`."""
        presentable = _Presentable(params)
        return Text(*(Formatter().vformat(part, (), presentable) for part in (self.title, self.text, self.todo)))


class _Presentable(dict[str, str]):
    """Parameters may come from a hostile hand: no control character, no lone surrogate, no book."""

    def __init__(self, params: Mapping[str, str | int]) -> None:
        super().__init__({name: presentable(value) for name, value in params.items()})

    def __missing__(self, name: str) -> str:
        return "…"


def presentable(value: str | int, longest: int = LONGEST_PARAMETER) -> str:
    """`value` as a printable line of at most `longest` characters."""
    text = str(value)
    shown = "".join(char if char.isprintable() else "�" for char in text[:longest])
    return shown if len(text) <= longest else f"{shown}…"


@lru_cache(maxsize=4)
def load_texts(language: str = "fr") -> Mapping[str, Text]:
    """Every sentence of a language by error id; read once. Raises `TextsBroken`."""
    texts: dict[str, Text] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        for id, table in tomllib.loads(path.read_text("utf-8")).items():
            if id in texts:
                raise TextsBroken(f"{path.name}: [{id}] is said elsewhere too")
            try:
                texts[id] = Text(**table)
            except TypeError as error:
                raise TextsBroken(f"{path.name}: [{id}] has a `title`, a `text` and maybe a `todo`: {error}") from None
    return texts
