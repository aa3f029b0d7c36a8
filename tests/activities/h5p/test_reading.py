"""What is only read, and contents made of contents."""

from __future__ import annotations

import re
from typing import Any

import pytest

from activities.h5p.content import ContentRefused, read_exercise
from activities.kind import Score, StepRefused
from tests.activities.h5p.player import (
    Pupil,
    accordion,
    audio,
    book,
    column,
    course_presentation,
    dialogcards,
    drag_question,
    drag_text,
    hotspots,
    image,
    multi_choice,
    question_set,
    sort_paragraphs,
    text,
    true_false,
)

# ---------- To read ----------

TO_READ = [
    text(),
    {**text(), "library": "H5P.Text 1.1"},
    image(),
    audio("audios/a.mp3"),
    accordion("Un", "Deux"),
    dialogcards(("chien", "dog")),
    hotspots(text(), image(), audio("audios/a.mp3"), {"library": "H5P.Video 1.6", "params": {}}),
    column(text(), accordion("Un")),
]


@pytest.mark.parametrize("content", TO_READ, ids=[content["library"] for content in TO_READ])
def test_what_is_read_is_handed_in_without_a_score(content: dict[str, Any]) -> None:
    pupil = Pupil(content)
    assert pupil.settings.exercise.maximum == 0
    assert "À découvrir" in pupil.page()
    outcome = pupil.press("finish")
    assert (outcome.score, outcome.completed, outcome.progress) == (None, True, 1.0)
    assert "C’est terminé" in pupil.page()
    assert "Tes réponses" not in pupil.page()


def test_a_decorative_picture_has_no_words() -> None:
    assert 'alt=""' in Pupil(image(decorative=True)).page()


def test_a_sound_waits_to_be_asked_for() -> None:
    page = Pupil(audio("audios/a.mp3")).page()
    assert '<audio controls preload="none"><source src="/media/audios/a.mp3" type="audio/mpeg">' in page


def test_panels_unfold() -> None:
    page = Pupil(accordion("Le chat")).page()
    assert re.search(r"<details.*<summary[^>]*>Le chat</summary>.*Dans Le chat", page, re.DOTALL)


def test_the_points_of_a_picture_are_numbered_and_open_what_they_hold() -> None:
    page = Pupil(hotspots(text("<p>Ici.</p>"))).page()
    assert re.search(r'<circle cx="30\.0" cy="50\.0"', page)
    assert re.search(r"<details.*1\. <span[^>]*>Point 1</span>.*<p>Ici\.</p>", page, re.DOTALL)


def test_a_card_is_turned_then_the_next_one_comes() -> None:
    pupil = Pupil(dialogcards(("chien", "dog"), ("chat", "cat")))
    assert "chien" in pupil.page()
    assert "dog" not in pupil.page()
    assert pupil.press("turn").progress == 0
    assert "dog" in pupil.page()
    pupil.press("card-next")
    assert "Carte 2 sur 2" in pupil.page()
    assert "cat</p>" not in pupil.page()
    assert pupil.press("turn").progress == 1
    assert "card-next" not in pupil.buttons
    pupil.press("card-previous")
    assert "Carte 1 sur 2" in pupil.page()


def test_no_card_comes_back_where_the_content_says_so() -> None:
    pupil = Pupil(dialogcards(("a", "b"), ("c", "d"), disableBackwardsNavigation=True))
    pupil.press("card-next")
    assert "card-previous" not in pupil.buttons


def test_cards_that_are_none_are_refused() -> None:
    with pytest.raises(ContentRefused, match="h5p-content-invalid"):
        read_exercise(**dialogcards())


# ---------- Contents of contents ----------

MIXED = column(text("<h2>Le cours</h2>"), multi_choice(True, False), sort_paragraphs("<p>a</p>", "<p>b</p>"))


