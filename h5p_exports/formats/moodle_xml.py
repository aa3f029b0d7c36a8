"""Moodle XML, the exchange format of question banks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree

from h5p_exports.errors import SourceRefused
from h5p_exports.formats.bank import MOST, BankAnswer, BankQuestion, Skipped, drafts_of
from h5p_exports.formats.markdown import PAGE, render
from h5p_exports.formats.notice import Notice
from h5p_exports.formats.source import Source

LARGEST = 8 * 1024 * 1024
"""Bytes: a bank carries its pictures."""

_DEEPEST = 40
_MOST_ELEMENTS = 200_000
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_QUESTION = re.compile(r"<question[\s>]")
_WEIGHT = re.compile(r"\s*-?[0-9]{1,3}(?:\.[0-9]{1,9})?\s*")


class _Bounded(ElementTree.TreeBuilder):
    """Builds a tree that is neither deep nor large."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:
        """Count on the way in. Raises `SourceRefused`."""
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise SourceRefused("source-too-large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        """Count on the way out."""
        self._depth -= 1
        return super().end(tag)


def read_moodle_xml(data: bytes, *, title: str = "Questions", language: str = "fr") -> Source:
    """The questions of a Moodle XML file: choice, true or false, short answer, matching.

    No document type is accepted, so that no entity is ever expanded. What is not taken over has a notice. Raises
    `SourceRefused`.
    """
    if len(data) > LARGEST:
        raise SourceRefused("source-too-large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceRefused("not-utf8", line=data.count(b"\n", 0, error.start) + 1) from error
    if found := _FORBIDDEN.search(text):
        raise SourceRefused("xml-entities", line=text.count("\n", 0, found.start()) + 1)
    root = _parse(text)
    elements = root.findall("question")
    if len(elements) > MOST:
        raise SourceRefused("too-many-questions", most=MOST)
    lines = [text.count("\n", 0, match.start()) + 1 for match in _QUESTION.finditer(text)]
    if len(lines) != len(elements):
        lines = [1] * len(elements)
    return drafts_of(list(_questions(elements, lines)), title=title, language=language)


def _parse(text: str) -> ElementTree.Element:
    # Neither entities nor external documents: there is no document type.
    parser = ElementTree.XMLParser(target=_Bounded())  # noqa: S314 # Same.
    try:
        parser.feed(text)
        root = parser.close()
    except (ElementTree.ParseError, ValueError) as error:
        line = error.position[0] if isinstance(error, ElementTree.ParseError) else 1
        raise SourceRefused("xml-not-read", line=line) from error
    if not isinstance(root, ElementTree.Element) or root.tag != "quiz":
        raise SourceRefused("xml-not-read")
    return root


def _questions(elements: list[ElementTree.Element], lines: list[int]) -> Iterator[BankQuestion | Notice]:
    for element, line in zip(elements, lines, strict=True):
        if element.get("type") == "category":
            continue
        try:
            yield _question(element, line)
        except Skipped as skipped:
            yield Notice(skipped.id, line, skipped.details)
        except SourceRefused as error:
            yield Notice("question-refused", line, {"reason": error.id})


def _question(element: ElementTree.Element, line: int) -> BankQuestion:
    kind = element.get("type") or ""
    if element.find(".//file") is not None:
        raise Skipped("question-picture")
    name, html = _text(element.find("name"), line), _text(element.find("questiontext"), line)
    general = _text(element.find("generalfeedback"), line)
    answers = tuple(_answer(answer, line) for answer in element.findall("answer"))
    if kind == "multichoice":
        return BankQuestion(
            "choice",
            line,
            name,
            html,
            answers,
            single=_flag(element, "single", default=True),
            shuffle=_flag(element, "shuffleanswers", default=True),
            general_feedback=general,
        )
    if kind == "truefalse" and {answer.html for answer in answers} == {"true", "false"}:
        return BankQuestion("true-false", line, name, html, answers, general_feedback=general)
    if kind == "shortanswer":
        case = _flag(element, "usecase", default=False)
        return BankQuestion("short", line, name, html, answers, case_sensitive=case, general_feedback=general)
    if kind == "matching":
        pairs = tuple((_text(pair, line), _text(pair.find("answer"), line)) for pair in element.findall("subquestion"))
        return BankQuestion("matching", line, name, html, pairs=pairs, general_feedback=general)
    raise Skipped("question-kind", kind=kind[:100])


def _answer(element: ElementTree.Element, line: int) -> BankAnswer:
    fraction = element.get("fraction") or "0"
    weight = float(fraction) if _WEIGHT.fullmatch(fraction) else 0.0
    return BankAnswer(_text(element, line), weight, _text(element.find("feedback"), line))


def _text(element: ElementTree.Element | None, line: int) -> str:
    """The HTML of an element that has a `text`."""
    if element is None:
        return ""
    text = (element.findtext("text") or "").strip()
    form = element.get("format") or "html"
    if form == "plain_text":
        return escape(text, quote=False).replace("\n", "<br>")
    return render(text, line=line, keeps=PAGE) if form == "markdown" else text


def _flag(element: ElementTree.Element, name: str, *, default: bool) -> bool:
    text = (element.findtext(name) or "").strip().lower()
    return text in {"true", "1"} if text else default
