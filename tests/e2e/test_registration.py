"""In a browser: an invitation is pasted into the LMS, the tool's page confirms in its frame, an activity opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, serve
from tests.support.browser import accessibility_violations, watch
from tests.support.exercise import TITLE
from tests.support.school import custom_of, stocked_copy
from tests.support.servers import ToolServer

pytestmark = pytest.mark.browser


@pytest.fixture
def tool(stocked: Path, tmp_path: Path) -> Iterator[ToolServer]:
    """A tool that knows no platform."""
    server = stocked_copy(stocked, tmp_path / "tool")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def lms(tool: ToolServer) -> Iterator[DemoLMS]:
    """An LMS that has not been registered."""
    made = DemoLMS(
        DemoConfig(
            tool_url=tool.base_url, activities=(DemoActivity("1", TITLE, custom=custom_of(tool)[TITLE], points=8),)
        )
    )
    with serve(made):
        yield made
    made.close()


def frame_of(page: Page, tool: ToolServer) -> Frame:
    return next(frame for frame in page.frames if frame.url.startswith(tool.base_url))


def test_an_invitation_becomes_an_activity_that_opens(page: Page, tool: ToolServer, lms: DemoLMS) -> None:
    link = tool.traam("platforms", "invite", "--name", "Éléa Versailles").split()[-1]
    with watch(page) as visit:
        page.goto(f"{lms.config.base_url}/tools")
        page.get_by_label("URL de l’outil").fill(link)
        page.get_by_role("button", name="Ajouter LTI Advantage").click()
        inside = page.frame_locator("iframe")
        expect(inside.get_by_text(lms.config.base_url)).to_be_visible()
        assert accessibility_violations(frame_of(page, tool)) == []
        inside.get_by_role("button", name="Confirmer").click()
        expect(inside.get_by_role("heading", name="se connaissent")).to_be_visible()
        assert accessibility_violations(frame_of(page, tool)) == []
        assert page.context.cookies(tool.base_url) == []
        inside.get_by_role("button", name="Fermer et revenir à Moodle").click()
        page.wait_for_url(f"{lms.config.base_url}/tools")
    assert visit.complaints == []
    expect(page.get_by_text("En attente")).to_be_visible()
    page.get_by_role("button", name="Activer").click()
    page.goto(f"{lms.config.base_url}/activities/1/view?user=3")
    expect(page.frame_locator("iframe").get_by_role("heading", name=TITLE).first).to_be_visible()


def test_a_value_is_copied_in_one_click(browser_context: BrowserContext, tool: ToolServer) -> None:
    browser_context.grant_permissions(["clipboard-read", "clipboard-write"], origin=tool.base_url)
    page = browser_context.new_page()
    page.goto(tool.traam("admin", "link").split()[-1])
    page.get_by_role("button", name="Me connecter").click()
    page.get_by_role("link", name="Valeurs à copier").click()
    page.get_by_role("button", name="Copier : URL de l’outil").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{tool.base_url}/lti/launch"


def test_every_administrators_page_fits_a_phone_and_can_be_read_by_everyone(page: Page, tool: ToolServer) -> None:
    page.goto(tool.traam("admin", "link").split()[-1])
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url("**/admin/platforms")
    for path in ("platforms", "invitations", "keys", "health", "values"):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{tool.base_url}/admin/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert accessibility_violations(page) == [], path