def test_a_column_is_one_page_with_a_check_for_each_question() -> None:
    pupil = Pupil(MIXED)
    assert {"check.1", "check.2", "finish"} <= pupil.buttons
    pupil.on = 1
    pupil.press("check.1", pupil.choices("1"))
    assert [turn["phase"] for turn in pupil.state["questions"]] == ["open", "checked", "open"]
    assert re.search('<div id="question-2-verdict"[^>]* data-focus', pupil.page())
    pupil.on = 2
    assert pupil.press("finish", pupil.order("0", "1")).score == Score(1, 2, success=False)


def test_the_moves_of_a_question_among_others_say_which() -> None:
    pupil = Pupil(MIXED)
    pupil.on = 2
    pupil.press("save", pupil.order("1", "0"))
    pupil.press(f"up-{pupil.turn['values'][0]}.2")
    assert pupil.turn["answer"] == ["0", "1"]


@pytest.mark.parametrize("action", ["check", "check.0", "check.3", "check.x", "up.1"])
def test_an_action_on_no_question_is_not_possible(action: str) -> None:
    with pytest.raises(StepRefused, match="action-not-possible"):
        Pupil(MIXED).press(action)


def test_questions_in_contents_of_contents_are_counted_through() -> None:
    exercise = read_exercise(**column(question_set(true_false(), true_false()), text(), multi_choice(True)))
    assert (len(exercise.parts), len(exercise.questions), exercise.maximum) == (4, 3, 3)


def test_a_draw_inside_a_page_is_refused() -> None:
    with pytest.raises(ContentRefused, match="h5p-type-not-played"):
        read_exercise(**column(question_set(true_false(), true_false(), poolSize=1)))


def test_a_book_has_a_page_for_each_chapter() -> None:
    cover = {"showCoverPage": True, "bookCover": {"coverDescription": "<p>Un livre.</p>"}}
    pupil = Pupil(book(column(text(), true_false()), column(text("<p>Fin.</p>")), **cover))
    assert "Un livre" in pupil.page()
    assert "Chapitre 1 sur 2" in pupil.page()
    assert "Chapitre A" in pupil.page()
    pupil.on = 1
    assert pupil.press("next", pupil.choices("true")).progress == 1
    pupil.on = 0
    assert "Chapitre B" in pupil.page()
    assert "Un livre" not in pupil.page()
    assert pupil.press("finish").score == Score(1, 1, success=True)


def test_slides_are_pages_and_those_without_content_are_left_out() -> None:
    shape = {"library": "H5P.Shape 1.0", "params": {}}
    pupil = Pupil(course_presentation([text(), shape], [shape], [true_false()]))
    assert "Page 1 sur 2" in pupil.page()
    pupil.press("next")
    assert pupil.press("finish", pupil.choices("true")).score == Score(1, 1, success=True)


def test_what_was_not_seen_yet_is_not_read() -> None:
    pupil = Pupil(book(column(text()), column(text()), column(text()), column(text())))
    assert pupil.press("save").progress == 0.25
    pupil.press("next")
    pupil.press("next")
    assert pupil.press("previous").progress == 0.75


# ---------- Scripts ----------


@pytest.mark.parametrize(
    ("content", "scripts"),
    [
        (true_false(), ()),
        (drag_text("*un*"), ("js/h5p.js",)),
        (column(sort_paragraphs("a", "b"), drag_question("a", {"Nord": "a"})), ("js/h5p.js",)),
    ],
)
def test_what_can_be_dragged_asks_for_a_script_once(content: dict[str, Any], scripts: tuple[str, ...]) -> None:
    assert Pupil(content).settings.scripts == scripts


@pytest.mark.parametrize(
    ("html", "scripts"),
    [
        ("<p>\\(x^2\\)</p>", ("js/formulas.js",)),
        ("<p>\\[\\ce{H2O}\\]</p>", ("js/formulas.js",)),
        ("<p>$$x$$</p>", ("js/formulas.js",)),
        ("<p>5 $ et 3 $, (x) et [y]</p>", ()),
    ],
)
def test_what_draws_formulas_is_asked_for_where_there_are_some(html: str, scripts: tuple[str, ...]) -> None:
    assert Pupil(column(true_false(), text(html))).settings.scripts == scripts
