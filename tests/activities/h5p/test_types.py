"""What is particular to each way of answering."""

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


def score_of(pupil: Pupil, fields: dict[str, list[str]]) -> Score | None:
    return pupil.press("finish", fields).score


# ---------- Words to mark ----------


def test_words_are_boxes_between_pieces_of_the_text() -> None:
    page = Pupil(mark_the_words("<p>Le <em>petit</em> *chat* (*noir*), dort.</p>")).page()
    assert re.search(
        r"<em><label[^>]*><input[^>]*>petit</label></em> <label[^>]*><input[^>]*>chat</label> \(<label", page
    )
    assert "*" not in page


def test_marked_words_are_told_right_or_wrong_and_missed_ones_with_the_solution() -> None:
    pupil = Pupil(mark_the_words("<p>Le *chat* *dort* ici</p>"))
    pupil.press("check", pupil.choices("0", "1"))
    assert (pupil.page().count("bien marqué"), pupil.page().count("marqué à tort")) == (2, 2)
    assert "à marquer" not in pupil.page()
    pupil.press("solution")
    assert "à marquer" in pupil.page()


def test_a_marked_word_can_be_unmarked() -> None:
    pupil = Pupil(mark_the_words("<p>Le *chat*</p>"))
    pupil.press("save", pupil.choices("1"))
    pupil.press("save", pupil.choices())
    assert pupil.turn["answer"] == []


# ---------- Labels in gaps ----------


def test_every_gap_has_a_list_of_all_labels() -> None:
    page = Pupil(drag_text("*un* et *deux*", "*trois*")).page()
    assert page.count("<select") == 2
    assert page.count("<option") == 2 * 4


def test_a_label_that_is_placed_twice_is_not_judged() -> None:
    pupil = Pupil(drag_text("*un* et *deux*"))
    pupil.press("check", pupil.lists("0", "0"))
    assert pupil.turn["phase"] == "open"
    assert "La même étiquette est placée deux fois" in pupil.page()


def test_a_label_that_is_placed_twice_is_worth_nothing() -> None:
    pupil = Pupil(drag_text("*un*, *deux* et *trois*"))
    assert score_of(pupil, pupil.lists("0", "0", "2")) == Score(1, 3)


def test_labels_of_the_same_text_are_alike() -> None:
    pupil = Pupil(drag_text("*un* et *un*"))
    assert score_of(pupil, pupil.lists("1", "0")) == Score(2, 2)


def test_a_judged_gap_has_the_feedback_of_its_author() -> None:
    pupil = Pupil(drag_text("*un:aide\\+Oui !\\-Non.* et *deux*"))
    assert "aide" in pupil.page()
    assert "Oui" not in pupil.page()
    pupil.press("check", pupil.lists("1", "0"))
    assert "Non." in pupil.page()


# ---------- Statements ----------


@pytest.mark.parametrize("content", [single_choice_set(["a", "b"], ["c", "d"]), summary(["a", "b"], ["c", "d"])])
def test_statements_are_judged_once_each_group_has_its_choice(content: dict[str, Any]) -> None:
    pupil = Pupil(content)
    pupil.press("check", pupil.statements("0", ""))
    assert "Il reste des réponses à donner" in pupil.page()
    pupil.press("check", pupil.statements("0", "1"))
    assert "En partie juste\u00a0: 1 sur 2." in pupil.page()
    pupil.press("solution")
    assert "C’était la bonne réponse" in pupil.page()


def test_a_first_choice_in_a_summary_is_not_taken_back() -> None:
    pupil = Pupil(summary(["a", "b"]))
    pupil.press("check", pupil.statements("1"))
    assert "retry" not in pupil.buttons


def test_quick_questions_may_be_tried_again() -> None:
    pupil = Pupil(single_choice_set(["a", "b"]))
    pupil.press("check", pupil.statements("1"))
    pupil.press("retry")
    assert score_of(pupil, pupil.statements("0")) == Score(1, 1)


def test_a_statement_of_another_group_is_refused() -> None:
    pupil = Pupil(single_choice_set(["a", "b"], ["c", "d"]))
    with pytest.raises(StepRefused, match="answer-malformed"):
        pupil.press("save", {pupil.turn["names"][0]: [pupil.turn["values"][2]]})


# ---------- Paragraphs to sort ----------


def test_paragraphs_move_by_one_place_and_the_focus_follows() -> None:
    pupil = Pupil(sort_paragraphs("<p>a</p>", "<p>b</p>", "<p>c</p>"))
    value = pupil.turn["values"][0]
    pupil.press("save", pupil.order("2", "1", "0"))
    pupil.press(f"up-{value}")
    assert pupil.turn["answer"] == ["2", "0", "1"]
    assert re.search(rf'value="up-{value}"[^>]* data-focus', pupil.page())
    pupil.press(f"up-{value}")
    assert pupil.turn["answer"] == ["0", "2", "1"]
    assert re.search(rf'value="up-{value}"[^>]* hidden', pupil.page())
    assert re.search(rf'value="down-{value}"[^>]* data-focus', pupil.page())


def test_what_is_judged_is_the_order_that_is_seen() -> None:
    pupil = Pupil(sort_paragraphs("<p>a</p>", "<p>b</p>"))
    shown = re.findall(r'type="hidden" name="[^"]*" value="([^"]*)"', pupil.page())
    assert score_of(pupil, {pupil.turn["names"][0]: shown}) == Score(
        int(shown == pupil.turn["values"]), 1, success=shown == pupil.turn["values"]
    )


