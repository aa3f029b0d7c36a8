"""A content of every type, and its pages in every state of an attempt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from activities.kind import StepRefused
from tests.activities.h5p.player import (
    KIND,
    PAGES,
    Pupil,
    accordion,
    audio,
    blanks,
    book,
    column,
    course_presentation,
    dialogcards,
    drag_question,
    drag_text,
    essay,
    flashcards,
    hotspots,
    image,
    mark_the_words,
    multi_choice,
    question_set,
    single_choice_set,
    sort_paragraphs,
    summary,
    text,
    true_false,
)

QUESTIONS = [
    multi_choice(True, True, False),
    true_false(),
    blanks("<p>*un* et *deux:le suivant*.</p>"),
    mark_the_words("<p>Le *chat* mange la *souris*, vite.</p>"),
    drag_text("Le *chat:qui miaule\\+Oui\\-Non* mange la *souris*.", "*chien*"),
    single_choice_set(["pris", "prendu", "prenu"], ["vu", "voyé"]),
    summary(["un", "deux"], ["trois", "quatre"], tip="Un indice."),
    sort_paragraphs("<p>a</p>", "<p>b</p>", "<p>c</p>"),
    drag_question("abC", {"Nord": "aC", "Sud": "b"}, single=True),
    essay("eau", "nuage", minimumLength=3, maximumLength=200),
    flashcards("dog", "cat/kitty"),
]
TO_READ = [
    text("<h2>Un titre</h2><p>À lire.</p>"),
    {**text(), "library": "H5P.Text 1.1"},
    image(),
    audio("audios/a.mp3"),
    accordion("Un", "Deux"),
    dialogcards(("chien", "dog"), ("chat", "cat")),
    hotspots(text(), image()),
]
COMPOUND = [
    question_set(*QUESTIONS),
    column(*QUESTIONS, *TO_READ),
    book(column(*QUESTIONS[:4]), column(*TO_READ), column(text(), *QUESTIONS[4:])),
    course_presentation(QUESTIONS[:2], [text(), *QUESTIONS[4:8]]),
]
CONTENTS = [*QUESTIONS, *TO_READ, *COMPOUND]


def any_answer(pupil: Pupil) -> dict[str, list[str]]:
    """An answer to everything on the page: the first of what can be chosen, some words elsewhere."""
    page, fields = pupil.page(), {}
    for place in range(pupil.count):
        pupil.on = place
        for name in pupil.turn["names"]:
            field = rf'type="(?:radio|checkbox)" name="{name}"|<select[^>]* name="{name}"'
            found = re.search(rf'(?:{field}).*?"(x[^"]+)"', page, re.DOTALL)
            hidden = re.findall(f'type="hidden" name="{name}" value="([^"]+)"', page)
            fields[name] = [found[1]] if found else hidden or ["Des mots"]
    pupil.on = 0
    return fields


def pages(content: dict[str, Any]) -> Iterator[str]:
    """Every page in every state: open, answered, judged, solved, the result, and what a teacher reads."""
    pupil = Pupil(content)
    while not pupil.outcome or not pupil.outcome.completed:
        yield pupil.page()
        pupil.press("save", any_answer(pupil))
        for verb in ("check", "solution", "turn", "up", "down"):
            for button in sorted(button for button in pupil.buttons if re.match(rf"{verb}\b", button)):
                with suppress(StepRefused):
                    pupil.press(button)
                    yield pupil.page()
        pupil.press("finish" if "finish" in pupil.buttons else "next")
    yield pupil.page()
    view = KIND.review(pupil.settings, pupil.state, pupil.context)
    yield PAGES.get_template(view.template).render(view=view.data, media=str)
