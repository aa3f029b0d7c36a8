"""All components on one page, looked at by a browser: accessible, narrow enough, light enough."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.lti_tool.web.conftest import Site
from tests.support.browser import accessibility_violations, transferred, watch

pytestmark = pytest.mark.browser


@pytest.fixture
def url(site: Site) -> str:
    site.start()
    return site.url


@pytest.mark.parametrize("path", ["/styleguide", "/errors/often"])
def test_axe_finds_nothing(url: str, page: Page, path: str) -> None:
    page.goto(f"{url}{path}")
    assert accessibility_violations(page) == []


def test_nothing_sticks_out_of_the_page_on_any_screen(url: str, page: Page) -> None:
    page.goto(f"{url}/styleguide")
    widths = [320, 360, 768, 1280]
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 700})
        found.append(page.evaluate("document.documentElement.scrollWidth"))
    assert found == widths


def test_controls_are_large_enough_for_a_finger(url: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{url}/styleguide")
    small = page.evaluate(
        """() => [...document.querySelectorAll(".btn, .choice, .blank, .tip > summary, .field > :not(label, p)")]
            .filter((control) => control.getBoundingClientRect().height < 44)
            .map((control) => control.outerHTML)"""
    )
    assert small == []


def test_a_page_loads_little_and_says_nothing_on_the_console(url: str, page: Page) -> None:
    with watch(page) as visit:
        page.goto(f"{url}/styleguide", wait_until="networkidle")
    asked = visit.of(url)
    assert visit.complaints == []
    assert visit.hosts() == {urlsplit(url).netloc}
    assert len(asked) <= 6
    assert sum(map(transferred, asked)) <= 60_000
