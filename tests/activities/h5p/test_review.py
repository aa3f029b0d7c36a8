"""What a teacher reads of an attempt: every answer, verdict and solution, handed in or not; nothing to press."""

from __future__ import annotations

from tests.activities.h5p.player import KIND, PAGES, Pupil, blanks, multi_choice, question_set, true_false

SET = question_set(multi_choice(True, False), true_false(), blanks("<p>*un* et *deux*.</p>"))


def reviewed(pupil: Pupil) -> str:
    """The page of a teacher who reads this attempt."""
    view = KIND.review(pupil.settings, pupil.state, pupil.context)
    return PAGES.get_template(view.template).render(view=view.data, media=lambda path: path)


def test_an_attempt_under_way_shows_every_question_with_its_solution() -> None:
    page = reviewed(Pupil(SET))
    assert page.count("Pas de réponse.") == 3
    assert "C’était la bonne réponse" in page
    assert "deux" in page


def test_reading_changes_nothing() -> None:
    pupil = Pupil(SET)
    before = dict(pupil.state)
    reviewed(pupil)
    assert pupil.state == before


def test_nothing_can_be_pressed() -> None:
    page = reviewed(Pupil(SET))
    assert "<button" not in page
    assert page.count("<fieldset") == page.count(" disabled")
    assert page.count('type="text"') == page.count(" readonly")


def test_it_speaks_to_a_teacher() -> None:
    page = reviewed(Pupil(SET))
    assert "Résultat" in page
    assert "Ton résultat" not in page
    assert "Tes réponses" not in page


def test_solutions_that_pupils_never_see_are_shown() -> None:
    pupil = Pupil(blanks("<p>*secret*</p>", enableSolutionsButton=False))
    pupil.press("finish", pupil.words("faux"))
    assert "secret" not in pupil.page()
    assert "secret" in reviewed(pupil)
