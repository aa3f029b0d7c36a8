"""The readers of cards, zones, pictures and texts, from a part of a sheet to a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from h5p_exports.build import (
    Card,
    DialogCard,
    Draft,
    DragZone,
    Feedback,
    Hotspot,
    Label,
    Options,
    Picture,
    accordion,
    advanced_text,
    audio,
    dialog_cards,
    drag_question,
    flashcards,
    image,
    image_hotspots,
    text,
)
from h5p_exports.errors import SourceRefused
from h5p_exports.formats.entries import Entry, entries, feedback_of
from h5p_exports.formats.markdown import PAGE, SENTENCE, render, render_line
from h5p_exports.formats.reading import Reading
from h5p_exports.formats.sheet import Line, Part, plain_name

_PANEL = re.compile(r"###\s+(.+)")
_PLACE = re.compile(r"([0-9.]{1,6})[ ,;]+([0-9.]{1,6})(?:[ ,;]+([0-9.]{1,6})[ ,;]+([0-9.]{1,6}))?")
_INLINE_PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*([^()\s]+)\s*\)")
_NO_ZONE = frozenset({"aucune", "aucune-zone", "intrus", "none"})
_FULL = 100
_Item = TypeVar("_Item")


def read_flashcards(part: Part, reading: Reading) -> Draft:
    """Cards parted by ``---``: a text, a picture, ``= réponse/variante``, ``:: indice``."""
    found = entries(part.lines)
    cards = []
    for group in _cards(found):
        answers = [
            answer.strip() for entry in group if entry.mark == "=" for answer in re.split(r"(?<!\\)/", entry.text)
        ]
        answers = [answer.replace("\\/", "/") for answer in answers if answer]
        if not answers:
            raise SourceRefused("card-without-answer", line=group[0].line)
        tips = [render(entry.text, line=entry.line, keeps=SENTENCE) for entry in group if entry.mark == "::"]
        cards.append(Card(_plain(group), _both_apostrophes(answers), tip="".join(tips), image=_picture(group, reading)))
    return flashcards(
        part.text("instruction") or part.title,
        _some(cards, part),
        case_sensitive=part.flag("case", default=False),
        random_order=part.flag("shuffle", default=False),
    )


def read_dialog_cards(part: Part, reading: Reading) -> Draft:
    """Cards parted by ``---``: the front, ``= le verso``, a picture, a sound, ``:: indice``."""
    found = entries(part.lines)
    cards = []
    for group in _cards(found):
        back = next((entry for entry in group if entry.mark == "="), None)
        if back is None:
            raise SourceRefused("card-without-answer", line=group[0].line)
        front = "\n\n".join(entry.text for entry in group if not entry.mark)
        tips = [" ".join(entry.text.split()) for entry in group if entry.mark == "::"]
        sounds = [reading.file(entry.target, line=entry.line) for entry in group if entry.mark == "[]()"]
        card = DialogCard(
            render(front, line=group[0].line, keeps=SENTENCE),
            render(back.text, line=back.line, keeps=SENTENCE),
            front_tip=" ".join(tips),
            image=_picture(group, reading),
            audio=sounds[0] if sounds else "",
        )
        if not card.front and not card.image and not card.audio:
            raise SourceRefused("no-question", line=group[0].line)
        cards.append(card)
    return dialog_cards(
        _some(cards, part),
        description=render(part.text("instruction"), line=part.line, keeps=SENTENCE)
        if part.text("instruction")
        else "",
        title=render_line(part.title, line=part.line, keeps=SENTENCE) if part.title else "",
        repetition=part.flag("repetition", default=False),
        random_order=part.flag("shuffle", default=False),
        retry=part.flag("retry", default=True),
    )


def read_drag_question(part: Part, reading: Reading) -> Draft:
    """A list of zones, each with the list of its labels; a zone ``intrus`` holds those that belong nowhere."""
    found = entries(part.lines, items=True)
    zones: list[DragZone] = []
    distractors: list[Label] = []
    inside: str | None = None
    for entry in found:
        if entry.mark == "-":
            name, place = _placed(entry)
            if place and "image" not in part.settings:
                raise SourceRefused("place-without-picture", line=entry.line)
            inside = plain_name(name)
            if inside not in _NO_ZONE:
                zones.append(DragZone(render_line(name, line=entry.line, keeps=SENTENCE), (), place=place))
        elif entry.mark == "--" and inside in _NO_ZONE:
            distractors.append(_label(entry, reading))
        elif entry.mark == "--" and zones:
            zones[-1] = replace(zones[-1], labels=(*zones[-1].labels, _label(entry, reading)))
        elif entry.mark == "::" and zones:
            zones[-1] = replace(zones[-1], tip=render(entry.text, line=entry.line, keeps=SENTENCE))
    if not zones or not any(zone.labels for zone in zones):
        raise SourceRefused("no-zones", line=part.line)
    title = " ".join(" ".join(entry.text.split()) for entry in found if not entry.mark)
    setting = part.settings.get("image")
    background = reading.picture(setting.value, alt=part.text("alt"), line=setting.line) if setting else None
    if background and background.alt:
        # H5P has no place for it.
        reading.say("background-text-lost", part.settings["alt"].line)
    return drag_question(
        title or part.text("instruction") or part.title,
        zones,
        distractors=distractors,
        background=background,
        penalties=part.flag("penalties", default=True),
        all_or_nothing=part.flag("all-or-nothing", default=False),
        options=Options(retry=part.flag("retry", default=True), feedback=feedback_of(found)),
    )


def read_image_hotspots(part: Part, reading: Reading) -> Draft:
    """A picture, then ``### Titre @ x y`` and a text for each point."""
    setting = part.settings.get("image")
    if setting is None:
        raise SourceRefused("no-picture", line=part.line)
    picture = reading.picture(setting.value, alt=part.text("alt"), line=setting.line)
    hotspots = []
    for head, body in _panels(part):
        title, _, numbers = head.text.rpartition("@")
        place = _PLACE.fullmatch(numbers.strip())
        if place is None or place[3]:
            raise SourceRefused("hotspot-without-place", line=head.number)
        x, y = (_percent(place[group], head.number) for group in (1, 2))
        hotspots.append(Hotspot(x, y, title.strip(), (text(_body(body, head)),)))
    return image_hotspots(replace(picture, title=part.title), _some(hotspots, part))


