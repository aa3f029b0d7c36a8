"""Problems and their texts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]
Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, at a path such as ``questions[2].params.answers``; texts are in `messages.toml`.

    `details` fills the texts in; what comes from the content among them is cut at 100 characters.
    """

    id: str
    where: str
    details: dict[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """`error`: it does not work or is not safe; `warning`: it works, and not as the author wants it to."""
        return "warning" if _texts(self.id).get("severity") == "warning" else "error"

    def message(self, language: Language = "en") -> str:
        """One sentence for the author."""
        details = {name: _shown(value) for name, value in self.details.items()}
        return _texts(self.id)[language].format(where=_shown(self.where), **details)


@cache
def _messages() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text("utf-8"))


def _texts(id_: str) -> dict[str, str]:
    texts = _messages()
    return texts.get(id_) or texts["refused"]


def _shown(text: str) -> str:
    return text[:100].encode("utf-8", "backslashreplace").decode()
