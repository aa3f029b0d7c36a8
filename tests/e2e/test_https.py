"""The tool and the LMS on two sites, over https as at school, in a browser that blocks third-party cookies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from lti_tool.demo_lms import TEACHER, DemoUser
from tests.support.browser import CHROMIUM_SWITCHES, NO_CHROMIUM, find_chromium, refusing_framed_cookies, watch
from tests.support.certificates import Certificate, make_certificate
from tests.support.exercise import TITLE, answers
from tests.support.pupil import PUPILS, fill_and_wait, hand_in, open_in_the_course, texts
from tests.support.school import School, school, stocked_copy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def secure_school(
    stocked: Path, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[School]:
    tool = stocked_copy(stocked, tmp_path_factory.mktemp("https"), certificate)
    with school(tool, [TEACHER, *PUPILS], [TITLE, TITLE]) as built:
        tool.start()
        yield built


@pytest.fixture(scope="module")
def secure_chromium(playwright: Playwright, certificate: Certificate) -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    switches = [*CHROMIUM_SWITCHES, certificate.chromium_switch]
    browser = playwright.chromium.launch(executable_path=path, args=switches)
    yield browser
    browser.close()


@pytest.fixture
def secure_context(secure_chromium: Browser) -> Iterator[BrowserContext]:
    context = secure_chromium.new_context(locale="fr-FR")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def secure_page(secure_context: BrowserContext) -> Page:
    return secure_context.new_page()


def test_a_click_in_the_course_leads_to_a_grade_over_https(
    secure_page: Page, secure_school: School, pupil: DemoUser
) -> None:
    with watch(secure_page) as visit:
        frame = open_in_the_course(secure_page, secure_school, pupil)
        fill_and_wait(frame, 7)
        hand_in(frame)
    assert secure_school.grade(pupil.id) == "7 / 8"
    assert {request.url.partition(":")[0] for request in visit.requests} == {"https"}
    assert visit.complaints == []


def test_a_reload_over_https_finds_the_answers_again(secure_page: Page, secure_school: School, pupil: DemoUser) -> None:
    frame = open_in_the_course(secure_page, secure_school, pupil)
    fill_and_wait(frame, 3)
    with secure_page.expect_event("framenavigated"):
        secure_page.frames[1].evaluate("location.reload()")
    expect(frame.get_by_role("textbox").nth(2)).to_have_value(answers(3)[2])
    secure_page.reload()
    expect(frame.get_by_role("textbox").nth(2)).to_have_value(answers(3)[2])


def test_two_activities_in_two_tabs_over_https(
    secure_context: BrowserContext, secure_school: School, pupil: DemoUser
) -> None:
    frames = [open_in_the_course(secure_context.new_page(), secure_school, pupil, activity) for activity in ("1", "2")]
    for right, frame in enumerate(frames, start=5):
        fill_and_wait(frame, right)
    for frame in frames:
        hand_in(frame)
    assert [secure_school.grade(pupil.id, activity) for activity in ("1", "2")] == ["5 / 8", "6 / 8"]


def test_the_cookies_are_the_tools_alone_and_kept_apart_for_the_lms(
    secure_context: BrowserContext, secure_school: School, pupil: DemoUser
) -> None:
    open_in_the_course(secure_context.new_page(), secure_school, pupil)
    cookies = [cookie for cookie in secure_context.cookies() if cookie["name"].startswith("__Host-traam")]
    # The browser's, and that of its first login.
    assert len(cookies) == 2
    for cookie in cookies:
        assert (cookie["domain"], cookie["path"]) == ("localhost", "/")
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "None")
        assert cookie["partitionKey"] == "https://127.0.0.1"


def test_browsers_are_told_to_come_back_over_https_only(secure_page: Page, secure_school: School) -> None:
    answer = secure_page.goto(secure_school.tool.base_url)
    assert answer is not None
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_where_the_cookie_is_refused_a_new_tab_is_the_way_out_over_https(
    playwright: Playwright, certificate: Certificate, secure_school: School, pupil: DemoUser, tmp_path: Path
) -> None:
    tool, lms = secure_school.tool.base_url, secure_school.lms.config.base_url
    switches = [certificate.chromium_switch]
    with refusing_framed_cookies(playwright, tmp_path, of=tool, inside=lms, switches=switches) as context:
        frame = open_in_the_course(context.new_page(), secure_school, pupil)
        with context.expect_page() as opened:
            frame.get_by_role("button", name="Ouvrir dans un nouvel onglet").click()
        fill_and_wait(opened.value, 6)
        opened.value.reload()
        assert texts(opened.value) == answers(6)
        hand_in(opened.value)
    assert secure_school.grade(pupil.id) == "6 / 8"


def test_a_teacher_picks_an_activity_in_the_dialog_of_the_lms_over_https(
    secure_page: Page, secure_school: School
) -> None:
    secure_page.goto(f"{secure_school.lms.config.base_url}/deep-linking?user={TEACHER.id}")
    dialog = secure_page.frame_locator("iframe")
    dialog.get_by_label(TITLE).check()
    dialog.get_by_role("button", name="Insérer dans le cours").click()
    expect(dialog.get_by_role("heading", name="Ajouté au cours")).to_be_visible()
    assert [activity.title for activity in secure_school.lms.config.activities] == [TITLE, TITLE, TITLE]
