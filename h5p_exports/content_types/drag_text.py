r"""H5P.DragText 1.x: words to drag into a text, written ``*word:tip\+feedback\-feedback*``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.content_types.common import Question, read_group, read_html, read_params, read_shared, read_source
from h5p_exports.content_types.javascript import WHITE_SPACE, truthy
from h5p_exports.content_types.registry import content_type

_BEHAVIOUR: dict[str, object] = {
    "enableRetry": True,
    "enableSolutionsButton": True,
    "enableCheckButton": True,
    "instantFeedback": False,
}
_TEXT_FIELD = (
    "This is a *nice*, *flexible* content type, which allows you to highlight all the *wonderful* words in this "
    "*exciting* sentence.\nThis is another line of *fantastic* text."
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_PART = re.compile("(\\*[^*\u2028\u2029]*\\*)")
_TIP = re.compile(r":[^\\*]+")
_CORRECT = re.compile(r"\\\+[^\\*:]+")
_INCORRECT = re.compile(r"\\-[^\\*:]+")


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for one word.

    `index` counts from 0; `text` is the source of the word that belongs there, HTML entities and `<br/>` as the
    official player compares them: trailing white space is gone, leading is not. The other texts are HTML.
    """

    index: int
    text: str
    tip: str
    correct_feedback: str
    incorrect_feedback: str


@dataclass(frozen=True, slots=True)
class DragText(Question):
    """A text with gaps, and words to drag there.

    `parts` are pieces of HTML and gaps; `labels` are all the words, those of the gaps first, then the distractors.
    Each label can be used once. `instant_feedback`: every drop is judged at once.
    """

    task_description: str
    parts: tuple[str | Gap, ...]
    gaps: tuple[Gap, ...]
    labels: tuple[str, ...]
    instant_feedback: bool


@content_type("H5P.DragText")
def parse(params: object) -> DragText:
    """Read the params. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    gaps: list[Gap] = []
    parts: list[str | Gap] = []
    for part in split_labels(read_source(fields, "textField", default=_TEXT_FIELD)):
        if is_label(part):
            gap = _gap(part, index=len(gaps))
            gaps.append(gap)
            parts.append(gap)
        else:
            parts.append(part)
    distractors = [part for part in split_labels(read_html(fields, "distractors")) if is_label(part)]
    behaviour = read_group(fields, "behaviour", defaults=_BEHAVIOUR)
    return DragText(
        task_description=read_html(fields, "taskDescription", "Set in adjectives in the following sentence"),
        parts=tuple(parts),
        gaps=tuple(gaps),
        labels=(*(gap.text for gap in gaps), *(_gap(part, index=0).text for part in distractors)),
        instant_feedback=truthy(behaviour.get("instantFeedback")),
        **read_shared(fields, behaviour),
    )


def split_labels(source: str) -> list[str]:
    """The pieces of a text as the official player cuts it; those that are labels stand between asterisks."""
    return [part for part in _PART.split(_LINE_END.sub("<br/>", source)) if part]


def is_label(part: str) -> bool:
    """Whether a piece of a text is a label."""
    return part.startswith("*") and part.endswith("*")


def _gap(part: str, *, index: int) -> Gap:
    """Take the tip and the feedbacks out of the source of a word (parse-text.js, `lex`)."""
    source = text = part.strip("*")
    texts = []
    for pattern in (_TIP, _CORRECT, _INCORRECT):
        found: list[str] = pattern.findall(source)
        # JavaScript joins several matches with commas, and finds that nowhere: they stay in the word.
        text = text.replace(",".join(found), "", 1) if found else text
        texts.append(found[0] if found else "")
    tip, correct, incorrect = texts
    return Gap(
        index=index,
        text=text.rstrip(WHITE_SPACE),
        tip=tip.removeprefix(":").rstrip(WHITE_SPACE),
        correct_feedback=correct.removeprefix("\\+").rstrip(WHITE_SPACE),
        incorrect_feedback=incorrect.removeprefix("\\-").rstrip(WHITE_SPACE),
    )
