"""A pupil who plays an H5P content, the questions it is played with, and the pages that are seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import activities.h5p
from activities.h5p.kind import H5PKind
from activities.h5p.questions import Cards, Choices, FillIn, Labels, Sorting, Statements, Writing, Zones
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


def mark_the_words(text: str, **behaviour: Any) -> dict[str, Any]:
    """A MarkTheWords."""
    params = {"taskDescription": "<p>Marque.</p>", "textField": text, "behaviour": behaviour}
    return {"library": "H5P.MarkTheWords 1.11", "params": params}


def drag_text(text: str, distractors: str = "", **behaviour: Any) -> dict[str, Any]:
    """A DragText."""
    params = {"taskDescription": "<p>Place.</p>", "textField": text, "distractors": distractors, "behaviour": behaviour}
    return {"library": "H5P.DragText 1.10", "params": params}


def single_choice_set(*groups: list[str], **behaviour: Any) -> dict[str, Any]:
    """A SingleChoiceSet; the first answer of each group is right."""
    choices = [{"question": f"<p>Question {n}</p>", "answers": answers} for n, answers in enumerate(groups)]
    return {"library": "H5P.SingleChoiceSet 1.11", "params": {"choices": choices, "behaviour": behaviour}}


def summary(*groups: list[str], tip: str = "") -> dict[str, Any]:
    """A Summary; the first statement of each group is right."""
    params = {"intro": "<p>Choisis.</p>", "summaries": [{"summary": group, "tip": tip} for group in groups]}
    return {"library": "H5P.Summary 1.10", "params": params}


def sort_paragraphs(*paragraphs: str, **behaviour: Any) -> dict[str, Any]:
    """A SortParagraphs, in the right order."""
    params = {"taskDescription": "<p>Range.</p>", "paragraphs": list(paragraphs), "behaviour": behaviour}
    return {"library": "H5P.SortParagraphs 0.11", "params": params}


def drag_question(elements: str, zones: dict[str, str], *, single: bool = False, **behaviour: Any) -> dict[str, Any]:
    """A DragQuestion: an element for each letter, zones by their label with the letters that belong there.

    A capital may be dropped in several zones.
    """
    everywhere = [str(number) for number in range(len(zones))]
    task = {
        "elements": [
            {
                "type": {"library": "H5P.AdvancedText 1.1", "params": {"text": f"<p>{letter}</p>"}},
                "dropZones": everywhere,
                "multiple": letter.isupper(),
            }
            for letter in elements
        ],
        "dropZones": [
            {"label": label, "correctElements": [str(elements.index(letter)) for letter in right], "single": single}
            for label, right in zones.items()
        ],
    }
    settings = {"size": {"width": 620, "height": 310}}
    params = {"question": {"settings": settings, "task": task}, "behaviour": behaviour}
    return {"library": "H5P.DragQuestion 1.14", "params": params}


def essay(*keywords: str, sample: str = "<p>Un modèle.</p>", **behaviour: Any) -> dict[str, Any]:
    """An Essay that looks for these keywords, a point each."""
    options = {"points": 1, "occurrences": 1}
    params = {
        "taskDescription": "<p>Rédige.</p>",
        "keywords": [{"keyword": keyword, "options": options} for keyword in keywords],
        "solution": {"sample": sample},
        "behaviour": behaviour,
    }
    return {"library": "H5P.Essay 1.5", "params": params}


def flashcards(*answers: str, **params: Any) -> dict[str, Any]:
    """A Flashcards with these answers."""
    cards = [{"text": f"<p>Carte {n}</p>", "answer": answer} for n, answer in enumerate(answers)]
    return {"library": "H5P.Flashcards 1.7", "params": {"description": "Réponds.", "cards": cards, **params}}


def text(html: str = "<p>À lire.</p>") -> dict[str, Any]:
    """An AdvancedText."""
    return {"library": "H5P.AdvancedText 1.1", "params": {"text": html}}


def accordion(*titles: str) -> dict[str, Any]:
    """An Accordion."""
    panels = [{"title": title, "content": text(f"<p>Dans {title}.</p>")} for title in titles]
    return {"library": "H5P.Accordion 1.0", "params": {"panels": panels}}


def dialogcards(*cards: tuple[str, str], **behaviour: Any) -> dict[str, Any]:
    """A Dialogcards with these fronts and backs."""
    dialogs = [{"text": f"<p>{front}</p>", "answer": f"<p>{back}</p>"} for front, back in cards]
    return {"library": "H5P.Dialogcards 1.9", "params": {"dialogs": dialogs, "behaviour": behaviour}}


def image(path: str = "images/a.png", **params: Any) -> dict[str, Any]:
    """An Image."""
    file = {"path": path, "width": 60, "height": 20}
    return {"library": "H5P.Image 1.1", "params": {"file": file, "alt": "Un chat", **params}}


def audio(*paths: str) -> dict[str, Any]:
    """An Audio."""
    return {"library": "H5P.Audio 1.5", "params": {"files": [{"path": path, "mime": "audio/mpeg"} for path in paths]}}


def hotspots(*contents: dict[str, Any]) -> dict[str, Any]:
    """An ImageHotspots with a point for each content."""
    spots = [
        {"position": {"x": 10 * n, "y": 50}, "header": f"Point {n}", "content": [content]}
        for n, content in enumerate(contents, start=1)
    ]
    background = {"path": "images/fond.png", "width": 300, "height": 100}
    params = {"image": background, "backgroundImageAltText": "Une carte", "hotspots": spots}
    return {"library": "H5P.ImageHotspots 1.10", "params": params}


def column(*contents: dict[str, Any]) -> dict[str, Any]:
    """A Column."""
    return {"library": "H5P.Column 1.18", "params": {"content": [{"content": content} for content in contents]}}


def book(*chapters: dict[str, Any], **params: Any) -> dict[str, Any]:
    """An InteractiveBook whose chapters are called « Chapitre A », « Chapitre B » and so on."""
    titled = [
        {**chapter, "metadata": {"title": f"Chapitre {letter}"}}
        for letter, chapter in zip("ABCDE", chapters, strict=False)
    ]
    return {"library": "H5P.InteractiveBook 1.11", "params": {"chapters": titled, **params}}


def course_presentation(*slides: list[dict[str, Any]]) -> dict[str, Any]:
    """A CoursePresentation with these contents on its slides."""
    listed = [{"elements": [{"action": content} for content in slide]} for slide in slides]
    return {"library": "H5P.CoursePresentation 1.26", "params": {"presentation": {"slides": listed}}}


def question_set(*questions: dict[str, Any], **params: Any) -> dict[str, Any]:
    """A QuestionSet."""
    return {"library": "H5P.QuestionSet 1.20", "params": {"questions": list(questions), **params}}


@dataclass
class Pupil:
    """One attempt at a content."""

    content: dict[str, Any]
    seed: int = 20_260_112
    on: int = 0
    """Which question of the page the fields are for."""
    state: State = field(default_factory=dict)
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        self.settings = H5PSettings.model_validate(self.content)
        self.context = Context(now=datetime(2026, 1, 12, 10, tzinfo=UTC), seed=self.seed)
        self.state = KIND.start(self.settings, self.context)

    @property
    def turn(self) -> dict[str, Any]:
        """The state of the question that the pupil is at."""
        here = [turn for turn in self.state["questions"] if turn["page"] == self.state["at"]]
        turn: dict[str, Any] = here[self.on]
        return turn

    @property
    def count(self) -> int:
        """How many questions the page has."""
        return sum(turn["page"] == self.state["at"] for turn in self.state["questions"])

    def choices(self, *keys: str) -> dict[str, list[str]]:
        """The fields of a form with these options ticked, named as in H5P responses (``0``, ``true``)."""
        question = self.settings.exercise.parts[self.turn["index"]]
        keyed = [option.key for option in question.options] if isinstance(question, Choices) else None
        value_of = dict(zip(keyed or map(str, range(len(self.turn["values"]))), self.turn["values"], strict=True))
        return {self.turn["names"][0]: ["", *(value_of[key] for key in keys)]}

    def words(self, *words: str) -> dict[str, list[str]]:
        """The fields of a form with these words in its blanks."""
        return {name: [word] for name, word in zip(self.turn["names"], words, strict=True)}

    def lists(self, *indexes: str) -> dict[str, list[str]]:
        """The fields of a form whose lists hold these of the identifiers; a list may be left open."""
        return self.words(*(self.turn["values"][int(index)] if index else "" for index in indexes))

    def statements(self, *indexes: str) -> dict[str, list[str]]:
        """The fields of a form with this statement chosen in each group."""
        question = self.settings.exercise.parts[self.turn["index"]]
        assert isinstance(question, Statements)
        values = iter(self.turn["values"])
        groups = [[next(values) for _ in group.statements] for group in question.groups]
        return self.words(*(group[int(index)] if index else "" for group, index in zip(groups, indexes, strict=True)))

    def order(self, *indexes: str) -> dict[str, list[str]]:
        """The field of a form whose paragraphs stand in this order."""
        return {self.turn["names"][0]: [self.turn["values"][int(index)] for index in indexes]}

    def drops(self, *pairs: str) -> dict[str, list[str]]:
        """The fields of a form with these drops, « zone element » of indexes."""
        question = self.settings.exercise.parts[self.turn["index"]]
        assert isinstance(question, Zones)
        fields: dict[str, list[str]] = {name: [""] for name in self.turn["names"]}
        names = {element.index: name for element, name in zip(question.elements, self.turn["names"], strict=True)}
        for zone, element in (map(int, pair.split()) for pair in pairs):
            fields[names[element]].append(self.turn["values"][zone])
        return fields

    def labels(self, *labels: str) -> dict[str, list[str]]:
        """The fields of a form with the labels of these texts in its gaps, each label once."""
        question = self.settings.exercise.parts[self.turn["index"]]
        assert isinstance(question, Labels)
        left: list[str | None] = list(question.model.labels)
        indexes = []
        for label in labels:
            index = left.index(label) if label else None
            if index is not None:
                left[index] = None
            indexes.append("" if index is None else str(index))
        return self.lists(*indexes)

    def filled(  # noqa: PLR0911 # One line a type.
        self, response: str, children: list[dict[str, Any]] | None = None
    ) -> dict[str, list[str]]:
        """The fields of a form that is filled in as an H5P response says, whatever the type of the question.

        Of several clicks in one group the first counts.
        """
        question = self.settings.exercise.parts[self.turn["index"]]
        parts = response.split("[,]") if response else []
        match question:
            case Statements():
                clicks = [(child["response"] or "").split("[,]")[0] for child in children or []]
                return self.statements(*clicks, *[""] * (len(question.groups) - len(clicks)))
            case FillIn() | Cards():
                return self.words(*(parts or [""] * len(self.turn["names"])))
            case Labels():
                return self.labels(*(parts or [""] * len(self.turn["names"])))
            case Sorting():
                return self.order(*parts) if parts else {}
            case Zones():
                return self.drops(*(part.replace("[.]", " ") for part in parts))
            case Writing():
                return self.words(response)
            case _:
                return self.choices(*parts)

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