def test_paragraphs_that_are_not_all_there_are_refused() -> None:
    pupil = Pupil(sort_paragraphs("<p>a</p>", "<p>b</p>"))
    with pytest.raises(StepRefused, match="answer-malformed"):
        pupil.press("save", pupil.order("0", "0"))


@pytest.mark.parametrize(("mode", "words"), [("positions", "À sa place"), ("transitions", "Suit bien")])
def test_judged_paragraphs_say_what_is_right(mode: str, words: str) -> None:
    pupil = Pupil(sort_paragraphs("<p>a</p>", "<p>b</p>", "<p>c</p>", scoringMode=mode))
    pupil.press("check", pupil.order("2", "0", "1") if mode == "transitions" else pupil.order("0", "2", "1"))
    assert words in pupil.page()
    assert "Le bon ordre" not in pupil.page()
    pupil.press("solution")
    assert "Le bon ordre" in pupil.page()


# ---------- Elements and zones ----------


def test_an_element_goes_to_one_zone_or_to_several() -> None:
    page = Pupil(drag_question("aB", {"Nord": "a", "Sud": "B"})).page()
    assert (page.count("<select"), page.count('type="checkbox"')) == (1, 2)
    assert "Zone 1\u00a0: Nord" in page


def test_a_zone_for_one_element_that_is_given_two_is_not_judged() -> None:
    pupil = Pupil(drag_question("ab", {"Nord": "a", "Sud": "b"}, single=True))
    pupil.press("check", pupil.drops("0 0", "0 1"))
    assert "Une zone a trop d’éléments" in pupil.page()
    assert score_of(pupil, {}) == Score(0, 2, success=False)


def test_elements_are_told_where_they_belong_with_the_solution() -> None:
    pupil = Pupil(drag_question("ab", {"Nord": "a", "Sud": "b"}))
    pupil.press("check", pupil.drops("1 0", "1 1"))
    assert (pupil.page().count("Bien placé"), pupil.page().count("Mal placé")) == (1, 1)
    pupil.press("solution")
    assert re.search(r"Solution\s: <span[^>]*>Nord</span>", pupil.page())


# ---------- A text to write ----------


def test_a_text_is_kept_with_its_points() -> None:
    pupil = Pupil(essay("eau", "nuage"))
    pupil.press("check", pupil.words("De l'eau."))
    assert "Ta réponse est enregistrée\u00a0: 1 sur 2." in pupil.page()
    assert "Un modèle" not in pupil.page()
    pupil.press("solution")
    assert "Un modèle" in pupil.page()


def test_a_text_without_a_sample_has_no_solution() -> None:
    pupil = Pupil(essay("eau", "nuage", sample=""))
    pupil.press("check", pupil.words("De l'eau."))
    assert "solution" not in pupil.buttons


def test_a_text_that_was_not_written_is_not_said_to_be_kept() -> None:
    pupil = Pupil(essay("eau", ignoreScoring=True))
    assert pupil.press("finish").score == Score(1, 1, success=True)
    assert "Pas de réponse." in pupil.page()


def test_a_text_that_is_too_short_is_not_judged() -> None:
    pupil = Pupil(essay("eau", minimumLength=10))
    pupil.press("check", pupil.words("eau"))
    assert "écris au moins 10 caractères" in pupil.page()


def test_a_text_that_takes_too_long_to_be_scored_is_refused_and_changes_nothing() -> None:
    content = essay(*[f"motsemblable{n}" for n in range(60)])
    for keyword in content["params"]["keywords"]:
        keyword["options"] = {**keyword["options"], "forgiveMistakes": True}
    pupil = Pupil(content)
    with pytest.raises(StepRefused, match="essay-too-long"):
        pupil.press("save", pupil.words("motsemblabla " * 1500))
    assert pupil.turn["answer"] == [""]


def test_a_keyword_that_cannot_be_scored_is_refused_with_the_content() -> None:
    with pytest.raises(ContentRefused, match="essay-regex-not-scored"):
        read_exercise(**essay("/(?<=a)b/"))


# ---------- Cards ----------


def test_cards_are_answered_by_a_word() -> None:
    pupil = Pupil(flashcards("dog", "cat/kitty"))
    pupil.press("check", pupil.words("Dog", "kat"))
    assert "En partie juste\u00a0: 1 sur 2." in pupil.page()
    assert "cat" not in pupil.page()
    pupil.press("solution")
    assert '<span lang="fr">cat</span>' in pupil.page()
    assert "kitty" not in pupil.page()


def test_cards_come_in_the_order_that_was_drawn() -> None:
    orders = {tuple(Pupil(flashcards(*"abc", randomCards=True), seed).turn["order"]) for seed in range(60)}
    assert len(orders) == 6


# ---------- Tolerance ----------


@pytest.mark.parametrize(
    ("content", "typed"),
    [
        (blanks("<p>*l'eau*</p>"), "l’eau"),
        (flashcards("5 km"), "5\u00a0km"),
        (essay("l'eau"), "l’eau"),
    ],
)
def test_typed_answers_are_compared_tolerantly_where_the_settings_say_so(content: dict[str, Any], typed: str) -> None:
    for settings, raw in ((content, 0), (content | {"tolerance": {}}, 1)):
        pupil = Pupil(settings)
        score = score_of(pupil, pupil.words(typed))
        assert score is not None
        assert score.raw == raw


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
