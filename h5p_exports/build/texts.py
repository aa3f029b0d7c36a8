"""Builders of the types made of a text with gaps, or with words to mark.

What has a meaning in the notation of H5P (``*``, ``/``, ``:``, a backslash) is escaped here, so that every text stays
what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from h5p_exports.build.draft import Draft, Value, given, title_of
from h5p_exports.build.options import DEFAULT, Options, buttons, dialogs, media, overall_feedback
from h5p_exports.content_types import blanks as blanks_type
from h5p_exports.content_types import drag_text as drag_text_type
from h5p_exports.content_types import mark_the_words as mark_the_words_type
from h5p_exports.errors import BuildRefused

_MOST_LINES = 31
_HTML: dict[str, str | int | None] = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_NOTATION = str.maketrans(_HTML | {character: f"&#{ord(character)};" for character in "*/:\\"})
_ASTERISK = str.maketrans({"*": "&#42;"})
_PLAIN = str.maketrans(_HTML | {"*": "&#42;"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a text; all its texts are plain.

    Any of the `answers` is right; the first is the word to drag or to mark, where the type asks for one. The two
    feedbacks are for words that are dragged.
    """

    answers: Sequence[str]
    tip: str = ""
    on_correct: str = ""
    on_wrong: str = ""


Parts = Sequence[str | Gap]
"""Pieces of a text and gaps between them."""


def blanks(
    instruction: str,
    lines: Sequence[Parts],
    *,
    case_sensitive: bool = False,
    accept_spelling_errors: bool = False,
    separate_lines: bool = False,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.Blanks: type the missing words; `instruction` and the pieces of the lines are HTML.

    Raises `BuildRefused` without gaps, beyond 31 lines, or for a gap that H5P would not find.
    """
    if len(lines) > _MOST_LINES:
        raise BuildRefused("too-long", where="lines", limit=_MOST_LINES)
    questions: list[Value] = ["".join(map(_blank, line)) for line in lines]
    params = given(
        media=media(options),
        text=instruction,
        questions=questions,
        overallFeedback=overall_feedback(options.feedback),
        behaviour={
            **buttons(options),
            "autoCheck": options.auto_check,
            "caseSensitive": case_sensitive,
            "showSolutionsRequiresInput": True,
            "separateLines": separate_lines,
            **dialogs(options),
            "acceptSpellingErrors": accept_spelling_errors,
        },
    )
    _check_gaps(chain.from_iterable(lines), len(blanks_type.parse({"questions": questions}).blanks))
    return Draft("H5P.Blanks", title_of(instruction, default="Texte à trous"), params)


def drag_text(
    instruction: str,
    parts: Parts,
    *,
    distractors: Sequence[str] = (),
    instant: bool = False,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.DragText: drag words into a text. `instruction` is HTML; the pieces, line ends in them, are plain text.

    Raises `BuildRefused` without gaps, or for a gap that H5P would not find.
    """
    text_field = "".join(map(_dragged, parts))
    _check_gaps(parts, len(drag_text_type.parse({"textField": text_field}).gaps))
    return Draft(
        "H5P.DragText",
        title_of(instruction, default="Mots à glisser"),
        given(
            media=media(options),
            taskDescription=instruction,
            textField=text_field,
            distractors=" ".join(f"*{_escaped(word)}*" for word in distractors),
            overallFeedback=overall_feedback(options.feedback),
            behaviour={**buttons(options), "instantFeedback": instant},
        ),
    )


def mark_the_words(instruction: str, parts: Parts, *, options: Options = DEFAULT) -> Draft:
    """H5P.MarkTheWords: mark the right words of a text; `instruction` and the pieces are HTML.

    Raises `BuildRefused` without words to mark, or for one that H5P would not find: it has a space in it, or is a
    part of a word only.
    """
    text_field = "".join(part if isinstance(part, str) else f"*{part.answers[0].translate(_PLAIN)}*" for part in parts)
    _check_gaps(parts, sum(word.correct for word in mark_the_words_type.read_words(text_field)))
    return Draft(
        "H5P.MarkTheWords",
        title_of(instruction, default="Mots à marquer"),
        given(
            media=media(options),
            taskDescription=instruction,
            textField=text_field,
            overallFeedback=overall_feedback(options.feedback),
            behaviour={**buttons(options), "showScorePoints": options.score_points},
        ),
    )


def _escaped(text: str) -> str:
    return text.strip().translate(_NOTATION)


def _blank(part: str | Gap) -> str:
    if isinstance(part, str):
        return part.translate(_ASTERISK)
    tip = f":{_escaped(part.tip)}" if part.tip else ""
    return f"*{'/'.join(map(_escaped, part.answers))}{tip}*"


def _dragged(part: str | Gap) -> str:
    if isinstance(part, str):
        return part.translate(_PLAIN)
    texts = ((":", part.tip), ("\\+", part.on_correct), ("\\-", part.on_wrong))
    return f"*{_escaped(part.answers[0])}{''.join(mark + _escaped(text) for mark, text in texts if text)}*"


def _check_gaps(parts: Iterable[str | Gap], found: int) -> None:
    written = sum(isinstance(part, Gap) for part in parts)
    if not written:
        raise BuildRefused("nothing-to-build", where="gaps")
    if found != written:
        raise BuildRefused("lost-in-h5p", where="gaps")
