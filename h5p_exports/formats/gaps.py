r"""The notation of gaps, ``*réponse/variante:indice >> bien << non*``.

``\*``, ``\/`` and ``\:`` are the characters themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.build import Gap
from h5p_exports.errors import SourceRefused
from h5p_exports.formats.markdown import render

_GAP = re.compile(r"(?<![\\*])\*(?![*\s])((?:\\.|[^*\\\n])+?)(?<!\s)\*(?!\*)")
_LEFT_OVER = re.compile(r"(?<![\\*])\*(?![*])")
_BULLET = re.compile(r"^\s*\*\s")
_SIDES = re.compile(r"\s(>>|<<)\s")
_ESCAPED = re.compile(r"\\([*/:\\<>])")
_SLASH, _COLON = re.compile(r"(?<!\\)/"), re.compile(r"(?<!\\):")
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Cloze:
    """A text with gaps: pieces, in the source's own notation, and the gaps between them."""

    pieces: tuple[str, ...]
    gaps: tuple[Gap, ...]

    def plain(self) -> list[str | Gap]:
        """The pieces as plain text."""
        return self._woven([_ESCAPED.sub(r"\1", piece) for piece in self.pieces])

    def html(self, *, line: int, keeps: frozenset[str]) -> list[str | Gap]:
        """The pieces as HTML, which make a whole only together. Raises `SourceRefused`."""
        source = self.pieces[0]
        for index, piece in enumerate(self.pieces[1:]):
            source += f"{_OPEN}{index}{_CLOSE}{piece}"
        rendered = _PLACE.split(render(source, line=line, keeps=keeps))
        if rendered[1::2] != [str(index) for index in range(len(self.gaps))]:
            raise SourceRefused("gap-in-markup", line=line)
        return self._woven(rendered[::2])

    def _woven(self, pieces: list[str]) -> list[str | Gap]:
        woven: list[str | Gap] = [pieces[0]]
        for gap, piece in zip(self.gaps, pieces[1:], strict=True):
            woven += (gap, piece)
        return [part for part in woven if part != ""]


def read_cloze(text: str, *, line: int) -> Cloze:
    """The pieces and the gaps of a text. Raises `SourceRefused` for an asterisk that is left alone."""
    parts = _GAP.split(text)
    for piece in parts[::2]:
        for row, content in enumerate(piece.split("\n")):
            if _LEFT_OVER.search(_BULLET.sub("", content)):
                raise SourceRefused("gap-not-closed", line=line + row)
    return Cloze(tuple(parts[::2]), tuple(_gap(source, line) for source in parts[1::2]))


def _gap(source: str, line: int) -> Gap:
    head, *sides = _SIDES.split(source)
    said = dict(zip(sides[::2], sides[1::2], strict=True))
    solution, *tip = _COLON.split(head, maxsplit=1)
    answers = tuple(_ESCAPED.sub(r"\1", answer).strip() for answer in _SLASH.split(solution))
    if not answers[0]:
        raise SourceRefused("gap-empty", line=line)
    return Gap(
        answers=tuple(answer for answer in answers if answer),
        tip=_ESCAPED.sub(r"\1", tip[0]).strip() if tip else "",
        on_correct=said.get(">>", "").strip(),
        on_wrong=said.get("<<", "").strip(),
    )


def with_both_apostrophes(gap: Gap) -> Gap:
    """The gap, each answer accepted with a curly and with a straight apostrophe, spaces inside it plain."""
    answers: dict[str, None] = {}
    for answer in gap.answers:
        spaced = re.sub("[\u00a0\u202f]", " ", answer)
        answers |= dict.fromkeys((spaced, spaced.replace("’", "'"), spaced.replace("'", "’")))
    return Gap(tuple(answers), gap.tip, gap.on_correct, gap.on_wrong)
