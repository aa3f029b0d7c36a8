"""The official player in real Chromium: a frame of its own origin, which plays, answers, and is believed by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from lti_tool.app import make_services
from lti_tool.demo_lms import TEACHER, DemoUser
from lti_tool.settings import Settings
from tests.support.browser import accessibility_violations, watch
from tests.support.pupil import PUPILS
from tests.support.school import School, school, stocked_copy
from tests.support.toy import TITLE, install_toy, store_toy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def toy_school(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A school whose course has the toy question, and whose administrator has installed its library."""
    tool = stocked_copy(stocked, tmp_path_factory.mktemp("player"))
    services = make_services(
        Settings(base_url=tool.base_url, data_dir=tool.folder, database_url=tool.settings["TRAAM_DATABASE_URL"])
    )
    install_toy(services)
    store_toy(services)
    services.database.engine.dispose()
    with school(tool, [TEACHER, *PUPILS], [TITLE]) as built:
        built.tool.start()
        yield built


def open_question(page: Page, place: School, pupil: DemoUser) -> tuple[FrameLocator, FrameLocator]:
    """The page in the frame of the LMS, and the player in the frame of the page."""
    page.goto(place.lms.config.base_url)
    page.get_by_role("button", name=pupil.opens_as, exact=True).first.click()
    desk = page.frame_locator("iframe")
    player = desk.frame_locator("iframe.player")
    expect(player.get_by_text("Combien font 2 + 2 ?")).to_be_visible(timeout=20_000)
    return desk, player


def test_what_is_answered_in_the_frame_becomes_a_grade(page: Page, toy_school: School, pupil: DemoUser) -> None:
    with watch(page) as visit:
        desk, player = open_question(page, toy_school, pupil)
        player.get_by_role("button", name="3").click()
        expect(desk.get_by_text("Enregistré", exact=True)).to_be_visible()
        inner = page.frames[2]
        assert inner.evaluate("self.origin") == "null"
        assert inner.evaluate("document.cookie") == ""
        assert inner.evaluate("fetch('/healthz').then(() => 'open', () => 'closed')") == "closed"
        assert accessibility_violations(page.frames[1]) == []
    addresses = {toy_school.tool.base_url, toy_school.lms.config.base_url}
    assert visit.hosts() == {address.removeprefix("http://") for address in addresses}
    assert all("Content Security Policy" in complaint for complaint in visit.complaints), visit.complaints

    desk, player = open_question(page, toy_school, pupil)
    expect(player.get_by_role("button", name="3")).to_have_attribute("aria-pressed", "true")
    player.get_by_role("button", name="4").click()
    desk.get_by_role("button", name="Terminer").click()
    expect(desk.get_by_role("heading", name="Ton résultat")).to_be_focused()
    expect(desk.get_by_text("Note transmise")).to_be_visible()
    assert toy_school.grade(pupil.id) == "8 / 8"


FORGED = """(word) => {
    const tree = JSON.stringify({statement: {result: {response: "4", score: {raw: 1, max: 1}}}});
    const message = {type: "data", nonce: word, tree, state: "", asked: 1};
    %s
}"""


def test_nothing_that_is_forged_is_taken_for_an_answer(page: Page, toy_school: School, pupil: DemoUser) -> None:
    desk, _ = open_question(page, toy_school, pupil)
    around, inner = page.frames[1], page.frames[2]
    section = desk.locator("[data-player]")
    word = section.get_attribute("data-nonce")
    tree = desk.locator("input[name=tree]")
    # The LMS, and the page itself, are other windows than the frame; the frame is asked for its word.
    page.evaluate(FORGED % "frames[0].postMessage(message, '*')", word)
    around.evaluate(FORGED % "postMessage(message, '*')", word)
    inner.evaluate(FORGED % "parent.postMessage(message, '*')", "0" * 32)
    inner.evaluate("parent.postMessage('text', '*')")
    inner.evaluate(FORGED % "parent.postMessage({...message, tree: 'x'.repeat(200000)}, '*')", word)
    page.wait_for_timeout(300)
    expect(tree).to_have_value("")
    # What another window asks of the frame is not answered either.
    page.evaluate("(word) => frames[0].frames[0].postMessage({type: 'ask', nonce: word, asked: 1}, '*')", word)
    page.wait_for_timeout(300)
    expect(tree).to_have_value("")
    inner.evaluate(FORGED % "parent.postMessage(message, '*')", word)
    expect(tree).not_to_have_value("")