def read_accordion(part: Part, _reading: Reading) -> Draft:
    """``### Titre`` and a text for each panel."""
    return accordion(_some([(head.text, _body(body, head)) for head, body in _panels(part)], part))


def read_text(part: Part, _reading: Reading) -> Draft:
    """A text to read."""
    source = "\n".join(line.text for line in part.lines).strip("\n")
    if not source.strip():
        raise SourceRefused("no-text", line=part.line)
    return advanced_text(render(source, line=part.line, keeps=PAGE), title=part.title)


def read_image(part: Part, reading: Reading) -> Draft:
    """A picture alone."""
    found = entries(part.lines)
    picture = _picture(found, reading)
    if picture is None or len(found) > 1:
        raise SourceRefused("no-picture", line=part.line)
    return image(replace(picture, title=part.title))


def read_audio(part: Part, reading: Reading) -> Draft:
    """A sound alone."""
    found = entries(part.lines)
    paths = [(entry.target, entry.line) for entry in found if entry.mark == "[]()"]
    if "file" in part.settings:
        paths.append((part.text("file"), part.settings["file"].line))
    if not paths or any(entry.mark != "[]()" for entry in found):
        raise SourceRefused("no-sound", line=part.line)
    return audio([reading.file(path, line=line) for path, line in paths], title=part.title)


def introduction(lines: Sequence[Line]) -> tuple[str, tuple[Feedback, ...]]:
    """The text before the first heading of a series, and what is said of its score. Raises `SourceRefused`."""
    found = entries(lines)
    for entry in found:
        if entry.mark not in {"", "=>"}:
            raise SourceRefused("outside-of-parts", line=entry.line)
    source = "\n\n".join(entry.text for entry in found if not entry.mark)
    html = (
        render(source, line=lines[0].number, keeps=frozenset({"strong", "em", "sub", "sup", "code"})) if source else ""
    )
    return html, feedback_of(found)


def _cards(found: Iterable[Entry]) -> Iterator[list[Entry]]:
    group: list[Entry] = []
    for entry in (*found, Entry("---", "", 0)):
        if entry.mark != "---":
            group.append(entry)
        elif group:
            yield group
            group = []


def _panels(part: Part) -> Iterator[tuple[Line, list[Line]]]:
    """The headings of the third level and the lines under each. Raises `SourceRefused`."""
    head: Line | None = None
    body: list[Line] = []
    for line in part.lines:
        match = _PANEL.fullmatch(line.text)
        if match:
            if head:
                yield head, body
            head, body = Line(line.number, match[1].strip()), []
        elif head:
            body.append(line)
        elif line.text.strip():
            raise SourceRefused("outside-of-parts", line=line.number)
    if head:
        yield head, body


def _body(body: Sequence[Line], head: Line) -> str:
    source = "\n".join(line.text for line in body).strip("\n")
    if not source.strip():
        raise SourceRefused("no-text", line=head.number)
    return render(source, line=head.number + 1, keeps=PAGE)


def _placed(entry: Entry) -> tuple[str, tuple[float, float, float, float] | None]:
    """The name of a zone, and its place where the author gives one."""
    name, _, numbers = entry.text.rpartition("@")
    match = _PLACE.fullmatch(numbers.strip())
    if match is None:
        return entry.text, None
    x, y = (_percent(match[group], entry.line) for group in (1, 2))
    width, height = (_percent(match[group] or "20", entry.line) for group in (3, 4))
    return name.strip(), (x, y, width, height)


def _percent(digits: str, line: int) -> float:
    try:
        number = float(digits)
    except ValueError:
        raise SourceRefused("not-a-number", line=line, value=digits, most=_FULL) from None
    if number > _FULL:
        raise SourceRefused("not-a-number", line=line, value=digits, most=_FULL)
    return number


def _label(entry: Entry, reading: Reading) -> Label:
    if picture := _INLINE_PICTURE.fullmatch(entry.text.strip()):
        return reading.picture(picture[2], alt=picture[1].strip(), line=entry.line)
    return render(entry.text, line=entry.line, keeps=SENTENCE)


def _picture(group: Sequence[Entry], reading: Reading) -> Picture | None:
    pictures = [entry for entry in group if entry.mark == "![]"]
    if len(pictures) > 1:
        raise SourceRefused("one-picture", line=pictures[1].line)
    return reading.picture(pictures[0].target, alt=pictures[0].text, line=pictures[0].line) if pictures else None


def _plain(group: Iterable[Entry]) -> str:
    return " ".join(" ".join(entry.text.split()) for entry in group if not entry.mark)


def _both_apostrophes(answers: Iterable[str]) -> list[str]:
    spellings = (spelling for a in answers for spelling in (a, a.replace("’", "'"), a.replace("'", "’")))
    return list(dict.fromkeys(spellings))


def _some(items: Sequence[_Item], part: Part) -> Sequence[_Item]:
    if not items:
        raise SourceRefused("nothing-inside", line=part.line)
    return items
