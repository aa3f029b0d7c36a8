"""H5P.Blanks 1.x: texts with words to fill in, written ``*answer/alternative:tip*``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from h5p_exports.content_types.common import Question, read_group, read_html, read_list, read_params, read_shared
from h5p_exports.content_types.javascript import decode_entities, trim, truthy
from h5p_exports.content_types.registry import content_type
from h5p_exports.errors import InvalidContent

_BEHAVIOUR: dict[str, object] = {
    "enableRetry": True,
    "enableSolutionsButton": True,
    "enableCheckButton": True,
    "caseSensitive": True,
    "showSolutionsRequiresInput": True,
    "autoCheck": False,
    "separateLines": False,
}
_QUESTION = "<p>Oslo is the capital of *Norway*.</p>"
_TAG = re.compile(r"</?[A-Za-z]*[0-9]?>")


@dataclass(frozen=True, slots=True)
class Blank:
    """A word to fill in.

    `index` counts from 0 over the whole exercise; `alternatives` are plain texts, not trimmed (an empty one accepts
    no answer); `tip` is plain text, empty when there is none.
    """

    index: int
    alternatives: tuple[str, ...]
    tip: str


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the exercise: pieces of HTML, which make a whole only together, and blanks between them."""

    parts: tuple[str | Blank, ...]


@dataclass(frozen=True, slots=True)
class Blanks(Question):
    """Texts to complete; `text` is the instruction (HTML), `blanks` are those of all `lines` in order."""

    text: str
    lines: tuple[Line, ...]
    blanks: tuple[Blank, ...]
    case_sensitive: bool
    accept_spelling_errors: bool
    separate_lines: bool


@content_type("H5P.Blanks")
def parse(params: object) -> Blanks:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    blanks: list[Blank] = []
    lines = []
    for position, question in enumerate(read_list(fields, "questions", default=[_QUESTION])):
        if not truthy(question):
            continue
        if not isinstance(question, str):
            raise InvalidContent("invalid-content", f"questions[{position}]")
        lines.append(_line(question, blanks))
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    return Blanks(
        text=read_html(fields, "text", "Fill in"),
        lines=tuple(lines),
        blanks=tuple(blanks),
        case_sensitive=behaviour.get("caseSensitive") is True,
        accept_spelling_errors=behaviour.get("acceptSpellingErrors") is True,
        separate_lines=truthy(behaviour.get("separateLines")),
        **read_shared(fields, behaviour),
    )


def split_blanks(question: str) -> Iterator[tuple[str, str | None]]:
    """Cut a question as the official player does: pairs (HTML, source of the blank after it).

    The source is what stands between the asterisks, simple tags removed; the last pair has none (`None`).
    Nothing but tags between two asterisks is no blank, nor is an asterisk alone; the character right after a blank
    never opens another one (js/blanks.js, `handleBlanks`).
    """
    html: list[str] = []
    copied, start = 0, question.find("*")
    while start != -1 and (end := question.find("*", start + 1)) != -1:
        html.append(question[copied:start])
        copied = end + 1
        if source := _TAG.sub("", question[start + 1 : end]):
            yield "".join(html), source
            html.clear()
            start = question.find("*", end + 2)
        else:
            html.append("**")
            start = question.find("*", end + 1)
    html.append(question[copied:])
    yield "".join(html), None


def _line(question: str, blanks: list[Blank]) -> Line:
    parts: list[str | Blank] = []
    for html, source in split_blanks(question):
        if html:
            parts.append(html)
        if source is not None:
            solution, _, tip = source.partition(":")
            blank = Blank(
                index=len(blanks),
                alternatives=tuple(decode_entities(trim(alternative)) for alternative in solution.split("/")),
                tip=trim(decode_entities(tip)),
            )
            blanks.append(blank)
            parts.append(blank)
    return Line(tuple(parts))
