"""The traps of French in the notation of H5P: apostrophes, spaces before signs, marks inside words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from h5p_exports.errors import SourceRefused
from h5p_exports.formats.gaps import Cloze

_NUMBER_AT_END = re.compile(r"[0-9]\s*$")
_NUMBER_AT_START = re.compile(r"^\s*[0-9]")
_WHOLE_NUMBER = re.compile(r"[0-9]+")
_ELISION = re.compile(r"(?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’']$", re.IGNORECASE)
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’']", re.IGNORECASE)
_GLUED_BEFORE = re.compile(r"[^\W_][’'-]?$")
_GLUED_AFTER = re.compile(r"^[’'-]?[^\W_]")
_HARD_SPACE = re.compile("[\u00a0\u202f]")
_PUNCTUATION = re.compile(r"\s[;:?!»]|[;:?!]$|«")


def blank_traps(answers: Sequence[str], *, tip: str, before: str) -> Iterator[tuple[str, str]]:
    """What a pupil who types may stumble over in a blank: ids of notices, each with the answer.

    `before` is the text in front of the blank.
    """
    for answer in answers:
        if tip and _NUMBER_AT_END.search(answer) and _NUMBER_AT_START.search(tip):
            yield "blank-colon", f"{answer}:{tip}"
        if _HARD_SPACE.search(answer):
            yield "blank-hard-space", answer
        if _PUNCTUATION.search(answer):
            yield "blank-punctuation", answer
    if _ELISION.search(before) and not any(_ELIDED.match(answer) for answer in answers):
        yield "blank-elision", answers[0]
    # « 1/2 » is a fraction; « 10:30/10h30 » are two ways to write an hour.
    if len(answers) > 1 and all(map(_WHOLE_NUMBER.fullmatch, answers)):
        yield "blank-slash", "/".join(answers)


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
