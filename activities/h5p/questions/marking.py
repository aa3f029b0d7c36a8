"""H5P.MarkTheWords: words of a text to mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, read_chosen
from activities.h5p.html import author_html
from activities.h5p.questions.base import Question
from h5p_exports.content_types import Behaviour, Image, MarkTheWords, Word
from h5p_exports.scoring import Score, overall_feedback
from h5p_exports.scoring.mark_the_words import score


@dataclass(frozen=True, slots=True)
class Marking(Question):
    """A text whose words are boxes to tick; an answer is the indexes of the marked words, in order."""

    template: ClassVar[str] = "h5p/marking.html"

    model: MarkTheWords

    @property
    def behaviour(self) -> Behaviour:
        """The content's."""
        return self.model.behaviour

    @property
    def image(self) -> Image | None:
        """The content's."""
        return self.model.image

    def score(self, answer: Answer) -> Score:
        """A point for each right word, less one for each wrong."""
        return score(self.model, frozenset(map(int, answer)))

    def draw(self, draw: Draw) -> Drawn:
        """One field, one identifier for each word."""
        return Drawn((draw.token("name"),), tuple(draw.token(f"value {word.index}") for word in self.model.words))

    def unanswered(self) -> Answer:
        """Nothing marked."""
        return ()

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """What is ticked; the form sends an empty value along, so that no tick at all is not silence."""
        if drawn.names[0] not in fields:
            return before
        chosen = read_chosen(fields[drawn.names[0]], drawn.values)
        return tuple(str(index) for index, value in enumerate(drawn.values) if value in chosen)

    def is_answered(self, answer: Answer) -> bool:
        """At least one word is marked."""
        return bool(answer)

    def is_complete(self, answer: Answer) -> bool:
        """At least one word is marked."""
        return bool(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The text, cut where the words stand, with what the phase lets be known of each word."""

        def word_shown(word: Word) -> dict[str, Any]:
            marked = str(word.index) in answer
            return {
                "value": drawn.values[word.index],
                "text": word.text,
                "before": word.before,
                "after": word.after,
                "marked": marked,
                "mark": _mark(word, phase, marked=marked),
            }

        return {
            "text": author_html(self.model.task_description),
            "name": drawn.names[0],
            "parts": [word_shown(part) if isinstance(part, Word) else author_html(part) for part in self.model.parts],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)


def _mark(word: Word, phase: Phase, *, marked: bool) -> str:
    """``right``, ``wrong``, ``missed`` or nothing: a right word left aside is told with the solution only."""
    if marked and phase is not Phase.OPEN:
        return "right" if word.correct else "wrong"
    return "missed" if word.correct and phase is Phase.SOLVED else ""
