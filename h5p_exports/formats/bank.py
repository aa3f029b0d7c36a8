"""Questions of a Moodle bank, whatever file they come from, and the drafts that they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import nh3

from h5p_exports.build import (
    Answer,
    Draft,
    Gap,
    blanks,
    drag_text,
    multichoice,
    question_set,
    true_false,
)
from h5p_exports.content_types.html_text import text_content
from h5p_exports.errors import BuildRefused, SourceRefused
from h5p_exports.formats.gaps import with_both_apostrophes
from h5p_exports.formats.markdown import ANSWER, INSTRUCTION, QUESTION
from h5p_exports.formats.notice import Notice
from h5p_exports.formats.source import Source

MOST = 500
"""Questions of a file."""

_FULL = 100.0
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
_BLOCK = re.compile(r"<(?:p|h[1-6]|pre|ul|ol|hr)\b")
_SAME = {"b": "strong", "i": "em"}
_PLAIN_TAGS = frozenset({"p", "br", "div", "span"})
_PICTURE = re.compile(r"<(?:img|audio|video|object|iframe|embed|source)\b|@@PLUGINFILE@@", re.IGNORECASE)
_CLEANERS = {
    keeps: nh3.Cleaner(tags=set(keeps | {"p", "br"}), attributes={}) for keeps in (QUESTION, INSTRUCTION, ANSWER)
}


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """An answer (HTML), its weight from −100 to 100, what is said of it (HTML)."""

    html: str
    weight: float
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question: all texts are HTML that nobody vouches for.

    `after` is the text that follows the answer of a missing word. `pairs` are those of a matching question, a left side
    that is empty makes a distractor. `single`: one answer at most.
    """

    kind: Literal["choice", "true-false", "short", "matching"]
    line: int
    name: str
    html: str
    answers: tuple[BankAnswer, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    after: str = ""
    single: bool = True
    case_sensitive: bool = False
    shuffle: bool = True
    general_feedback: str = ""


class Skipped(Exception):
    """A question that is left out: the id of its notice and the details."""

    def __init__(self, id: str, **details: str | int) -> None:
        super().__init__(id)
        self.id = id
        self.details = details


def drafts_of(questions: Sequence[BankQuestion | Notice], *, title: str, language: str = "fr") -> Source:
    """The set of the questions that can be taken over; the others, and what is lost, become notices.

    Raises `SourceRefused` (``no-questions``) when none is left.
    """
    drafts: list[Draft] = []
    notices: list[Notice] = []
    for question in questions:
        if isinstance(question, Notice):
            notices.append(question)
            continue
        told: list[Notice] = []
        try:
            drafts.append(_Taking(question, told).draft())
            notices += told
        except Skipped as skipped:
            notices.append(Notice(skipped.id, question.line, skipped.details))
        except BuildRefused as error:
            notices.append(Notice("question-refused", question.line, {"reason": str(error)}))
    if not drafts:
        raise SourceRefused("no-questions", line=notices[0].line if notices else 1)
    draft = drafts[0] if len(drafts) == 1 else question_set(title, drafts)
    return Source(draft, title, language, {}, tuple(notices))


class _Taking:
    """One question being taken over; what is lost is told once."""

    def __init__(self, question: BankQuestion, told: list[Notice]) -> None:
        self._question = question
        self._told = told

    def draft(self) -> Draft:
        question = self._question
        texts = [question.html, question.after, *(text for pair in question.pairs for text in pair)]
        if any(_PICTURE.search(text) for text in (*texts, *(answer.html for answer in question.answers))):
            raise Skipped("question-picture")
        if question.general_feedback.strip():
            self._tell("feedback-lost")
        makers: dict[str, Callable[[], Draft]] = {
            "choice": self._choice,
            "true-false": self._true_false,
            "short": self._short,
            "matching": self._matching,
        }
        return makers[question.kind]()

    def _choice(self) -> Draft:
        question = self._question
        best = max((answer.weight for answer in question.answers), default=0.0)
        if best <= 0:
            raise Skipped("question-empty")
        least = best if question.single else min(a.weight for a in question.answers if a.weight > 0)
        if any(answer.weight not in (0.0, _FULL) for answer in question.answers):
            self._tell("weights-lost")
        answers = [
            Answer(
                self._line(answer.html),
                correct=answer.weight >= least,
                chosen=self._line(answer.feedback) if answer.feedback.strip() else "",
            )
            for answer in question.answers
        ]
        if not all(answer.text for answer in answers):
            raise Skipped("question-empty")
        return multichoice(
            self._text(QUESTION), answers, kind="single" if question.single else "multi", random_order=question.shuffle
        )

    def _true_false(self) -> Draft:
        right, wrong = sorted(self._question.answers, key=lambda answer: -answer.weight)[:2]
        return true_false(
            self._text(QUESTION),
            right.html == "true",
            on_correct=_plain(right.feedback),
            on_wrong=_plain(wrong.feedback),
        )

    def _short(self) -> Draft:
        question = self._question
        answers = []
        for answer in question.answers:
            text = _plain(answer.html)
            if answer.weight <= 0 or not text:
                continue
            if "*" in text.replace("\\*", ""):
                raise Skipped("question-wildcard", answer=text[:100])
            if answer.weight < _FULL:
                self._tell("answer-worth-less", answer=text[:100])
            answers.append(text.replace("\\*", "*"))
        if any(answer.feedback.strip() for answer in question.answers):
            self._tell("feedback-lost")
        if not answers:
            raise Skipped("question-empty")
        gap = with_both_apostrophes(Gap(tuple(answers)))
        if question.after.strip():
            before, after = (_CLEANERS[ANSWER].clean(text).strip() for text in (question.html, question.after))
            return blanks("<p>Complète la phrase.</p>", [["<p>" + before + " ", gap, " " + after + "</p>"]])
        return blanks(self._text(INSTRUCTION), [["<p>", gap, "</p>"]], case_sensitive=question.case_sensitive)

    def _matching(self) -> Draft:
        pairs = [(_plain(left), _plain(right)) for left, right in self._question.pairs]
        self._tell("matching-as-drag-text")
        parts: list[str | Gap] = []
        for left, right in pairs:
            if left and right:
                parts += (f"{left} : " if not parts else f"\n{left} : ", Gap((right,)))
        if not parts:
            raise Skipped("question-empty")
        return drag_text(
            self._text(INSTRUCTION), parts, distractors=[right for left, right in pairs if right and not left]
        )

    def _text(self, keeps: frozenset[str]) -> str:
        html = self._clean(self._question.html, keeps)
        if not text_content(html).strip():
            raise Skipped("question-empty")
        return html if _BLOCK.match(html) else f"<p>{html}</p>"

    def _line(self, html: str) -> str:
        cleaned = self._clean(html, ANSWER)
        inner = cleaned.removeprefix("<p>").removesuffix("</p>")
        return inner if "<p>" not in inner else cleaned

    def _clean(self, html: str, keeps: frozenset[str]) -> str:
        for old, new in _SAME.items():
            html = re.sub(rf"(</?){old}(?=[\s>])", rf"\1{new}", html, flags=re.IGNORECASE)
        if {tag.lower() for tag in _TAG.findall(html)} - keeps - _PLAIN_TAGS:
            self._tell("markup-lost")
        return _CLEANERS[keeps].clean(html).strip()

    def _tell(self, id_: str, **details: str | int) -> None:
        notice = Notice(id_, self._question.line, details)
        if notice not in self._told:
            self._told.append(notice)


def _plain(html: str) -> str:
    return " ".join(text_content(html).split())
