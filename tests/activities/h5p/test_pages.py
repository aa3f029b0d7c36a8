"""The pages: forms that a keyboard and a screen reader can use, words for every verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.activities.h5p.outline import Outline
from tests.activities.h5p.player import Pupil, blanks, multi_choice, question_set, true_false

EVERYTHING = question_set(
    multi_choice(True, False),
    multi_choice(True, True, False),
    true_false(),
    blanks("<p>*un* et *deux:le suivant*.</p>"),
)


def pages() -> Iterator[str]:
    """Every state of every type: open, checked, solved, and the result."""
    pupil = Pupil(EVERYTHING)
    for keys in (["1"], ["0", "2"], ["false"], []):
        yield pupil.page()
        pupil.press("check", pupil.choices(*keys) if keys else pupil.words("un", "trois"))
        yield pupil.page()
        pupil.press("solution")
        yield pupil.page()
        pupil.press("next" if keys else "finish")
    yield pupil.page()


@pytest.fixture(scope="module")
def outlines() -> list[Outline]:
    return [Outline(page) for page in pages()]


def test_every_page_is_well_formed(outlines: list[Outline]) -> None:
    assert len(outlines) == 13


def test_a_question_is_a_group_with_its_text_as_legend() -> None:
    page = Pupil(multi_choice(True, False)).page()
    assert re.search(r'<fieldset[^>]*>\s*<legend[^>]*lang="fr"><p>Laquelle \?</p></legend>', page)
    assert page.count("<label") == page.count('type="radio"') == 2


def test_several_right_answers_are_ticked_in_boxes() -> None:
    page = Pupil(multi_choice(True, True, False)).page()
    assert page.count('type="checkbox"') == 3
    assert "Plusieurs réponses sont possibles." in page


def test_every_blank_has_a_name_that_says_which_it_is() -> None:
    labels = [a["aria-label"] for a in Outline(Pupil(blanks("<p>*a* *b*</p>", "<p>*c*</p>")).page()).all("input")]
    assert labels == ["Trou 1 sur 3", "Trou 2 sur 3", "Trou 3 sur 3"]


def test_the_width_of_a_blank_tells_nothing() -> None:
    for attributes in Outline(Pupil(blanks("<p>*a* *anticonstitutionnellement*</p>")).page()).all("input"):
        assert (attributes["class"], attributes["maxlength"], attributes.get("size")) == ("blank", "500", None)


def test_a_blank_stands_in_its_sentence() -> None:
    assert re.search(r"<p>l’<input [^>]*>, dit-on\.</p>", Pupil(blanks("<p>l’*eau*, dit-on.</p>")).page())


def test_a_blank_takes_a_line_of_its_own_where_the_content_says_so() -> None:
    assert re.search(
        r"un <br><input [^>]*><br> chat", Pupil(blanks("<p>un *beau* chat</p>", separateLines=True)).page()
    )


def test_typed_text_comes_back_as_text() -> None:
    pupil = Pupil(blanks("<p>*un*</p>"))
    pupil.press("check", pupil.words('"><script>alert(1)</script>'))
    assert "<script" not in pupil.page()
    assert 'value="&#34;&gt;&lt;script&gt;' in pupil.page()


def test_verdicts_are_words() -> None:
    pupil = Pupil(multi_choice(True, True, False))
    pupil.press("check", pupil.choices("0", "2"))
    assert "Bonne réponse" in pupil.page()
    assert "Mauvaise réponse" in pupil.page()
    pupil.press("solution")
    assert "Cette réponse était à cocher" in pupil.page()


def test_a_part_that_is_right_is_told() -> None:
    pupil = Pupil(blanks("<p>*un* *deux*</p>"))
    pupil.press("check", pupil.words("un", "x"))
    assert "En partie juste\u00a0: 1 sur 2." in pupil.page()


def test_the_solution_of_a_blank_is_the_answer_that_the_author_put_first() -> None:
    pupil = Pupil(blanks("<p>*Seine/la Seine:un fleuve*</p>"))
    pupil.press("check", pupil.words("Loire"))
    pupil.press("solution")
    assert '<span lang="fr">Seine</span>' in pupil.page()
    assert "la Seine" not in pupil.page()


def test_a_judged_question_cannot_be_changed() -> None:
    choice, text = Pupil(true_false()), Pupil(blanks("<p>*un*</p>"))
    choice.press("check", choice.choices("false"))
    text.press("check", text.words("x"))
    assert "<fieldset" in choice.page()
    assert re.search("<fieldset[^>]* disabled", choice.page())
    assert re.search("<input[^>]* readonly", text.page())


def test_the_focus_goes_to_the_question_then_to_the_verdict() -> None:
    pupil = Pupil(EVERYTHING)
    assert re.search("<h2[^>]* data-focus", pupil.page())
    pupil.press("check", pupil.choices("0"))
    assert re.search('<div id="question-1-verdict"[^>]* data-focus', pupil.page())
    pupil.press("next")
    assert re.search("<h2[^>]* data-focus", pupil.page())


def test_one_reads_where_one_stands() -> None:
    pupil = Pupil(EVERYTHING)
    pupil.press("next")
    assert "Question 2 sur 4" in pupil.page()


def test_an_introduction_stands_above_the_first_question_only() -> None:
    intro = {"showIntroPage": True, "title": "Un titre", "introduction": "<p>Bienvenue.</p>"}
    pupil = Pupil(question_set(true_false(), true_false(), introPage=intro))
    assert "<p>Bienvenue.</p>" in pupil.page()
    pupil.press("next")
    assert "Bienvenue" not in pupil.page()


def test_tips_open_on_demand_and_are_not_in_the_result() -> None:
    content = multi_choice(True, False)
    content["params"]["answers"][1]["tipsAndFeedback"] = {"tip": "<p>Pense à l’énoncé.</p>"}
    pupil = Pupil(content)
    assert re.search(r'<details class="tip"><summary>Indice<.*réponse 2<.*Pense à l’énoncé', pupil.page())
    pupil.press("finish")
    assert "<details" not in pupil.page()


def test_a_tip_of_a_blank_says_which_blank_it_is_about() -> None:
    page = Pupil(blanks("<p>*a* *b:Un <em>indice</em>*</p>")).page()
    assert " pour le trou 2" in page
    assert "Un indice" in page


def test_a_picture_has_its_words() -> None:
    content = true_false()
    image = {"file": {"path": "images/a.png", "width": 60, "height": 20}, "alt": 'Un "chat"'}
    content["params"]["media"] = {"type": {"library": "H5P.Image 1.1", "params": image}}
    assert (
        '<img src="/media/images/a.png" alt="Un &#34;chat&#34;" width="60" height="20" lang="fr">'
        in Pupil(content).page()
    )


def test_texts_say_the_language_of_the_content() -> None:
    page = Pupil({**multi_choice(True, False), "language": "en"}).page()
    assert page.count('lang="en"') == 3
    assert 'lang="fr"' not in page


def finished(content: dict[str, Any], *chosen: str) -> str:
    pupil = Pupil(content)
    pupil.press("finish", pupil.choices(*chosen))
    return pupil.page()


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("0123", "Bravo, tout est juste"),
        ("012", "Très bien"),
        ("01", "C’est un bon début"),
        ("0", "Tu as commencé à progresser"),
        ("", "c’est en essayant qu’on apprend"),
    ],
)
def test_a_result_has_a_warm_word(chosen: str, words: str) -> None:
    page = finished(multi_choice(True, True, True, True), *chosen)
    assert words in page
    assert f"{len(chosen)} / 4" in page


def test_the_word_of_the_author_comes_before_ours() -> None:
    feedback = {"overallFeedback": [{"from": 0, "to": 100, "feedback": "<b>@score</b> sur @total, dit l’auteur."}]}
    page = finished(question_set(true_false(), endGame=feedback), "true")
    assert "<b>1</b> sur 1, dit l’auteur." in page
    assert "Bravo" not in page


def test_the_result_goes_through_every_question() -> None:
    pupil = Pupil(EVERYTHING)
    for _ in range(3):
        pupil.press("next")
    pupil.press("finish")
    page = pupil.page()
    assert page.count("<article") == 4
    assert page.count("Pas de réponse.") == 4
    assert "<button" not in page


def test_feedback_of_a_question_comes_with_its_verdict() -> None:
    content = true_false(correct="true", feedbackOnCorrect="<p>Eh oui.</p>", feedbackOnWrong="<p>Eh non.</p>")
    pupil = Pupil(content)
    pupil.press("check", pupil.choices("false"))
    assert "<p>Eh non.</p>" in pupil.page()
    assert "Eh oui" not in pupil.page()


def test_french_signs_stand_after_a_non_breaking_space() -> None:
    for page in pages():
        text = re.sub(r"<[^>]*>", "", page.replace("Laquelle ?", "").replace("Vrai ou faux ?", ""))
        assert not re.search(r"\w [:;!?]|« | »", text)
