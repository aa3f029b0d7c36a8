"""A tolerant way to compare typed French, which a teacher may switch on; the official player has none of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009\u2002\u2003\u2005\u2006\u200a", " "))
_REPEATED = re.compile(r" {2,}")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What makes no difference between an answer and what was expected.

    `apostrophes`: curly or straight. `spaces`: non-breaking, narrow or plain, one or several in a row, at both ends.
    `ligatures`: œ and oe, æ and ae. `accents`: é and e, ç and c. Composed and decomposed letters are always alike.
    """

    apostrophes: bool = True
    spaces: bool = True
    ligatures: bool = False
    accents: bool = False

    def fold(self, text: str) -> str:
        """The text without the differences that do not count; folding twice changes nothing more."""
        text = unicodedata.normalize("NFC", text)
        if self.apostrophes:
            text = text.translate(_APOSTROPHES)
        if self.spaces:
            text = _REPEATED.sub(" ", text.translate(_SPACES)).strip(" ")
        if self.accents:
            letters = unicodedata.normalize("NFD", text)
            text = unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))
        if self.ligatures:
            text = text.translate(_LIGATURES)
        return text


def fold(text: str, tolerance: Tolerance | None) -> str:
    """The text as it is compared: unchanged without tolerance."""
    return tolerance.fold(text) if tolerance else text
