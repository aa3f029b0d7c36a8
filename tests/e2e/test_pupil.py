"""What a pupil lives through, in a browser that blocks third-party cookies, with the LMS on another site."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lti_tool.demo_lms import DemoUser
from tests.support.browser import transferred, watch
from tests.support.exercise import WORDS, answers
from tests.support.pupil import fill, fill_and_wait, open_in_the_course, texts
from tests.support.school import School
from tests.support.servers import wait_until

pytestmark = pytest.mark.browser

MOST_REQUESTS = 6
MOST_BYTES = 60 * 1024


def test_a_click_in_the_course_leads_to_a_grade_in_the_gradebook(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill(frame, 7)
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.get_by_role("heading", name="Ton résultat")).to_be_focused()
    expect(frame.get_by_text("Note transmise")).to_be_visible()
    assert running_school.grade(pupil.id) == "7 / 8"
    page.goto(f"{running_school.lms.config.base_url}/gradebook")
    expect(page.get_by_role("row", name=pupil.name).get_by_text("7 / 8")).to_be_visible()


def test_the_keyboard_alone_is_enough(page: Page, running_school: School, pupil: DemoUser) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    frame.get_by_role("textbox").first.focus()
    for word in WORDS:
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    expect(frame.get_by_role("button", name="Vérifier")).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.get_by_text("Tout est juste : 8 sur 8.")).to_be_visible()


def test_a_reload_of_the_frame_finds_the_answers_again(page: Page, running_school: School, pupil: DemoUser) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill_and_wait(frame, 3)
    with page.expect_event("framenavigated"):
        page.frames[1].evaluate("location.reload()")
    expect(frame.get_by_role("textbox").nth(2)).to_have_value(WORDS[2])
    assert texts(frame) == answers(3)


def test_a_reload_of_the_course_finds_the_answers_again(page: Page, running_school: School, pupil: DemoUser) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill_and_wait(frame, 4)
    page.reload()
    expect(frame.get_by_role("textbox").nth(3)).to_have_value(WORDS[3])
    assert texts(frame) == answers(4)


def test_another_computer_finds_the_answers_and_the_older_tab_is_told(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    frame = open_in_the_course(page, running_school, pupil)
    fill_and_wait(frame, 2)
    browser = page.context.browser
    assert browser is not None
    elsewhere = browser.new_context().new_page()
    other = open_in_the_course(elsewhere, running_school, pupil)
    assert texts(other) == answers(2)
    fill_and_wait(other, 5)
    frame.get_by_role("textbox").first.fill("trop tard")
    expect(frame.get_by_text("Tu as continué ailleurs").first).to_be_visible()
    elsewhere.context.close()


def test_two_activities_in_two_tabs_do_not_disturb_each_other(
    browser_context: BrowserContext, running_school: School, pupil: DemoUser
) -> None:
    tabs = {activity: browser_context.new_page() for activity in ("1", "2")}
    frames = {activity: open_in_the_course(tab, running_school, pupil, activity) for activity, tab in tabs.items()}
    for right, frame in enumerate(frames.values(), start=5):
        fill_and_wait(frame, right)
    for frame in frames.values():
        frame.get_by_role("button", name="Terminer").click()
        expect(frame.get_by_text("Note transmise")).to_be_visible()
    assert [running_school.grade(pupil.id, activity) for activity in frames] == ["5 / 8", "6 / 8"]


def test_where_the_cookie_is_refused_a_new_tab_is_the_way_out(
    context_without_framed_cookies: BrowserContext, running_school: School, pupil: DemoUser
) -> None:
    page = context_without_framed_cookies.new_page()
    frame = open_in_the_course(page, running_school, pupil)
    with context_without_framed_cookies.expect_page() as opened:
        frame.get_by_role("button", name="Ouvrir dans un nouvel onglet").click()
    tab = opened.value
    for blank, answer in zip(tab.get_by_role("textbox").all(), answers(6), strict=True):
        blank.fill(answer)
    tab.get_by_role("button", name="Terminer").click()
    expect(tab.get_by_text("Note transmise")).to_be_visible()
    assert running_school.grade(pupil.id) == "6 / 8"


def test_an_address_that_is_copied_opens_nothing_in_another_browser(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    open_in_the_course(page, running_school, pupil)
    browser = page.context.browser
    assert browser is not None
    thief = browser.new_context().new_page()
    answer = thief.goto(page.frames[1].url)
    assert answer is not None
    assert answer.status in {401, 403, 404}
    expect(thief.get_by_role("textbox")).to_have_count(0)
    thief.context.close()


def test_the_page_is_light_and_comes_from_nowhere_else(page: Page, running_school: School, pupil: DemoUser) -> None:
    with watch(page) as visit:
        frame = open_in_the_course(page, running_school, pupil)
        page.wait_for_load_state("networkidle")
        opening = visit.of(running_school.tool.base_url)
        fill(frame, 8)
        frame.get_by_role("button", name="Terminer").click()
        expect(frame.get_by_text("Note transmise")).to_be_visible()
    assert len(opening) <= MOST_REQUESTS, [request.url for request in opening]
    assert sum(transferred(request) for request in opening) <= MOST_BYTES
    addresses = {running_school.tool.base_url, running_school.lms.config.base_url}
    assert visit.hosts() == {address.removeprefix("http://") for address in addresses}
    assert visit.complaints == []


def test_the_answers_are_in_nothing_that_comes_before_they_are_given(
    page: Page, running_school: School, pupil: DemoUser
) -> None:
    with watch(page) as visit:
        open_in_the_course(page, running_school, pupil)
        page.wait_for_load_state("networkidle")
    for request in visit.of(running_school.tool.base_url):
        answer = request.response()
        if answer is not None and answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            said = answer.text().casefold()
            assert not [word for word in WORDS if word in said], request.url


def test_a_grade_that_waits_says_so_until_it_has_gone(page: Page, running_school: School, pupil: DemoUser) -> None:
    running_school.lms.answer_scores_with = lambda score: 503 if score["userId"] == pupil.id else None
    frame = open_in_the_course(page, running_school, pupil)
    fill(frame, 1)
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.get_by_text("Note en attente d’envoi")).to_be_visible()
    wait_until(lambda: any(post.user == pupil.id for post in running_school.lms.posts), what="a first try")
    running_school.lms.answer_scores_with = []
    expect(frame.get_by_text("Note transmise")).to_be_visible(timeout=60_000)
