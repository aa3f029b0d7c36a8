"""The lines of a part as entries: what a mark at their start says of them, and the text that follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from h5p_exports.build import Feedback
from h5p_exports.errors import SourceRefused
from h5p_exports.formats.sheet import Line

_BOX = re.compile(r"\s*[-*+] \[( ?|x|X)\](?:\s+(.*))?")
_MARKED = re.compile(r"\s*(::|>>|<<|=>|=)\s+(.*)")
_ITEM = re.compile(r"(\s*)(?:[-*+]|[0-9]{1,3}[.)])\s+(.*)")
_RULE = re.compile(r"\s*(?:---+|\*\*\*+)\s*")
_PICTURE = re.compile(r"\s*!\[([^\]]*)\]\(\s*<?([^)<>]+?)>?\s*\)\s*")
_SOUND = re.compile(r"\s*\[[^\]]*\]\(\s*<?([^)<>]+\.(?:mp3|m4a|ogg|wav))>?\s*\)\s*")
_TRAILING = re.compile(r"\s(::|>>|<<)\s")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_SCORES = re.compile(r"([0-9]{1,3})\s*%?(?:\s*(?:-|–|à|to)\s*([0-9]{1,3})\s*%?)?\s*:?\s+(.+)", re.DOTALL)
_FULL = 100
_DEEP = 2


@dataclass(slots=True)
class Entry:
    """A piece of a part.

    `mark` is empty for text, ``[x]``, ``[ ]``, ``::`` (tip), ``>>`` and ``<<`` (comments), ``=>`` (on the score),
    ``=`` (answer), ``-`` (item, ``--`` inside another one), ``---`` (rule), ``![]`` (picture) or ``[]()`` (sound);
    `target` is the path of the last two.
    """

    mark: str
    text: str
    line: int
    target: str = ""


def entries(lines: Sequence[Line], *, items: bool = False) -> list[Entry]:
    """The entries of a part; with `items`, lists are entries too, else they belong to the text."""
    found: list[Entry] = []
    fenced = False
    for line in lines:
        fence = _FENCE.match(line.text) is not None
        entry = None if fenced or fence else _marked(line, items=items)
        fenced = fenced != fence
        last = found[-1] if found else None
        if entry is not None:
            found.extend(_with_trailing(entry))
        elif last and last.mark not in {"", "---", "![]", "[]()"} and line.text.startswith((" ", "\t")):
            last.text += f"\n{line.text.strip()}"
        elif last and not last.mark:
            last.text += f"\n{line.text}"
        elif line.text.strip():
            found.append(Entry("", line.text, line.number))
    for entry in found:
        entry.text = entry.text.strip("\n").rstrip()
    return found


def feedback_of(found: Iterable[Entry]) -> tuple[Feedback, ...]:
    """What entries ``=> 0-49 Texte`` say of the score. Raises `SourceRefused`."""
    feedback = []
    for entry in found:
        if entry.mark == "=>":
            match = _SCORES.fullmatch(entry.text)
            low = int(match[1]) if match else 0
            high = int(match[2] or low) if match else 0
            if match is None or not low <= high <= _FULL:
                raise SourceRefused("feedback-not-understood", line=entry.line, text=entry.text)
            feedback.append(Feedback(low, high, " ".join(match[3].split())))
    return tuple(feedback)


def _marked(line: Line, *, items: bool) -> Entry | None:
    text, number = line.text, line.number
    if box := _BOX.fullmatch(text):
        return Entry("[x]" if box[1] in {"x", "X"} else "[ ]", box[2] or "", number)
    if marked := _MARKED.fullmatch(text):
        return Entry(marked[1], marked[2], number)
    if picture := _PICTURE.fullmatch(text):
        return Entry("![]", picture[1].strip(), number, picture[2])
    if sound := _SOUND.fullmatch(text):
        return Entry("[]()", "", number, sound[1])
    item = _ITEM.fullmatch(text) if items else None
    if item and not _RULE.fullmatch(text):
        return Entry("--" if len(item[1].expandtabs(4)) >= _DEEP else "-", item[2], number)
    return Entry("---", "", number) if _RULE.fullmatch(text) else None


def _with_trailing(entry: Entry) -> Iterator[Entry]:
    """An entry, and the tips and comments that stand at the end of its line."""
    if entry.mark not in {"[x]", "[ ]", "=", "-", "--"}:
        yield entry
        return
    text, *rest = _TRAILING.split(entry.text)
    entry.text = text
    yield entry
    for mark, said in zip(rest[::2], rest[1::2], strict=True):
        yield Entry(mark, said, entry.line)
