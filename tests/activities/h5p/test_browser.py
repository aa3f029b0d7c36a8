"""The pages in a browser, under the policy that the house gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.activities.h5p.contents import CONTENTS, QUESTIONS, TO_READ, pages
from tests.activities.h5p.player import Pupil, column, drag_question, drag_text, sort_paragraphs, true_false
from tests.support.browser import accessibility_violations, watch

pytestmark = pytest.mark.browser

STATIC = Path("lti_tool/web/static")
SITE = "https://exercice.example"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
SHELL = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Exercice</title>
<link rel="stylesheet" href="/css/app.css">{scripts}</head>
<body><main class="page"><h1>Exercice</h1><form>{content}</form></main></body></html>"""
SHORT = [*QUESTIONS, *TO_READ, column(TO_READ[0], *QUESTIONS[:2])]
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}


def show(page: Page, content: str, scripts: tuple[str, ...] = ()) -> None:
    """Show the page of an exercise with its scripts."""
    tags = "".join(f'<script type="module" src="/{script}"></script>' for script in scripts)

    def answer(route: Route) -> None:
        path = STATIC / urlsplit(route.request.url).path.lstrip("/")
        if path.is_file():
            route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])
        elif urlsplit(route.request.url).path == "/":
            html = SHELL.format(scripts=tags, content=content)
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
        else:
            route.fulfill(status=204)

    page.unroute_all()
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/", wait_until="load")


def drag(page: Page, thing: Locator, onto: Locator) -> None:
    """Carry a thing to the middle of another one."""
    thing.hover()
    page.mouse.down()
    box = onto.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 10, steps=5)
    page.mouse.up()


def play(page: Page, content: dict[str, Any]) -> Pupil:
    """A new attempt, shown."""
    page.set_viewport_size({"width": 900, "height": 1200})
    pupil = Pupil(content)
    show(page, pupil.page(), pupil.settings.scripts)
    return pupil


@pytest.mark.parametrize("content", SHORT, ids=[content["library"] for content in SHORT])
def test_axe_finds_nothing_in_any_state(page: Page, content: dict[str, Any]) -> None:
    for html in dict.fromkeys(pages(content)):
        show(page, html)
        assert accessibility_violations(page) == []


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    for content in CONTENTS:
        show(page, Pupil(content).page())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_label_is_dragged_into_a_gap_and_serves_once(page: Page) -> None:
    play(page, drag_text("Le *chat* mange la *souris*.", "*chien*"))
    label, gaps = page.locator("[data-drag]").first, page.locator("select")
    value = label.get_attribute("data-value") or ""
    drag(page, label, gaps.nth(0))
    expect(gaps.nth(0)).to_have_value(value)
    drag(page, label, gaps.nth(1))
    expect(gaps.nth(1)).to_have_value(value)
    expect(gaps.nth(0)).to_have_value("")


def test_a_paragraph_is_dragged_by_its_grip(page: Page) -> None:
    pupil = play(page, sort_paragraphs("<p>a</p>", "<p>b</p>", "<p>c</p>"))
    fields = page.locator("ol input")
    before = [field.input_value() for field in fields.all()]
    drag(page, page.locator(".grip").nth(0), page.locator(".grip").nth(2))
    after = [field.input_value() for field in fields.all()]
    assert after == [*before[1:], before[0]]
    assert pupil.press("save", {pupil.turn["names"][0]: after})
    expect(page.locator("[data-up]").first).to_be_hidden()
    expect(page.locator("[data-down]").last).to_be_hidden()
    expect(page.locator("[data-down]").first).to_be_visible()


def test_an_element_is_dragged_onto_a_zone(page: Page) -> None:
    content = drag_question("a", {"Nord": "a", "Sud": ""})
    for number, zone in enumerate(content["params"]["question"]["task"]["dropZones"]):
        zone.update(x=10 + 40 * number, y=10, width=10, height=8)
    play(page, content)
    zone = page.locator("[data-zone]").nth(1)
    drag(page, page.locator("[data-drag]"), zone)
    expect(page.locator("select")).to_have_value(zone.get_attribute("data-zone") or "")


def test_formulas_are_drawn_under_the_policy(page: Page) -> None:
    content = true_false()
    content["params"]["question"] = "<p>\\(\\ce{2H2 + O2 -> 2H2O}\\) et $$\\frac{a}{b}$$</p>"
    with watch(page) as visit:
        play(page, content)
        expect(page.locator("math")).to_have_count(2)
        assert accessibility_violations(page) == []
    assert visit.complaints == []
    assert page.locator("[style]").count() == 0


def test_formulas_of_a_page_that_takes_the_place_of_another_are_drawn_too(page: Page) -> None:
    content = true_false()
    content["params"]["question"] = "<p>\\(x\\)</p>"
    play(page, content)
    page.evaluate("""() => {
      const main = document.createElement("main");
      main.textContent = "\\\\(y^2\\\\)";
      document.querySelector("main").replaceWith(main);
    }""")
    expect(page.locator("math")).to_have_count(1)
