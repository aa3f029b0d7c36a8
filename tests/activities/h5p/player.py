"""A pupil who plays an H5P content, the questions it is played with, and the pages that are seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import activities.h5p
from activities.h5p.kind import H5PKind
from activities.h5p.questions import Choices
from activities.h5p.settings import H5PSettings
from activities.kind import Context, Outcome, State

KIND = H5PKind()
PAGES = Environment(
    loader=FileSystemLoader(Path(str(activities.h5p.__file__)).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


def multi_choice(*right: bool, **behaviour: Any) -> dict[str, Any]:
    """A MultiChoice with an answer « Réponse n » for each flag."""
    answers = [{"text": f"<div>Réponse {n}</div>", "correct": flag} for n, flag in enumerate(right)]
    return {
        "library": "H5P.MultiChoice 1.16",
        "params": {
            "question": "<p>Laquelle ?</p>",
            "answers": answers,
            "behaviour": {"singlePoint": False} | behaviour,
        },
    }


def true_false(*, correct: str = "true", **behaviour: Any) -> dict[str, Any]:
    """A TrueFalse."""
    params = {"question": "<p>Vrai ou faux ?</p>", "correct": correct, "behaviour": behaviour}
    return {"library": "H5P.TrueFalse 1.8", "params": params}


def blanks(*questions: str, **behaviour: Any) -> dict[str, Any]:
    """A Blanks with these texts."""
    params = {"text": "<p>Complète.</p>", "questions": list(questions), "behaviour": behaviour}
    return {"library": "H5P.Blanks 1.14", "params": params}


def question_set(*questions: dict[str, Any], **params: Any) -> dict[str, Any]:
    """A QuestionSet."""
    return {"library": "H5P.QuestionSet 1.20", "params": {"questions": list(questions), **params}}


@dataclass
class Pupil:
    """One attempt at a content."""

    content: dict[str, Any]
    seed: int = 20_260_112
    state: State = field(default_factory=dict)
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        self.settings = H5PSettings.model_validate(self.content)
        self.context = Context(now=datetime(2026, 1, 12, 10, tzinfo=UTC), seed=self.seed)
        self.state = KIND.start(self.settings, self.context)

    @property
    def turn(self) -> dict[str, Any]:
        """The state of the question that the pupil is at."""
        turn: dict[str, Any] = self.state["questions"][self.state["at"]]
        return turn

    def choices(self, *keys: str) -> dict[str, list[str]]:
        """The fields of a form with these options ticked, named as in H5P responses (``0``, ``true``)."""
        question = self.settings.exercise.questions[self.turn["index"]]
        assert isinstance(question, Choices)
        value_of = dict(zip([option.key for option in question.options], self.turn["values"], strict=True))
        return {self.turn["names"][0]: ["", *(value_of[key] for key in keys)]}

    def words(self, *words: str) -> dict[str, list[str]]:
        """The fields of a form with these words in its blanks."""
        return {name: [word] for name, word in zip(self.turn["names"], words, strict=True)}

    def press(self, action: str, fields: dict[str, list[str]] | None = None) -> Outcome:
        """Press a button; the answers come with it."""
        outcome = KIND.step(self.settings, self.state, {"action": action, "fields": fields or {}}, self.context)
        self.state, self.outcome = outcome.state, outcome
        return outcome

    def page(self) -> str:
        """What the pupil sees, as HTML."""
        view = KIND.view(self.settings, self.state, self.context)
        return PAGES.get_template(view.template).render(view=view.data, media=lambda path: f"/media/{path}")

    @property
    def buttons(self) -> set[str]:
        """The values of the buttons on the page."""
        return {part.split('"', 1)[0] for part in self.page().split('name="action" value="')[1:]}
