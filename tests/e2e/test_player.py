"""The official player in real Chromium: a frame of its own origin, which plays, answers, and is believed by nobody."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from lti_tool.demo_lms import DemoUser
from tests.support.browser import accessibility_violations, watch
from tests.support.school import School

pytestmark = pytest.mark.browser

ACTIVITY = "4"
"""The toy question, in the course."""

REAL_COOKIES = """() => {
    try {
        return Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call(document);
    } catch (error) {
        return error.name;
    }
}"""
"""The cookies of the frame, behind what libraries see of them."""


def open_question(page: Page, place: School, pupil: DemoUser) -> tuple[FrameLocator, FrameLocator]:
    """The page in the frame of the LMS, and the player in the frame of the page."""
    page.goto(place.lms.config.base_url)
    page.get_by_role("button", name=pupil.opens_as, exact=True).nth(int(ACTIVITY) - 1).click()
    desk = page.frame_locator("iframe")
    player = desk.frame_locator("iframe.player")
    expect(player.get_by_text("Combien font 2 + 2 ?")).to_be_visible(timeout=20_000)
    return desk, player


def test_what_is_answered_in_the_frame_becomes_a_grade(page: Page, running_school: School, pupil: DemoUser) -> None:
    with watch(page) as visit:
        desk, player = open_question(page, running_school, pupil)
        player.get_by_role("button", name="3").click()
        expect(desk.get_by_text("Enregistré", exact=True)).to_be_visible()
        inner = page.frames[2]
        assert inner.evaluate("self.origin") == "null"
        assert inner.evaluate(REAL_COOKIES) == "SecurityError"
        assert inner.evaluate("fetch('/healthz').then(() => 'open', () => 'closed')") == "closed"
        assert accessibility_violations(page.frames[1]) == []
    addresses = {running_school.tool.base_url, running_school.lms.config.base_url}
    assert visit.hosts() == {address.removeprefix("http://") for address in addresses}
    assert all("Content Security Policy" in complaint for complaint in visit.complaints), visit.complaints

    desk, player = open_question(page, running_school, pupil)
    expect(player.get_by_role("button", name="3")).to_have_attribute("aria-pressed", "true")
    player.get_by_role("button", name="4").click()
    desk.get_by_role("button", name="Terminer").click()
    expect(desk.get_by_role("heading", name="Ton résultat")).to_be_focused()
    expect(desk.get_by_text("Note transmise")).to_be_visible()
    assert running_school.grade(pupil.id, ACTIVITY) == "8 / 8"

    # Another frame, which the policy of the page that was there did not know.
    desk.get_by_role("button", name="Recommencer").click()
    expect(player.get_by_role("button", name="4")).to_have_attribute("aria-pressed", "false")
    player.get_by_role("button", name="3").click()
    expect(desk.get_by_text("Enregistré", exact=True)).to_be_visible()


FORGED = """(word) => {
    const tree = JSON.stringify({statement: {result: {response: "4", score: {raw: 1, max: 1}}}});
    const message = {type: "data", nonce: word, tree, state: "", asked: 1};
    %s
}"""


def test_nothing_that_is_forged_is_taken_for_an_answer(page: Page, running_school: School, pupil: DemoUser) -> None:
    desk, _ = open_question(page, running_school, pupil)
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


def test_a_library_that_does_not_come_is_told_in_the_page(page: Page, running_school: School, pupil: DemoUser) -> None:
    page.route("**/js/toy.js", lambda route: route.abort())
    page.goto(running_school.frame_address(pupil.id, ACTIVITY))
    expect(page.get_by_text("L’exercice n’a pas pu démarrer.")).to_be_visible(timeout=20_000)
