"""What is said to an author of a source: refusals and notices, in French and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from h5p_exports.errors import H5PError

Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know, on a line of the source (from 1); texts are in `messages.toml`.

    `severity` ``error``: the exercise does not do what its author means; ``skipped``: a question is left out;
    ``warning``: to be looked at.
    """

    id: str
    line: int
    details: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def severity(self) -> Literal["error", "skipped", "warning"]:
        """How bad it is."""
        severity = _texts(self.id).get("severity")
        return "error" if severity == "error" else "skipped" if severity == "skipped" else "warning"

    def message(self, language: Language = "fr") -> str:
        """One sentence, without the place."""
        return _texts(self.id)[language].format_map({"line": self.line, **self.details})


def explain(error: H5PError, language: Language = "fr") -> str:
    """What an error of this library says to an author, without the place; its id where there is no text for it."""
    texts = _messages().get(error.id)
    if texts is None:
        return str(error)
    try:
        return texts[language].format_map(error.params)
    except KeyError:
        return str(error)


@cache
def _messages() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text("utf-8"))


def _texts(id_: str) -> dict[str, str]:
    return _messages()[id_]
