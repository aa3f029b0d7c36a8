"""The text of a teacher, cut into parts: settings at the top, then a body, or several under headings.

---
type: série
titre: L’eau
---
## L’ébullition {choix réessayer=non}
À quelle température l’eau bout-elle ?
…
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from h5p_exports.errors import SourceRefused
from h5p_exports.formats.kinds import KINDS, OPTIONS

LARGEST = 256 * 1024
"""Characters of a source."""

MOST_LINES = 20_000

_HEADING = re.compile(r"(#{1,2})\s+(.*)")
_ATTRIBUTE = re.compile(r"([^\s=]+)=(?:\"([^\"]*)\"|(\S+))|(\S+)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_RULE = "---"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source and its number, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a setting, and its line."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source: the whole of it, or what stands under a heading.

    `kind` is a name of `kinds`, empty where the author gives none; `level` is that of the heading, 0 for the whole.
    """

    kind: str
    title: str
    settings: dict[str, Setting]
    lines: tuple[Line, ...]
    line: int
    level: int = 0

    def text(self, name: str, default: str = "") -> str:
        """A setting that is a text."""
        setting = self.settings.get(name)
        return setting.value if setting else default

    def flag(self, name: str, *, default: bool) -> bool:
        """A setting that is yes or no. Raises `SourceRefused`."""
        setting = self.settings.get(name)
        if setting is None:
            return default
        answer = _FLAGS.get(plain_name(setting.value))
        if answer is None:
            raise SourceRefused("not-yes-or-no", line=setting.line, value=setting.value)
        return answer

    def number(self, name: str, default: int | None = None, *, most: int = 100_000) -> int | None:
        """A setting that is a whole number. Raises `SourceRefused`."""
        setting = self.settings.get(name)
        if setting is None:
            return default
        digits = setting.value.removesuffix("%").strip()
        if not re.fullmatch(r"[0-9]{1,6}", digits) or int(digits) > most:
            raise SourceRefused("not-a-number", line=setting.line, value=setting.value, most=most)
        return int(digits)


_FLAGS = {
    "oui": True,
    "yes": True,
    "true": True,
    "vrai": True,
    "non": False,
    "no": False,
    "false": False,
    "faux": False,
}


def read_sheet(source: str) -> Part:
    """The whole of a source as one part. Raises `SourceRefused`."""
    if len(source) > LARGEST or source.count("\n") > MOST_LINES:
        raise SourceRefused("source-too-large")
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        raise SourceRefused("control-character", line=text.count("\n", 0, found.start()) + 1)
    lines = [Line(number, line.rstrip()) for number, line in enumerate(text.split("\n"), 1)]
    settings: dict[str, Setting] = {}
    if lines[0].text == _RULE:
        end = next((index for index, line in enumerate(lines[1:], 1) if line.text == _RULE), None)
        if end is None:
            raise SourceRefused("settings-not-closed", line=1)
        settings = dict(_settings(lines[1:end]))
        lines = lines[end + 1 :]
    kind = settings.pop("type", Setting("", 1))
    return Part(
        kind=_kind(kind.value, kind.line) if kind.value else "",
        title=settings["title"].value if "title" in settings else "",
        settings=settings,
        lines=tuple(lines),
        line=lines[0].number if lines else 1,
    )


def parts_of(part: Part, *, level: int) -> tuple[tuple[Line, ...], tuple[Part, ...]]:
    """The lines before the first heading of a level, and the parts under the headings. Raises `SourceRefused`."""
    before: list[Line] = []
    heads: list[tuple[Line, str, str]] = []
    bodies: list[list[Line]] = []
    for line, fenced in _with_fences(part.lines):
        heading = None if fenced else _HEADING.fullmatch(line.text)
        if heading and len(heading[1]) == level:
            heads.append((line, *_with_attributes(heading[2])))
            bodies.append([])
        else:
            (bodies[-1] if bodies else before).append(line)
    parts = tuple(_part(*head, body, level=level) for head, body in zip(heads, bodies, strict=True))
    return tuple(before), parts


def plain_name(text: str) -> str:
    """A name without accents or capitals, dashes between words."""
    letters = unicodedata.normalize("NFD", text.strip().lower().replace("œ", "oe"))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\s_’']+", "-", letters)


def _with_attributes(heading: str) -> tuple[str, str]:
    """The title of a heading, and what stands between braces at its end."""
    title, brace, attributes = heading.strip().rpartition("{")
    if not brace or not attributes.endswith("}"):
        return heading.strip(), ""
    return title.rstrip(), attributes.removesuffix("}")


def _part(head: Line, title: str, attributes: str, body: Sequence[Line], *, level: int) -> Part:
    kind, settings = "", {}
    for name, quoted, bare, word in _ATTRIBUTE.findall(attributes):
        if word:
            kind = _kind(word, head.number)
        else:
            settings[_option(name, head.number)] = Setting(quoted or bare, head.number)
    return Part(kind, title, settings, tuple(body), head.number, level)


def _settings(lines: Sequence[Line]) -> Iterator[tuple[str, Setting]]:
    seen: set[str] = set()
    for line in lines:
        if not line.text.strip() or line.text.lstrip().startswith("#"):
            continue
        written, colon, value = line.text.partition(":")
        if not colon or not written.strip() or (value and not value[0].isspace()):
            raise SourceRefused("setting-not-understood", line=line.number, text=line.text)
        name = _option(written, line.number)
        if name in seen:
            raise SourceRefused("setting-twice", line=line.number, name=written)
        seen.add(name)
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        yield name, Setting(value, line.number)


def _option(name: str, line: int) -> str:
    option = OPTIONS.get(plain_name(name))
    if option is None:
        raise SourceRefused("unknown-setting", line=line, name=name)
    return option


def _kind(name: str, line: int) -> str:
    kind = KINDS.get(plain_name(name))
    if kind is None:
        raise SourceRefused("unknown-kind", line=line, name=name)
    return kind


def _with_fences(lines: Sequence[Line]) -> Iterator[tuple[Line, bool]]:
    """Each line, and whether it is inside a block of code."""
    fenced = False
    for line in lines:
        opens = _FENCE.match(line.text) is not None
        yield line, fenced or opens
        fenced = fenced != opens
