"""Findings and their texts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "note"]
Language = Literal["en", "fr"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may keep a pupil out, at a path such as ``content[2].content.params.text``.

    Texts are in `messages.toml`; `details` fills them in, cut at 100 characters.
    """

    id: str
    where: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """`error`: some pupils cannot use it; `warning`: it is harder for some; `note`: to be known."""
        return next(severity for severity in SEVERITIES if severity == _texts(self.id)["severity"])

    @property
    def criterion(self) -> str:
        """The success criterion of WCAG 2.1, such as ``1.1.1``."""
        return _texts(self.id)["criterion"]

    def message(self, language: Language = "fr") -> str:
        """What is found."""
        return self._filled(language)

    def mend(self, language: Language = "fr") -> str:
        """What to do."""
        return self._filled(f"mend_{language}")

    def _filled(self, name: str) -> str:
        details = {key: _shown(value) for key, value in self.details.items()}
        return _texts(self.id)[name].format_map({"where": self.where, **details})


@cache
def _messages() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text("utf-8"))


def _texts(id_: str) -> dict[str, str]:
    return _messages()[id_]


def _shown(text: str) -> str:
    return " ".join(text.split())[:_LONGEST].encode("utf-8", "backslashreplace").decode()
