"""The answer key is in nothing that is sent before the answer is in."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from activities.h5p.draw import Draw
from tests.activities.h5p.player import (
    Pupil,
    blanks,
    column,
    drag_question,
    drag_text,
    essay,
    flashcards,
    mark_the_words,
    multi_choice,
    question_set,
    single_choice_set,
    sort_paragraphs,
    summary,
    text,
    true_false,
)

SEEDS = range(40)
TEXTS = {"chosenFeedback": "CHOISI", "notChosenFeedback": "PAS CHOISI", "tip": "<p>Un indice.</p>"}


def with_texts(content: dict[str, Any]) -> dict[str, Any]:
    """A copy of the content with a feedback everywhere, and tips."""
    content = copy.deepcopy(content)
    for answer in content["params"].get("answers", []):
        answer["tipsAndFeedback"] = TEXTS
    content["params"]["overallFeedback"] = [{"from": 0, "to": 100, "feedback": "BILAN"}]
    content["params"].setdefault("behaviour", {})
    content["params"]["behaviour"] |= {"feedbackOnCorrect": "JUSTE", "feedbackOnWrong": "FAUX"}
    return content


PAIRS = [
    pytest.param(multi_choice(True, False, False), multi_choice(False, False, True), id="one right choice"),
    pytest.param(
        multi_choice(True, False, True, False, randomAnswers=True),
        multi_choice(False, True, True, False, randomAnswers=True),
        id="several right choices",
    ),
    pytest.param(true_false(correct="true"), true_false(correct="false"), id="true or false"),
    pytest.param(
        blanks("<p>La *Seine:un fleuve* et *Paris*.</p>"),
        blanks("<p>La *Loire/le fleuve royal:un fleuve* et *x*.</p>"),
        id="words of other lengths, with other alternatives",
    ),
    pytest.param(
        mark_the_words("<p>Le *chat* mange (la souris), vite.</p>"),
        mark_the_words("<p>Le chat mange (*la* *souris*), vite.</p>"),
        id="words to mark",
    ),
    pytest.param(
        drag_text("Le *chat* mange la *souris*, *vite*.", "*chien*"),
        drag_text("Le *souris* mange la *chien*, *chat*.", "*vite*"),
        id="labels",
    ),
    pytest.param(
        single_choice_set(["pris", "prendu", "prenu"], ["vu", "vu aussi"]),
        single_choice_set(["prenu", "pris", "prendu"], ["vu aussi", "vu"]),
        id="quick questions",
    ),
    pytest.param(
        summary(["un", "deux", "trois"], ["a", "b"], tip="<p>Un indice.</p>"),
        summary(["trois", "un", "deux"], ["b", "a"], tip="<p>Un indice.</p>"),
        id="statements of a summary",
    ),
    pytest.param(
        sort_paragraphs("<p>a</p>", "<p>b</p>", "<p>c</p>", "<p>a</p>"),
        sort_paragraphs("<p>c</p>", "<p>a</p>", "<p>a</p>", "<p>b</p>"),
        id="paragraphs to sort",
    ),
    pytest.param(
        drag_question("abC", {"Nord": "aC", "Sud": "b"}),
        drag_question("abC", {"Nord": "b", "Sud": "C"}),
        id="zones",
    ),
    pytest.param(essay("eau", "nuage"), essay("soleil", sample="<p>Un autre.</p>"), id="keywords"),
    pytest.param(flashcards("dog", "cat/kitty"), flashcards("horse", "x"), id="cards"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_another_key_gives_the_same_page_to_the_last_byte(one: dict[str, Any], other: dict[str, Any]) -> None:
    for seed in SEEDS:
        assert Pupil(with_texts(one), seed).page() == Pupil(with_texts(other), seed).page()


def something(pupil: Pupil) -> dict[str, list[str]]:
    """An answer that does not depend on what is right: what stands first on the page."""
    page, fields = pupil.page(), {}
    for name in pupil.turn["names"]:
        ticked = re.search(f'type="(?:radio|checkbox)" name="{name}" value="([^"]+)"', page)
        listed = re.search(f'name="{name}".*?<option value="(x[^"]+)"', page, re.DOTALL)
        hidden = re.findall(f'type="hidden" name="{name}" value="([^"]+)"', page)
        found = ticked or (
            listed if f'<select name="{name}"' in page or f'select class="blank" name="{name}"' in page else None
        )
        fields[name] = [found[1]] if found else hidden or ["Seine"]
    return fields


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_another_key_gives_the_same_page_while_answering_in_a_set(one: dict[str, Any], other: dict[str, Any]) -> None:
    for seed in SEEDS:
        pages = []
        for content in (one, other):
            pupil = Pupil(question_set(with_texts(content), with_texts(content), randomQuestions=True), seed)
            pupil.press("save", something(pupil))
            first = pupil.page()
            pupil.press("next")
            pages.append((first, pupil.page()))
        assert pages[0] == pages[1]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_another_key_gives_the_same_page_among_others(one: dict[str, Any], other: dict[str, Any]) -> None:
    for seed in SEEDS:
        assert Pupil(column(text(), one, other), seed).page() == Pupil(column(text(), other, one), seed).page()


@pytest.mark.parametrize("content", [parameter.values[0] for parameter in PAIRS])
def test_no_feedback_is_sent_before_it_is_due(content: dict[str, Any]) -> None:
    page = Pupil(with_texts(content)).page()
    assert not re.search("CHOISI|BILAN|JUSTE|FAUX|choice--|blank--", page)


def test_a_check_tells_about_the_chosen_answers_only() -> None:
    pages = []
    for content in (multi_choice(True, False, True, False), multi_choice(True, False, False, True)):
        pupil = Pupil(content)
        pupil.press("check", pupil.choices("0", "1"))
        pages.append(pupil.page())
    assert pages[0] == pages[1]


def test_a_check_tells_which_blanks_are_wrong_and_not_what_is_right() -> None:
    pages = []
    for word in ("deux", "trente-trois"):
        pupil = Pupil(blanks(f"<p>*un* *{word}*</p>"))
        pupil.press("check", pupil.words("un", "dix"))
        pages.append(pupil.page())
    assert pages[0] == pages[1]
    assert pages[0].count("blank--right") == pages[0].count("blank--wrong") == 1


def test_the_other_questions_of_a_set_are_not_in_the_page() -> None:
    page = Pupil(question_set(true_false(), blanks("<p>Un texte à *venir*.</p>"))).page()
    assert "texte" not in page


@pytest.mark.parametrize(
    "forbidden", [{"endGame": {"showSolutionButton": False}}, {"override": {"showSolutionButton": "off"}}]
)
def test_the_result_keeps_solutions_that_the_content_keeps(forbidden: dict[str, Any]) -> None:
    content = question_set(multi_choice(True, False), blanks("<p>*secret*</p>"), **forbidden)
    pupil = Pupil(content)
    pupil.press("next", pupil.choices("1"))
    pupil.press("finish", pupil.words("x"))
    assert "secret" not in pupil.page()
    assert "C’était la bonne réponse" not in pupil.page()


def test_the_result_keeps_the_solutions_of_questions_that_were_left_empty() -> None:
    pupil = Pupil(blanks("<p>*secret*</p>"))
    pupil.press("finish")
    assert "secret" not in pupil.page()


def test_the_result_shows_the_solutions_that_the_content_gives() -> None:
    pupil = Pupil(question_set(multi_choice(True, False), blanks("<p>*secret*</p>")))
    pupil.press("next", pupil.choices("1"))
    pupil.press("finish", pupil.words("x"))
    assert "secret" in pupil.page()
    assert "C’était la bonne réponse" in pupil.page()


def test_identifiers_are_those_of_one_attempt() -> None:
    turns = [Pupil(multi_choice(True, False), seed).turn for seed in SEEDS]
    identifiers = {identifier for turn in turns for identifier in (*turn["names"], *turn["values"])}
    assert len(identifiers) == 3 * len(SEEDS)


def test_the_same_seed_gives_the_same_attempt() -> None:
    content = question_set(*[multi_choice(True, False, False, randomAnswers=True)] * 3, randomQuestions=True)
    assert Pupil(content).state == Pupil(content).state


def test_the_parts_of_an_attempt_are_drawn_apart() -> None:
    draw = Draw(1)
    assert draw.at("a").at("b").token("c") == Draw(1, "/a/b").token("c")
    assert len({draw.token("a"), draw.at("a").token("a"), draw.at("b").token("a"), Draw(2).token("a")}) == 4
