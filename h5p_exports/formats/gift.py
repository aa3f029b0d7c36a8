"""GIFT, the text format of Moodle for question banks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Literal

from h5p_exports.errors import SourceRefused
from h5p_exports.formats.bank import MOST, BankAnswer, BankQuestion, Skipped, drafts_of
from h5p_exports.formats.markdown import PAGE, render
from h5p_exports.formats.notice import Notice
from h5p_exports.formats.source import Source

LARGEST = 1024 * 1024
"""Characters."""

_ESCAPES = {character: chr(0xE000 + index) for index, character in enumerate("~=#{}:\\\n")}
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_RESTORED = str.maketrans({private: character for character, private in _ESCAPES.items()})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]")
_TITLE = re.compile(r"\s*::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_ANSWER = re.compile(r"[=~][^=~]*")
_WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{1,6})?)%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_FULL = 100.0


def read_gift(text: str, *, title: str = "Questions", language: str = "fr") -> Source:
    """The questions of a GIFT file: choice, true or false, short answer, missing word, matching.

    Matching becomes words to drag. What is not taken over has a notice. Raises `SourceRefused`.
    """
    if len(text) > LARGEST:
        raise SourceRefused("source-too-large")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        raise SourceRefused("control-character", line=text.count("\n", 0, found.start()) + 1)
    questions: list[BankQuestion | Notice] = []
    for line, block in _blocks(text):
        if len(questions) >= MOST:
            raise SourceRefused("too-many-questions", line=line, most=MOST)
        try:
            questions.append(_question(block, line))
        except Skipped as skipped:
            questions.append(Notice(skipped.id, line, skipped.details))
        except SourceRefused as error:
            questions.append(Notice("question-refused", line, {"reason": error.id}))
    return drafts_of(questions, title=title, language=language)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Questions, parted by empty lines, with their first line; comments and categories are passed over."""
    block: list[str] = []
    first = 1
    for number, line in enumerate((*text.split("\n"), ""), 1):
        if line.lstrip().startswith("//") or line.startswith("$CATEGORY:"):
            continue
        if line.strip():
            first = first if block else number
            block.append(line)
        elif block:
            yield first, "\n".join(block)
            block = []


def _question(block: str, line: int) -> BankQuestion:
    source = _ESCAPED.sub(lambda match: _ESCAPES["\n" if match[1] == "n" else match[1]], block)
    name = ""
    if titled := _TITLE.match(source):
        name, source = _plain(titled[1]), source[titled.end() :]
    start, end = source.find("{"), source.rfind("}")
    if start == end == -1:
        raise Skipped("question-kind", kind="description")
    if start == -1 or end < start or "{" in source[start + 1 : end]:
        raise Skipped("gift-not-understood")
    inside, _, general = source[start + 1 : end].partition("####")
    written, form = _format(source[:start])
    after = source[end + 1 :].strip()
    if after and inside.lstrip()[:1] in {"=", "~"} and "~" in inside:
        written, after = f"{written.rstrip()} _____ {after}", ""
    question = BankQuestion(
        "choice",
        line,
        name,
        _html(written, form, line),
        after=_html(after, form, line) if after else "",
        general_feedback=_plain(general),
    )
    return _answered(question, inside.strip(), form)


def _answered(question: BankQuestion, inside: str, form: str) -> BankQuestion:
    """The question with the answers that stand in its braces."""
    line = question.line
    if not inside:
        raise Skipped("question-kind", kind="essay")
    if inside.startswith("#"):
        raise Skipped("question-kind", kind="numerical")
    word, *said = (piece.strip() for piece in inside.split("#"))
    if word.upper() in _TRUTH:
        # What is said of a wrong answer comes first.
        wrong, right = (_html(text, form, line) for text in (*said, "", "")[:2])
        names = ("true", "false") if _TRUTH[word.upper()] else ("false", "true")
        return _with(question, "true-false", (BankAnswer(names[0], _FULL, right), BankAnswer(names[1], 0, wrong)))
    pieces = _ANSWER.findall(inside)
    if not pieces or not inside.startswith(("=", "~")):
        raise Skipped("gift-not-understood")
    if all(piece.startswith("=") and "->" in piece for piece in pieces):
        pairs = tuple(tuple(_html(side.strip(), form, line) for side in piece[1:].split("->", 1)) for piece in pieces)
        return _with(question, "matching", (), pairs=tuple((left, right) for left, right in pairs))
    answers = tuple(_answer(piece, form, line) for piece in pieces)
    if not any(piece.startswith("~") for piece in pieces):
        return _with(question, "short", answers)
    return _with(question, "choice", answers, single=any(piece.startswith("=") for piece in pieces))


def _with(
    question: BankQuestion,
    kind: Literal["choice", "true-false", "short", "matching"],
    answers: tuple[BankAnswer, ...],
    *,
    pairs: tuple[tuple[str, str], ...] = (),
    single: bool = True,
) -> BankQuestion:
    return replace(question, kind=kind, answers=answers, pairs=pairs, single=single)


def _answer(piece: str, form: str, line: int) -> BankAnswer:
    weight = _FULL if piece.startswith("=") else 0.0
    text = piece[1:]
    if weighted := _WEIGHT.match(text):
        weight, text = float(weighted[1]), text[weighted.end() :]
    answer, _, feedback = text.partition("#")
    return BankAnswer(_html(answer.strip(), form, line), weight, _html(feedback.strip(), form, line))


def _format(text: str) -> tuple[str, str]:
    """The text of a question, and its format."""
    match = _FORMAT.match(text)
    return (text[match.end() :], match[1].lower()) if match else (text, "plain")


def _html(text: str, form: str, line: int) -> str:
    said, own = _format(text)
    restored = said.strip().translate(_RESTORED)
    form = own if _FORMAT.match(text) else form
    if form == "html":
        return restored
    if form == "markdown":
        return render(restored, line=line, keeps=PAGE)
    return escape(restored, quote=False).replace("\n", "<br>")


def _plain(text: str) -> str:
    return " ".join(text.translate(_RESTORED).split())
