"""What is particular to each way of answering."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from activities.h5p.content import ContentRefused, read_exercise
from activities.kind import Score, StepRefused
from h5p_exports.scoring import essay as scoring_of_essays
from h5p_exports.scoring.budget import Budget
from tests.activities.h5p.player import (
    KIND,
    Pupil,
    blanks,
    drag_question,
    drag_text,
    essay,
    flashcards,
    mark_the_words,
    question_set,
    single_choice_set,
    sort_paragraphs,
    summary,
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


def test_a_text_that_takes_too_long_to_be_scored_is_refused_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scoring_of_essays, "Budget", lambda: Budget(10_000))
    content = essay(*[f"motsemblable{n}" for n in range(60)])
    for keyword in content["params"]["keywords"]:
        keyword["options"] = {**keyword["options"], "forgiveMistakes": True}
    pupil = Pupil(content)
    with pytest.raises(StepRefused, match="essay-too-long"):
        pupil.press("save", pupil.words("motsemblabla " * 100))
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


@pytest.mark.parametrize(
    ("content", "own"),
    [
        (blanks("<p>*a*</p>"), "none"),
        (question_set(true_false(), essay("a")), "none"),
        (blanks("<p>*a*</p>") | {"tolerance": {}}, "typing"),
        (blanks("<p>*a*</p>") | {"tolerance": {"accents": True}}, "accents"),
        (true_false() | {"tolerance": {}}, None),
    ],
)
def test_the_kind_says_how_typed_answers_are_compared(content: dict[str, Any], own: str | None) -> None:
    assert KIND.tolerance(Pupil(content).settings) == own


def test_a_content_keeps_its_own_tolerance_where_the_place_says_the_same() -> None:
    pupil = Pupil(blanks("<p>*cœur*</p>") | {"tolerance": {"ligatures": False}})
    for tolerance, raw in ((None, 0), ("typing", 0), ("accents", 1)):
        context = replace(pupil.context, tolerance=tolerance)
        event = {"action": "finish", "fields": pupil.words("coeur")}
        score = KIND.step(pupil.settings, pupil.state, event, context).score
        assert score is not None
        assert score.raw == raw
