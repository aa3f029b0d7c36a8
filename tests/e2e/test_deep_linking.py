"""A teacher picks activities in the dialog of the course, in a browser that keeps sites apart; a pupil gets a grade."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from lti_tool.demo_lms import DemoUser
from tests.support.browser import accessibility_violations, watch
from tests.support.exercise import TITLE, WORDS
from tests.support.school import School

pytestmark = pytest.mark.browser

SCENARIO = "S’entraîner à élaborer des plans de dissertation"


@pytest.fixture
def course(running_school: School) -> Iterator[School]:
    """The course, which is as before afterwards."""
    before = running_school.lms.config.activities
    yield running_school
    running_school.lms.reconfigure(activities=before)


def open_dialog(page: Page, school: School) -> FrameLocator:
    page.goto(school.lms.config.base_url)
    page.get_by_role("link", name="Choisir une activité en tant qu’enseignant").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Choisir des activités")).to_be_visible()
    return frame


def check_accessibility(page: Page) -> None:
    assert accessibility_violations(page.frames[-1]) == []


def test_two_graded_activities_are_placed_and_a_pupil_gets_a_grade(page: Page, course: School, pupil: DemoUser) -> None:
    with watch(page) as visit:
        frame = open_dialog(page, course)
        check_accessibility(page)
        frame.get_by_role("checkbox", name=TITLE).check()
        frame.get_by_role("checkbox", name=SCENARIO).check()
        frame.get_by_role("button", name="Régler avant d’insérer").click()
        expect(frame.get_by_role("heading", name="Régler avant d’insérer")).to_be_visible()
        check_accessibility(page)
        frame.get_by_label("Titre dans le cours").first.fill("Le devoir de lundi")
        frame.get_by_label("Points").first.fill("20")
        frame.get_by_role("button", name="Insérer dans le cours").click()
        expect(frame.get_by_text("Ajouté au cours")).to_be_visible()
    assert visit.complaints == []
    first, second = course.lms.config.activities[-2:]
    assert {first.title, second.title} == {"Le devoir de lundi", SCENARIO}
    placed = first if first.title == "Le devoir de lundi" else second
    assert placed.points == 20
    page.goto(course.frame_address(pupil.id, placed.key))
    for box, word in zip(page.get_by_role("textbox").all(), WORDS, strict=True):
        box.fill(word)
    page.get_by_role("button", name="Terminer").click()
    expect(page.get_by_text("Note transmise")).to_be_visible()
    assert course.grade(pupil.id, placed.key) == "20 / 20"


def test_a_choice_survives_a_search_a_preview_and_a_reload(page: Page, course: School) -> None:
    frame = open_dialog(page, course)
    frame.get_by_role("checkbox", name=TITLE).check()
    frame.get_by_role("searchbox").fill("dissertation")
    frame.get_by_role("searchbox").press("Enter")
    expect(frame.get_by_role("heading", name="Déjà choisi")).to_be_visible()
    frame.get_by_role("button", name="Essayer comme un élève").last.click()
    expect(frame.get_by_text("rien n’est noté ni gardé")).to_be_visible()
    check_accessibility(page)
    page.frames[-1].evaluate("location.reload()")
    frame.get_by_role("link", name="Revenir au choix").click()
    expect(frame.get_by_role("checkbox", name=TITLE)).to_be_checked()
    expect(frame.get_by_role("searchbox")).to_have_value("dissertation")


def test_cancelling_adds_nothing(page: Page, course: School) -> None:
    before = course.lms.config.activities
    frame = open_dialog(page, course)
    frame.get_by_role("button", name="Annuler").click()
    expect(frame.get_by_text("Rien n’a été ajouté")).to_be_visible()
    assert course.lms.config.activities == before


def test_without_scripts_a_button_carries_the_answer(page: Page, course: School) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{course.lms.config.base_url}/deep-linking/launch?user=2")
    plain.get_by_role("button", name="Continuer").click()
    plain.get_by_role("button", name="Continuer").click()
    plain.get_by_role("checkbox", name=TITLE).check()
    plain.get_by_role("button", name="Insérer dans le cours").click()
    plain.get_by_role("button", name="Continuer vers le cours").click()
    expect(plain.get_by_text("Ajouté au cours")).to_be_visible()
    context.close()
