"""The readers of the types in which one chooses or writes, from a part of a sheet to a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from h5p_exports.build import (
    Answer,
    Draft,
    Group,
    Keyword,
    Options,
    blanks,
    drag_text,
    essay,
    mark_the_words,
    multichoice,
    single_choice_set,
    sort_paragraphs,
    summary,
    true_false,
)
from h5p_exports.errors import SourceRefused
from h5p_exports.formats.entries import Entry, entries, feedback_of
from h5p_exports.formats.french import blank_traps, check_marks
from h5p_exports.formats.gaps import Cloze, read_cloze, with_both_apostrophes
from h5p_exports.formats.markdown import INSTRUCTION, QUESTION, SENTENCE, render, render_line
from h5p_exports.formats.reading import Reading
from h5p_exports.formats.sheet import Part, plain_name

_BOXES = frozenset({"[x]", "[ ]"})
_LINES = (1, 3, 10)
_TRUE, _FALSE = frozenset({"vrai", "true", "v", "oui"}), frozenset({"faux", "false", "f", "non"})


def read_multichoice(part: Part, reading: Reading) -> Draft:
    """Boxes, ticked where right."""
    found = entries(part.lines)
    answers: list[Answer] = []
    for entry in found:
        if entry.mark in _BOXES:
            answers.append(Answer(render_line(entry.text, line=entry.line), correct=entry.mark == "[x]"))
        elif entry.mark in {"::", ">>", "<<"}:
            answers[-1:] = [_told(_last(answers, entry), entry)]
    _require(answers, part, "no-answers")
    if not any(answer.correct for answer in answers):
        reading.say("no-right-answer", part.line)
    return multichoice(
        _question(found, part),
        answers,
        kind="single" if part.flag("single", default=False) else "auto",
        all_or_nothing=part.flag("all-or-nothing", default=False),
        random_order=part.flag("shuffle", default=True),
        pass_percentage=part.number("pass", 100, most=100) or 0,
        options=_options(part, found, reading),
    )


def read_true_false(part: Part, reading: Reading) -> Draft:
    """A statement, then ``= vrai`` or ``= faux``; ``>>`` is said of a right answer, ``<<`` of a wrong one."""
    found = entries(part.lines)
    entry = next((entry for entry in found if entry.mark == "="), None)
    answer = plain_name(entry.text) if entry else ""
    if entry is None or answer not in _TRUE | _FALSE:
        raise SourceRefused("no-true-or-false", line=entry.line if entry else part.line)
    return true_false(
        _question(found, part),
        answer in _TRUE,
        on_correct=_said(found, ">>"),
        on_wrong=_said(found, "<<"),
        options=_options(part, found, reading),
    )


def read_blanks(part: Part, reading: Reading) -> Draft:
    """A text with gaps; each block that has one is a line of the exercise, those before are the instruction."""
    found = entries(part.lines)
    blocks = list(_blocks(found))
    with_gaps = [index for index, (_, cloze) in enumerate(blocks) if cloze.gaps]
    _require(with_gaps, part, "no-gaps")
    before = "\n\n".join(cloze.pieces[0] for _, cloze in blocks[: with_gaps[0]])
    lines = []
    for number, cloze in blocks[with_gaps[0] :]:
        for gap, piece in zip(cloze.gaps, cloze.pieces, strict=False):
            for id_, answer in blank_traps(gap.answers, tip=gap.tip, before=piece):
                reading.say(id_, number, answer=answer)
        typed = replace(cloze, gaps=tuple(map(with_both_apostrophes, cloze.gaps)))
        lines.append(typed.html(line=number, keeps=SENTENCE))
    return blanks(
        _instruction(part, before, default="Complète le texte."),
        lines,
        case_sensitive=part.flag("case", default=False),
        accept_spelling_errors=part.flag("spelling", default=False),
        options=_options(part, found, reading),
    )


def read_drag_text(part: Part, reading: Reading) -> Draft:
    """A text with gaps, whose words are dragged; `intrus` are words that belong nowhere."""
    found = entries(part.lines)
    _, cloze = _whole(found, part)
    return drag_text(
        _instruction(part, "", default="Place chaque mot dans le texte."),
        cloze.plain(),
        distractors=[word.strip() for word in part.text("distractors").split(",") if word.strip()],
        instant=part.flag("instant", default=False),
        options=_options(part, found, reading),
    )


def read_mark_the_words(part: Part, reading: Reading) -> Draft:
    """A text whose right words stand between asterisks."""
    found = entries(part.lines)
    number, cloze = _whole(found, part)
    check_marks(cloze, line=number)
    return mark_the_words(
        _instruction(part, "", default="Marque les mots demandés."),
        cloze.html(line=number, keeps=SENTENCE),
        options=_options(part, found, reading),
    )


def read_single_choice_set(part: Part, reading: Reading) -> Draft:
    """Questions, each followed by boxes of which one is ticked."""
    found = entries(part.lines)
    groups = list(_groups(found))
    _require(groups, part, "no-answers")
    return single_choice_set(
        groups, pass_percentage=part.number("pass", 100, most=100) or 0, options=_options(part, found, reading)
    )


def read_summary(part: Part, reading: Reading) -> Draft:
    """Groups of boxes parted by ``---``, one ticked in each."""
    found = entries(part.lines)
    intro = [entry for entry in found if not entry.mark][:1]
    groups = list(_groups([entry for entry in found if entry not in intro]))
    _require(groups, part, "no-answers")
    _options(part, found, reading)
    return summary(
        _instruction(part, intro[0].text if intro else "", default="Choisis la bonne affirmation."),
        groups,
        feedback=feedback_of(found),
    )


def read_sort_paragraphs(part: Part, reading: Reading) -> Draft:
    """A list in the right order."""
    found = entries(part.lines, items=True)
    paragraphs = [render(entry.text, line=entry.line, keeps=INSTRUCTION) for entry in found if entry.mark == "-"]
    if len(paragraphs) < 3:  # noqa: PLR2004 # H5P.SortParagraphs asks for three.
        raise SourceRefused("too-few-paragraphs", line=part.line)
    return sort_paragraphs(
        _instruction(part, _text(found), default="Remets dans l’ordre."),
        paragraphs,
        by_position=part.flag("by-position", default=True),
        penalties=part.flag("penalties", default=False),
        options=_options(part, found, reading),
    )


def read_essay(part: Part, reading: Reading) -> Draft:
    """A question, a list of keywords ``- mot/variante``, and a possible answer after ``---``."""
    found = entries(part.lines, items=True)
    rule = next((index for index, entry in enumerate(found) if entry.mark == "---"), len(found))
    keywords: list[Keyword] = []
    for entry in found[:rule]:
        if entry.mark == "-":
            word, *others = (text.strip() for text in entry.text.split("/"))
            keywords.append(Keyword(word, tuple(other for other in others if other)))
        elif entry.mark == ">>" and keywords:
            keywords[-1] = replace(keywords[-1], included=entry.text)
        elif entry.mark == "<<" and keywords:
            keywords[-1] = replace(keywords[-1], missed=entry.text)
    _require([keyword for keyword in keywords if keyword.word], part, "no-keywords")
    lines = part.number("lines", 10) or 10
    sample = "\n\n".join(entry.text for entry in found[rule:] if not entry.mark)
    return essay(
        _question(found[:rule], part, keeps=INSTRUCTION),
        keywords,
        sample=render(sample, line=part.line, keeps=frozenset({"strong"})) if sample else "",
        minimum_length=part.number("minimum", 0) or 0,
        maximum_length=part.number("maximum"),
        lines=min(_LINES, key=lambda height: abs(height - lines)),
        pass_percentage=part.number("pass", 100, most=100) or 0,
        options=_options(part, found, reading),
    )


def _groups(found: Iterable[Entry]) -> Iterator[Group]:
    """Groups of boxes, the ticked one first, and the text before each. Raises `SourceRefused`."""
    right: list[str] = []
    wrong: list[str] = []
    question, tip, line = "", "", 1
    for entry in (*found, Entry("---", "", 0)):
        starts_anew = entry.mark == "---" or (not entry.mark and (right or wrong))
        if starts_anew and (right or wrong):
            if len(right) != 1 or not wrong:
                raise SourceRefused("not-one-right-answer", line=line)
            yield Group((*right, *wrong), question, tip)
            right, wrong, question, tip = [], [], "", ""
        if entry.mark in _BOXES:
            (right if entry.mark == "[x]" else wrong).append(render_line(entry.text, line=entry.line, keeps=SENTENCE))
            line = entry.line
        elif entry.mark == "::":
            tip = render(entry.text, line=entry.line, keeps=SENTENCE)
        elif not entry.mark:
            question = render(entry.text, line=entry.line, keeps=SENTENCE)


def _blocks(found: Iterable[Entry]) -> Iterator[tuple[int, Cloze]]:
    """The blocks of the text, parted by empty lines, each with its line."""
    for entry in found:
        if entry.mark:
            continue
        number, block = entry.line, ""
        for offset, line in enumerate((*entry.text.split("\n"), "")):
            if line.strip():
                number = number if block else entry.line + offset
                block += f"\n{line}" if block else line
            elif block:
                yield number, read_cloze(block, line=number)
                block = ""


def _whole(found: Sequence[Entry], part: Part) -> tuple[int, Cloze]:
    """All the text of a part, with its gaps."""
    texts = [entry for entry in found if not entry.mark]
    cloze = read_cloze("\n\n".join(entry.text for entry in texts), line=texts[0].line if texts else part.line)
    _require(cloze.gaps, part, "no-gaps")
    return texts[0].line, cloze


def _options(part: Part, found: Sequence[Entry], reading: Reading) -> Options:
    """The settings that all questions share; a picture in the text stands above the question."""
    pictures = [(entry.target, entry.text, entry.line) for entry in found if entry.mark == "![]"]
    if "image" in part.settings:
        setting = part.settings["image"]
        pictures.insert(0, (setting.value, part.text("alt"), setting.line))
    if len(pictures) > 1:
        raise SourceRefused("one-picture", line=pictures[1][2])
    return Options(
        retry=part.flag("retry", default=True),
        solution=part.flag("solution", default=True),
        image=reading.picture(pictures[0][0], alt=pictures[0][1], line=pictures[0][2]) if pictures else None,
        feedback=feedback_of(found),
    )


def _question(found: Sequence[Entry], part: Part, *, keeps: frozenset[str] = QUESTION) -> str:
    text = _text(found)
    if not text:
        raise SourceRefused("no-question", line=part.line)
    line = next(entry.line for entry in found if not entry.mark)
    return render(text, line=line, keeps=keeps)


def _text(found: Iterable[Entry]) -> str:
    return "\n\n".join(entry.text for entry in found if not entry.mark)


def _instruction(part: Part, text: str, *, default: str) -> str:
    written = text or part.text("instruction") or default
    return render(written, line=part.line, keeps=INSTRUCTION)


def _said(found: Iterable[Entry], mark: str) -> str:
    return " ".join(" ".join(entry.text.split()) for entry in found if entry.mark == mark)


def _last(answers: Sequence[Answer], entry: Entry) -> Answer:
    if not answers:
        raise SourceRefused("comment-without-answer", line=entry.line)
    return answers[-1]


def _told(answer: Answer, entry: Entry) -> Answer:
    """The answer with its tip or one of its comments."""
    if entry.mark == "::":
        return replace(answer, tip=render(entry.text, line=entry.line, keeps=SENTENCE))
    said = render_line(entry.text, line=entry.line)
    return replace(answer, chosen=said) if entry.mark == ">>" else replace(answer, not_chosen=said)


def _require(items: Sequence[object], part: Part, id_: str) -> None:
    if not items:
        raise SourceRefused(id_, line=part.line)
