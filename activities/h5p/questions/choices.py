"""H5P.MultiChoice and H5P.TrueFalse: radio buttons or checkboxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, malformed, read_chosen
from activities.h5p.html import author_html
from activities.h5p.questions.base import Question
from h5p_exports.content_types import Behaviour, Image, MultiChoice, TrueFalse
from h5p_exports.scoring import Score, overall_feedback, score_model
from h5p_exports.scoring.parts import SEPARATOR


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: its name in an H5P response (``0``, ``1``… or ``true``, ``false``) and its texts, HTML.

    True and false have no text here: the template has the words.
    """

    key: str
    right: bool
    text: str = ""
    tip: str = ""
    chosen_feedback: str = ""
    not_chosen_feedback: str = ""


@dataclass(frozen=True, slots=True)
class Choices(Question):
    """A question with options; an answer is the keys of the chosen ones."""

    template: ClassVar[str] = "h5p/choices.html"

    model: MultiChoice | TrueFalse
    options: tuple[Option, ...]
    multiple: bool = False
    shuffled: bool = False

    @property
    def behaviour(self) -> Behaviour:
        """The content's."""
        return self.model.behaviour

    @property
    def image(self) -> Image | None:
        """The content's."""
        return self.model.image

    @classmethod
    def of_multi_choice(cls, model: MultiChoice) -> Choices:
        """Answers to choose from, one or several."""
        options = tuple(
            Option(
                str(key), choice.correct, choice.html, choice.tip, choice.chosen_feedback, choice.not_chosen_feedback
            )
            for key, choice in enumerate(model.answers)
        )
        return cls(model, options, multiple=not model.single, shuffled=model.random_answers)

    @classmethod
    def of_true_false(cls, model: TrueFalse) -> Choices:
        """True, then false: always in this order."""
        return cls(model, (Option("true", model.correct), Option("false", not model.correct)))

    def score(self, answer: Answer) -> Score:
        """By the rules of the type."""
        return score_model(self.model, SEPARATOR.join(answer))

    def draw(self, draw: Draw) -> Drawn:
        """One field for the question, one identifier for each option, the order in which they are shown."""
        count = len(self.options)
        return Drawn(
            names=(draw.token("name"),),
            values=tuple(draw.token(f"value {place}") for place in range(count)),
            order=draw.at("order").order(count) if self.shuffled else tuple(range(count)),
        )

    def unanswered(self) -> Answer:
        """Nothing chosen."""
        return ()

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """What is ticked; the form sends an empty value along, so that no tick at all is not silence."""
        if drawn.names[0] not in fields:
            return before
        chosen = read_chosen(fields[drawn.names[0]], drawn.values)
        if len(chosen) > 1 and not self.multiple:
            raise malformed()
        return tuple(option.key for option, value in zip(self.options, drawn.values, strict=True) if value in chosen)

    def is_answered(self, answer: Answer) -> bool:
        """At least one option is chosen."""
        return bool(answer)

    def objection(self, answer: Answer) -> str:
        """An option must be chosen; with checkboxes, no tick is an answer too, for none may be right."""
        return "" if self.multiple or answer else "empty"

    def is_complete(self, answer: Answer) -> bool:
        """At least one option is chosen."""
        return bool(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The options in the attempt's order, with what the phase lets be known of each."""
        return {
            "text": author_html(self.model.question),
            "name": drawn.names[0],
            "multiple": self.multiple,
            "choices": [
                _shown(self.options[place], drawn.values[place], answer, phase, words=isinstance(self.model, TrueFalse))
                for place in drawn.order
            ],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points (MultiChoice), or by right and wrong (TrueFalse)."""
        score = self.score(answer)
        if isinstance(self.model, TrueFalse):
            return self.model.feedback_on_correct if score.raw else self.model.feedback_on_wrong
        return overall_feedback(self.model.overall_feedback, score.raw, score.max)


def _shown(option: Option, value: str, answer: Answer, phase: Phase, *, words: bool) -> dict[str, Any]:
    chosen = option.key in answer
    feedback = option.chosen_feedback if chosen else option.not_chosen_feedback
    return {
        "value": value,
        "word": option.key if words else "",
        "text": author_html(option.text),
        "tip": author_html(option.tip),
        "chosen": chosen,
        "mark": _mark(option, phase, chosen=chosen),
        "feedback": author_html(feedback) if phase is not Phase.OPEN else "",
    }


def _mark(option: Option, phase: Phase, *, chosen: bool) -> str:
    """``right``, ``wrong``, ``missed`` or nothing: a right option left aside is told with the solution only."""
    if chosen and phase is not Phase.OPEN:
        return "right" if option.right else "wrong"
    return "missed" if option.right and phase is Phase.SOLVED else ""
