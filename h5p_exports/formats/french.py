"""The traps of French in the notation of H5P: apostrophes, spaces before signs, marks inside words."""

from __future__ import annotations

import re

from h5p_exports.errors import SourceRefused
from h5p_exports.formats.gaps import Cloze
from h5p_exports.formats.reading import Reading

_NUMBER_BEFORE = re.compile(r"[0-9]\s*$")
_NUMBER_AFTER = re.compile(r"^\s*[0-9]")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’']$", re.IGNORECASE)
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’']", re.IGNORECASE)
_GLUED_BEFORE = re.compile(r"[^\W_][’'-]?$")
_GLUED_AFTER = re.compile(r"^[’'-]?[^\W_]")
_TYPED_SPACE = re.compile("[\u00a0\u202f]")
_SIGNS = re.compile(r"\s[;:?!»]|[;:?!]$|«")


def check_cloze(cloze: Cloze, reading: Reading, *, line: int) -> None:
    """Say what a pupil who types may stumble over: ``blank-…`` notices."""
    for gap, before in zip(cloze.gaps, cloze.pieces, strict=False):
        for answer in gap.answers:
            if gap.tip and _NUMBER_BEFORE.search(answer) and _NUMBER_AFTER.search(gap.tip):
                reading.say("blank-colon", line, answer=f"{answer}:{gap.tip}")
            if _TYPED_SPACE.search(answer):
                reading.say("blank-hard-space", line, answer=answer)
            if _SIGNS.search(answer):
                reading.say("blank-punctuation", line, answer=answer)
        if _ELISION.search(before) and not any(_ELIDED.match(answer) for answer in gap.answers):
            reading.say("blank-elision", line, answer=gap.answers[0])
        if len(gap.answers) > 1 and all(_NUMBER_BEFORE.search(a) and _NUMBER_AFTER.search(a) for a in gap.answers):
            reading.say("blank-slash", line, answer="/".join(gap.answers))


def check_marks(cloze: Cloze, *, line: int) -> None:
    """Refuse marks that H5P does not see: a phrase, a part of a word."""
    for index, gap in enumerate(cloze.gaps):
        word = gap.answers[0]
        if len(gap.answers) > 1 or gap.tip:
            raise SourceRefused("mark-notation", line=line, word=word)
        if re.search(r"\s", word):
            raise SourceRefused("mark-phrase", line=line, word=word)
        before, after = cloze.pieces[index], cloze.pieces[index + 1]
        if _GLUED_BEFORE.search(before) or _GLUED_AFTER.search(after):
            raise SourceRefused("mark-in-word", line=line, word=word)
