"""The text format: a sheet to a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from h5p_exports.build import Cover, Draft, column, interactive_book, question_set
from h5p_exports.errors import BuildRefused, PackageRefused, SourceRefused
from h5p_exports.formats import pieces, questions
from h5p_exports.formats.reading import Reading
from h5p_exports.formats.sheet import Part, parts_of, read_sheet
from h5p_exports.formats.source import Source
from h5p_exports.package import Metadata, written_metadata

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?")

_YEARS = re.compile(r"([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?")
_ADDRESS = re.compile(r"https?://\S{1,2000}")

_Reader = Callable[[Part, Reading], Draft]

_READERS: dict[str, _Reader] = {
    "multichoice": questions.read_multichoice,
    "true-false": questions.read_true_false,
    "blanks": questions.read_blanks,
    "drag-text": questions.read_drag_text,
    "mark-the-words": questions.read_mark_the_words,
    "single-choice-set": questions.read_single_choice_set,
    "summary": questions.read_summary,
    "sort-paragraphs": questions.read_sort_paragraphs,
    "essay": questions.read_essay,
    "drag-question": pieces.read_drag_question,
    "flashcards": pieces.read_flashcards,
    "dialog-cards": pieces.read_dialog_cards,
    "image-hotspots": pieces.read_image_hotspots,
    "accordion": pieces.read_accordion,
    "audio": pieces.read_audio,
    "text": pieces.read_text,
    "image": pieces.read_image,
}


def read_text(source: str, *, folder: Path | None = None) -> Source:
    """The exercise that a sheet says; `folder` holds its pictures and sounds. Raises `SourceRefused`, with the line."""
    reading = Reading(folder)
    sheet = read_sheet(source)
    if not sheet.kind:
        raise SourceRefused("no-kind", line=1)
    language = sheet.settings.get("language")
    if language and not _LANGUAGE.fullmatch(language.value):
        raise SourceRefused("language-unknown", line=language.line, language=language.value)
    metadata, draft = _metadata(sheet, reading), _draft(sheet, reading)
    if sheet.title:
        draft = replace(draft, title=sheet.title)
    return Source(
        draft=draft,
        title=sheet.title or draft.title,
        language=language.value if language else "fr",
        media=reading.media,
        notices=tuple(reading.notices),
        metadata=metadata,
    )


def _metadata(sheet: Part, reading: Reading) -> Metadata:
    """Licence, authors, source and years. Raises `SourceRefused` for a source or years that H5P does not take."""
    licence, source, year = (sheet.settings.get(name) for name in ("license", "source", "year"))
    years = _YEARS.fullmatch(year.value) if year else None
    if year and not years:
        raise SourceRefused("not-a-year", line=year.line, value=year.value)
    if source and not _ADDRESS.fullmatch(source.value):
        raise SourceRefused("not-an-address", line=source.line, value=source.value)
    metadata = written_metadata(
        licence=licence.value if licence else "",
        authors=[name.strip() for name in sheet.text("authors").split(",") if name.strip()],
        source=source.value if source else "",
        years=(int(years[1]), int(years[2] or years[1])) if years else None,
    )
    if licence and "licenseExtras" in metadata:
        reading.say("licence-unknown", licence.line, licence=licence.value)
    return metadata


def _draft(part: Part, reading: Reading) -> Draft:
    compound = _COMPOUNDS.get(part.kind)
    if compound is not None:
        if part.level:
            raise SourceRefused("compound-inside", line=part.line)
        return compound(part, reading)
    if not part.kind:
        raise SourceRefused("no-kind", line=part.line)
    return _single(part, reading)


def _single(part: Part, reading: Reading) -> Draft:
    """A content that holds no other; what the builders refuse has the line of the part."""
    try:
        draft = _READERS[part.kind](part, reading)
    except (BuildRefused, PackageRefused) as error:
        raise SourceRefused("build-refused", line=part.line, reason=str(error)) from error
    return replace(draft, title=part.title) if part.title and part.level else draft


def _question_set(part: Part, reading: Reading) -> Draft:
    before, parts = parts_of(part, level=2)
    text, feedback = pieces.introduction(before)
    drafts = _some([_draft(inner, reading) for inner in parts], part)
    return question_set(
        part.title or drafts[0].title,
        drafts,
        introduction=text,
        pass_percentage=part.number("pass", 50, most=100) or 0,
        random_order=part.flag("shuffle", default=False),
        pool_size=part.number("draw"),
        forward_only=part.flag("forward-only", default=False),
        solution=part.flag("solution", default=True),
        retry=part.flag("retry", default=True),
        feedback=feedback,
    )


def _column(part: Part, reading: Reading) -> Draft:
    """Parts under headings; those without a kind, and what stands before them, are texts."""
    before, parts = parts_of(part, level=2)
    if any(line.text.strip() for line in before):
        parts = (Part("text", "", {}, before, before[0].number, 2), *parts)
    drafts = _some([_draft(inner if inner.kind else replace(inner, kind="text"), reading) for inner in parts], part)
    return column(part.title or drafts[0].title, drafts)


def _book(part: Part, reading: Reading) -> Draft:
    before, parts = parts_of(part, level=1)
    text, _ = pieces.introduction(before)
    chapters = [_column(replace(inner, kind="column"), reading) for inner in parts]
    setting = part.settings.get("cover")
    picture = reading.picture(setting.value, alt=part.text("alt"), line=setting.line) if setting else None
    cover = Cover(text, picture) if text or picture else None
    _some(chapters, part)
    return interactive_book(part.title or chapters[0].title, chapters, cover=cover)


def _some(drafts: list[Draft], part: Part) -> list[Draft]:
    if not drafts:
        raise SourceRefused("nothing-inside", line=part.line)
    return drafts


_COMPOUNDS: dict[str, _Reader] = {"question-set": _question_set, "column": _column, "book": _book}
