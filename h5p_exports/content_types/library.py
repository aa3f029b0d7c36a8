"""Names of H5P libraries, and those that are played and scored here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.errors import UnsupportedContentType

_NAME = re.compile(r"([A-Za-z$_][0-9A-Za-z_.$-]{0,254})[ ]([0-9]{1,5})\.([0-9]{1,5})")

SCORED: tuple[str, ...] = ("H5P.MultiChoice", "H5P.TrueFalse", "H5P.Blanks", "H5P.QuestionSet")
"""Machine names of the content types whose answers are scored here, in any 1.x version."""

PLAYED: tuple[str, ...] = SCORED
"""Machine names of the content types that are shown natively, in any 1.x version."""


@dataclass(frozen=True, slots=True)
class LibraryName:
    """A library at a version, written ``H5P.MultiChoice 1.16`` in content."""

    machine_name: str
    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> LibraryName:
        """Read ``machine name, space, major.minor``. Raises `UnsupportedContentType` for anything else."""
        match = _NAME.fullmatch(text)
        if match is None:
            raise UnsupportedContentType(text)
        return cls(match[1], int(match[2]), int(match[3]))

    @property
    def scored(self) -> bool:
        """Whether answers to it are scored here."""
        return self.machine_name in SCORED and self.major == 1

    @property
    def played(self) -> bool:
        """Whether it is shown natively."""
        return self.machine_name in PLAYED and self.major == 1

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"
