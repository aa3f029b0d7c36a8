"""Reloading, going back, two windows, a browser that was closed: none of it is a dead end, and no answer is lost."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect

from lti_tool.demo_lms import DemoUser
from tests.support.browser import CHROMIUM_SWITCHES, NO_CHROMIUM, find_chromium
from tests.support.exercise import TITLE, answers
from tests.support.pupil import fill_and_wait, hand_in, open_in_the_course, texts
from tests.support.school import School

pytestmark = pytest.mark.browser

MANY_QUESTIONS = "3"


def press(frame: Frame, name: str) -> None:
    """Press a button, until the page it leads to is there."""
    frame.locator("main").evaluate("main => { main.dataset.old = '' }")
    frame.get_by_role("button", name=name, exact=True).click()
    expect(frame.locator("main[data-old]")).to_have_count(0)


def tool_frame(page: Page, place: School) -> Frame:
    """The frame of the tool, at the address of its session."""
    frame = page.frames[1]
    frame.wait_for_url(f"{place.tool.base_url}/s/**")
    return frame


def open_from_the_course(page: Page, place: School, pupil: DemoUser, activity: str) -> Frame:
    """Go from the course to the activity by its address.

    After a click the LMS's own forms leave entries of the frame in the history, which lead back to the LMS's pages.
    """
    page.goto(place.lms.config.base_url)
    page.goto(f"{place.lms.config.base_url}/activities/{activity}/view?user={pupil.id}")
    return tool_frame(page, place)


def open_in_a_tab(page: Page, place: School, pupil: DemoUser) -> None:
    """Click the activity where the LMS opens it in a window of its own."""
    page.goto(f"{place.frame_address(pupil.id)}&target=window")
    page.wait_for_url(f"{place.tool.base_url}/s/**")


def end_sessions(place: School) -> None:
    """Everybody has been away for hours."""
    with closing(sqlite3.connect(place.tool.folder / "traam.sqlite", timeout=20)) as database, database:
        database.execute("UPDATE launch_session SET ended_at = created_at WHERE ended_at IS NULL")


@contextmanager
def browser_of(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """A browser whose profile outlives it."""
    path = find_chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=path, args=CHROMIUM_SWITCHES, locale="fr-FR"
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def test_back_and_forward_after_several_questions_find_the_question_again(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    frame = open_from_the_course(page, running_school, pupil, MANY_QUESTIONS)
    heading = page.frame_locator("iframe").get_by_text("Question 3 sur")
    for _ in range(2):
        press(frame, "Question suivante")
    expect(heading).to_be_visible()
    page.go_back()
    expect(page).to_have_url(f"{running_school.lms.config.base_url}/")
    page.go_forward()
    expect(heading).to_be_visible()


def test_after_the_end_the_back_button_leads_to_the_course_and_forward_to_the_result(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    open_from_the_course(page, running_school, pupil, "1")
    frame = page.frame_locator("iframe")
    fill_and_wait(frame, 6)
    hand_in(frame)
    page.go_back()
    expect(page).to_have_url(f"{running_school.lms.config.base_url}/")
    page.go_forward()
    expect(frame.get_by_role("heading", name="Ton résultat")).to_be_visible()


def test_a_reload_of_the_frame_after_the_end_shows_the_result(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill_and_wait(frame, 2)
    hand_in(frame)
    with page.expect_event("framenavigated"):
        tool_frame(page, running_school).evaluate("location.reload()")
    expect(frame.get_by_role("heading", name="Ton résultat")).to_be_visible()


def test_a_duplicated_tab_goes_on_where_the_first_one_is(page: Page, running_school: School, pupil: DemoUser) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill_and_wait(frame, 3)
    other = page.context.new_page()
    other.goto(page.url)
    copy = other.frame_locator("iframe")
    expect(copy.get_by_role("textbox").nth(2)).to_have_value(answers(3)[2])
    fill_and_wait(copy, 5)
    frame.get_by_role("textbox").first.fill("trop tard")
    expect(frame.get_by_text("Tu as continué ailleurs").first).to_be_visible()
    frame.get_by_role("link", name="Reprendre").click()
    expect(frame.get_by_role("textbox").nth(4)).to_have_value(answers(5)[4])


def test_a_window_of_its_own_can_be_duplicated_reloaded_and_left(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    open_in_a_tab(page, running_school, pupil)
    fill_and_wait(page, 4)
    page.reload()
    assert texts(page) == answers(4)
    other = page.context.new_page()
    other.goto(page.url)
    assert texts(other) == answers(4)
    page.goto(running_school.lms.config.base_url)
    page.go_back()
    expect(page.get_by_role("textbox").nth(3)).to_have_value(answers(4)[3])


def test_a_reload_in_the_middle_of_a_word_loses_nothing(page: Page, running_school: School, pupil: DemoUser) -> None:
    open_in_a_tab(page, running_school, pupil)
    page.locator("input.blank").nth(0).fill("vite")
    page.reload()
    page.locator("input.blank").nth(1).fill("ensuite")
    expect(page.get_by_text("Enregistré", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator("input.blank").nth(0)).to_have_value("vite")
    expect(page.locator("input.blank").nth(1)).to_have_value("ensuite")


def test_a_page_from_the_memory_of_the_browser_is_brought_up_to_date(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    open_in_a_tab(page, running_school, pupil)
    with page.expect_event("framenavigated"):
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def test_a_session_that_is_over_leads_back_to_the_course(page: Page, running_school: School, pupil: DemoUser) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill_and_wait(frame, 3)
    end_sessions(running_school)
    frame.get_by_role("button", name="Vérifier").click()
    expect(frame.get_by_role("heading", name="La séance est terminée")).to_be_visible()
    frame.get_by_role("link", name="Revenir au cours").click()
    expect(page).to_have_url(re.compile("/return[?]course="))
    page.get_by_role("link", name="Retour au cours").click()
    again = open_in_the_course(page, running_school, pupil)
    assert texts(again) == answers(3)


def test_a_reload_of_the_frame_of_a_session_that_is_over_leads_back_too(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    session = tool_frame(page, running_school)
    end_sessions(running_school)
    with page.expect_event("framenavigated"):
        session.evaluate("location.reload()")
    expect(frame.get_by_role("link", name="Revenir au cours")).to_be_visible()
    page.reload()
    expect(frame.get_by_role("heading", name=TITLE)).to_be_visible()


def test_without_its_script_a_reloaded_launch_has_a_button_that_goes_on(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    page.route("**/js/app.js*", lambda route: route.abort())
    page.goto(f"{running_school.frame_address(pupil.id)}&target=window")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("link", name="Reprendre").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def test_a_browser_that_was_closed_finds_the_activity_again(
    playwright: Playwright, running_school: School, pupil: DemoUser, tmp_path: Path
) -> None:
    with browser_of(playwright, tmp_path) as context:
        page = context.new_page()
        frame = open_in_the_course(page, running_school, pupil)
        fill_and_wait(frame, 5)
        tab = context.new_page()
        open_in_a_tab(tab, running_school, pupil)
        in_course, own = page.url, tab.url
    with browser_of(playwright, tmp_path) as context:
        page = context.new_page()
        page.goto(in_course)
        expect(page.frame_locator("iframe").get_by_role("textbox").nth(4)).to_have_value(answers(5)[4])
        page.goto(own)
        assert texts(page) == answers(5)


def test_where_the_cookie_is_refused_a_reload_of_the_course_gives_a_new_way_out(
    context_without_framed_cookies: BrowserContext, running_school: School, pupil: DemoUser
) -> None:
    page = context_without_framed_cookies.new_page()
    frame = open_in_the_course(page, running_school, pupil)
    button = frame.get_by_role("button", name="Ouvrir dans un nouvel onglet")
    with context_without_framed_cookies.expect_page() as opened:
        button.click()
    fill_and_wait(opened.value, 2)
    opened.value.close()
    page.reload()
    with context_without_framed_cookies.expect_page() as opened_again:
        button.click()
    expect(opened_again.value.get_by_role("textbox").nth(1)).to_have_value(answers(2)[1])
