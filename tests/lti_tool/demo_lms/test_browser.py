"""The demo LMS in a browser: grades that arrive before one's eyes, and pages that everyone can use."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, PlatformKey, RunningLMS, serve
from tests.support.browser import accessibility_violations, watch

pytestmark = pytest.mark.browser


@pytest.fixture
def served(platform_key: PlatformKey) -> Iterator[RunningLMS]:
    activities = (DemoActivity("1", "Le plan de dissertation", points=8), DemoActivity("2", "Le quiz", points=20))
    with serve(DemoLMS(DemoConfig(activities=activities), key=platform_key)) as server:
        yield server


def score(given: float, comment: str) -> bytes:
    body = {
        "userId": "3",
        "timestamp": datetime.fromtimestamp(time.time(), tz=UTC).isoformat(),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": given,
        "scoreMaximum": 8,
        "comment": comment,
    }
    return json.dumps(body).encode()


def test_a_grade_arrives_without_reloading_the_page(page: Page, served: RunningLMS) -> None:
    page.goto(f"{served.url}/gradebook")
    cell = page.locator("td[data-user='3'][data-column='1']")
    expect(cell.locator(".grades__score")).to_have_text("–")
    served.lms.receive_score(1, score(7, "Bravo"))
    expect(cell.locator(".grades__score")).to_have_text("7 / 8")
    expect(cell.locator(".grades__comment")).to_have_text("Bravo")
    expect(cell).to_have_class("grades__new")
    expect(page.get_by_role("status")).to_have_text("Élève 1 : 7 / 8")


def test_a_column_made_meanwhile_appears(page: Page, served: RunningLMS) -> None:
    page.goto(f"{served.url}/gradebook")
    served.lms.store.add_line_item(label="Bonus", maximum=2, link_id=None, resource_id="", tag="", coupled=False)
    expect(page.get_by_role("columnheader", name="Bonus")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_the_screen_and_complain_of_nothing(page: Page, served: RunningLMS, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    served.lms.receive_score(1, score(7, "Bravo, tes plans répondent au sujet."))
    with watch(page) as visit:
        for address in ("/", "/gradebook", "/return"):
            page.goto(served.url + address)
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert accessibility_violations(page) == []
    assert visit.complaints == []
