"""H5P.Essay: a text to write, in which keywords are looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import LONGEST_VALUE, Fields, read_texts
from activities.h5p.html import author_html
from activities.h5p.questions.base import Question, Typed
from activities.kind import StepRefused
from h5p_exports.content_types import Behaviour, Essay, Image
from h5p_exports.content_types.javascript import trim
from h5p_exports.errors import NotScored
from h5p_exports.scoring import Score, overall_feedback
from h5p_exports.scoring.essay import comments, score

_LONGEST = LONGEST_VALUE // 2
"""Characters: the browser counts a line break as one of them, and sends two."""


@dataclass(frozen=True, slots=True)
class Writing(Typed):
    """A field for a long text; an answer is that text."""

    template: ClassVar[str] = "h5p/writing.html"
    tells_points: ClassVar[bool] = False

    model: Essay

    @property
    def behaviour(self) -> Behaviour:
        """The content's; without a sample there is no solution to show."""
        behaviour = self.model.behaviour
        return replace(behaviour, enable_solutions=behaviour.enable_solutions and bool(self.model.sample))

    @property
    def image(self) -> Image | None:
        """The content's."""
        return self.model.image

    def score(self, answer: Answer) -> Score:
        """By the keywords that are found."""
        return score(self.model, answer[0], tolerance=self.tolerance)

    def has_full_marks(self, answer: Answer) -> bool:
        """A text that was not written has none, nor has one that is not scored: both may be worked on."""
        return not self.model.ignore_scoring and Question.has_full_marks(self, answer)

    def draw(self, draw: Draw) -> Drawn:
        """One field."""
        return Drawn((draw.token("name"),))

    def unanswered(self) -> Answer:
        """Nothing written."""
        return ("",)

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """What is written. Raises `StepRefused` (``essay-too-long``) for a text that takes too long to be scored."""
        answer = read_texts(drawn.names, fields, before)
        if answer != before:
            try:
                self.score(answer)
            except NotScored as error:
                raise StepRefused(error.id) from error
        return answer

    def is_answered(self, answer: Answer) -> bool:
        """There is something in it."""
        return bool(trim(answer[0]))

    def objection(self, answer: Answer) -> str:
        """A text must be there, and long enough for the content."""
        if not self.is_answered(answer):
            return "empty"
        return "short" if len(answer[0]) < self.model.minimum_length else ""

    def is_complete(self, answer: Answer) -> bool:
        """There is something in it."""
        return self.is_answered(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The field; once judged, comments on the keywords; with the solution, what the author would have written."""
        return {
            "text": author_html(self.model.task_description),
            "name": drawn.names[0],
            "written": answer[0],
            "placeholder": self.model.placeholder,
            "lines": min(max(self.model.lines, 3), 20),
            "minimum": self.model.minimum_length,
            "longest": min(self.model.maximum_length or _LONGEST, _LONGEST),
            "limit": self.model.maximum_length,
            "comments": [] if phase is Phase.OPEN else self._comments(answer),
            "introduction": author_html(self.model.introduction) if phase is Phase.SOLVED else "",
            "sample": author_html(self.model.sample) if phase is Phase.SOLVED else "",
        }

    def _comments(self, answer: Answer) -> list[dict[str, Any]]:
        try:
            said = comments(self.model, answer[0], tolerance=self.tolerance)
        except NotScored:
            # A text that nobody scores may hold keywords that are not understood here.
            return []
        return [{"word": comment.word, "html": author_html(comment.text)} for comment in said]

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)
