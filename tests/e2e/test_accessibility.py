"""axe-core finds nothing on the pupil's page, in any of its states, nor on the pages around it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from lti_tool.demo_lms import TEACHER, DemoUser
from tests.support.browser import accessibility_violations
from tests.support.school import School

pytestmark = pytest.mark.browser

LONGEST_WALK = 60
"""Buttons pressed on the way to the result, at most."""

PATH = ("Voir la solution", "Question suivante", "Terminer")
"""What is pressed once a question is judged: the first of these that the page has."""


def open_frame(page: Page, place: School, user: DemoUser, activity: str) -> Frame:
    """Open an activity straight away, as the content of the LMS's frame."""
    page.goto(f"{place.lms.config.base_url}/activities/{activity}/view?user={user.id}")
    frame = page.frames[1]
    frame.wait_for_url(f"{place.tool.base_url}/**")
    return frame


def assert_accessible(frame: Frame) -> None:
    violations = accessibility_violations(frame)
    assert violations == [], f"{frame.locator('body').get_attribute('data-page')}: {violations}"


def answer_something(frame: Frame) -> None:
    for blank in frame.get_by_role("textbox").all():
        blank.fill("une réponse")
    choice = frame.locator("input[type=radio], input[type=checkbox]").first
    if choice.count():
        choice.check()


def press(frame: Frame, name: str) -> None:
    """Press a button, until the page it leads to is there."""
    frame.locator("main").evaluate("main => { main.dataset.old = '' }")
    frame.get_by_role("button", name=name, exact=True).click()
    expect(frame.locator("main[data-old]")).to_have_count(0)


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_the_pupils_page_is_accessible_from_the_first_question_to_the_result(
    page: Page, running_school: School, pupil: DemoUser, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    frame = open_frame(page, running_school, pupil, "3")
    press(frame, "Vérifier")
    assert_accessible(frame)
    press(frame, "Réessayer")
    for _ in range(LONGEST_WALK):
        assert_accessible(frame)
        if frame.locator("body").get_attribute("data-page") == "result":
            return
        if frame.get_by_role("button", name="Vérifier", exact=True).count():
            answer_something(frame)
            press(frame, "Vérifier")
        else:
            press(frame, next(name for name in PATH if frame.get_by_role("button", name=name, exact=True).count()))
    pytest.fail("no result in sight")


def test_the_teachers_page_is_accessible(page: Page, running_school: School) -> None:
    assert_accessible(open_frame(page, running_school, TEACHER, "1"))


def test_the_way_out_of_a_refused_cookie_is_accessible(
    context_without_framed_cookies: BrowserContext, running_school: School, pupil: DemoUser
) -> None:
    assert_accessible(open_frame(context_without_framed_cookies.new_page(), running_school, pupil, "1"))


def test_a_refusal_is_accessible(page: Page, running_school: School) -> None:
    page.goto(f"{running_school.tool.base_url}/lti/login")
    assert_accessible(page.main_frame)


def test_the_page_of_somebody_who_is_lost_is_accessible(page: Page, running_school: School) -> None:
    page.goto(f"{running_school.tool.base_url}/nowhere")
    assert_accessible(page.main_frame)
