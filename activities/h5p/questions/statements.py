"""H5P.SingleChoiceSet and H5P.Summary: groups of statements, one of which is right in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from activities.h5p.attempt import Answer, Drawn, Phase
from activities.h5p.draw import Draw
from activities.h5p.events import Fields, malformed, read_chosen
from activities.h5p.html import author_html
from activities.h5p.questions.base import EVERYTHING, Question
from h5p_exports.content_types import Behaviour, FeedbackRange, SingleChoiceSet, Summary
from h5p_exports.scoring import Score, overall_feedback, score_model

_RIGHT = "0"
"""Both types put the right statement first."""


@dataclass(frozen=True, slots=True)
class Group:
    """Statements (HTML), the right one first, and what stands above them (HTML)."""

    text: str
    statements: tuple[str, ...]
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Statements(Question):
    """Groups to choose from; an answer is the index chosen in each group, empty where there is none.

    All groups are answered before they are judged together: the answer that is judged is the first choice, which is
    the one that counts in both types.
    """

    template: ClassVar[str] = "h5p/statements.html"

    model: SingleChoiceSet | Summary
    groups: tuple[Group, ...]
    text: str
    buttons: Behaviour
    overall_feedback: tuple[FeedbackRange, ...]

    @property
    def behaviour(self) -> Behaviour:
        """As the type has it."""
        return self.buttons

    @classmethod
    def of_single_choices(cls, model: SingleChoiceSet) -> Statements:
        """Quick questions; the official player judges each at once, so there is always something to check."""
        groups = tuple(Group(choice.question, choice.answers) for choice in model.choices)
        behaviour = replace(model.behaviour, enable_check=True, show_solutions_requires_input=False)
        return cls(model, groups, "", behaviour, model.overall_feedback)

    @classmethod
    def of_summary(cls, model: Summary) -> Statements:
        """Groups without a question; a first choice cannot be taken back, and the summary is shown at the end."""
        groups = tuple(Group("", panel.statements, panel.tip) for panel in model.panels)
        return cls(model, groups, model.intro, replace(EVERYTHING, enable_retry=False), model.overall_feedback)

    def score(self, answer: Answer) -> Score:
        """A point for each right statement."""
        return score_model(self.model, None, children=[{"response": chosen} for chosen in answer])

    def draw(self, draw: Draw) -> Drawn:
        """A field for each group; identifiers and orders that do not know where the author put a statement."""
        names: list[str] = []
        values: list[str] = []
        order: list[int] = []
        for number, group in enumerate(self.groups):
            part = draw.at(f"group {number}")
            identifiers, shown = part.mixed(group.statements)
            names.append(part.token("name"))
            values.extend(identifiers)
            order.extend(shown)
        return Drawn(tuple(names), tuple(values), tuple(order))

    def unanswered(self) -> Answer:
        """Nothing chosen."""
        return ("",) * len(self.groups)

    def read(self, drawn: Drawn, fields: Fields, before: Answer) -> Answer:
        """The statement chosen in each group."""
        answer = list(before)
        for number, (name, place) in enumerate(zip(drawn.names, self._places(), strict=True)):
            if name in fields:
                values = drawn.values[place]
                chosen = read_chosen(fields[name], values)
                if len(chosen) > 1:
                    raise malformed()
                answer[number] = "".join(str(values.index(value)) for value in chosen)
        return tuple(answer)

    def is_answered(self, answer: Answer) -> bool:
        """At least one statement is chosen."""
        return any(answer)

    def objection(self, answer: Answer) -> str:
        """Every group must have its choice, as in the official players, which go from one to the next."""
        return "" if all(answer) else "incomplete" if any(answer) else "empty"

    def is_complete(self, answer: Answer) -> bool:
        """Every group has its choice."""
        return all(answer)

    def shown(self, drawn: Drawn, answer: Answer, phase: Phase) -> dict[str, Any]:
        """The groups, their statements in the attempt's order."""
        return {
            "text": author_html(self.text),
            "groups": [
                {
                    "text": author_html(group.text),
                    "tip": author_html(group.tip),
                    "name": name,
                    "choices": [
                        {
                            "value": drawn.values[place][index],
                            "text": author_html(group.statements[index]),
                            "chosen": chosen == str(index),
                            "mark": _mark(str(index), chosen, phase),
                        }
                        for index in drawn.order[place]
                    ],
                }
                for group, name, place, chosen in zip(self.groups, drawn.names, self._places(), answer, strict=True)
            ],
        }

    def feedback(self, answer: Answer) -> str:
        """By the points."""
        score = self.score(answer)
        return overall_feedback(self.overall_feedback, score.raw, score.max)

    def _places(self) -> list[slice]:
        """Where each group stands in the identifiers and orders that were drawn."""
        places, start = [], 0
        for group in self.groups:
            places.append(slice(start, start + len(group.statements)))
            start += len(group.statements)
        return places


def _mark(index: str, chosen: str, phase: Phase) -> str:
    if index == chosen and phase is not Phase.OPEN:
        return "right" if index == _RIGHT else "wrong"
    return "missed" if index == _RIGHT and phase is Phase.SOLVED else ""
