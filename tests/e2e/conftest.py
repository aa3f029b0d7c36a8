"""A running school, and pupils who have never been there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from activities.scenario import shipped_scenarios
from lti_tool.demo_lms import TEACHER, DemoUser
from tests.support import toy
from tests.support.browser import refusing_framed_cookies
from tests.support.exercise import TITLE
from tests.support.pupil import PUPILS
from tests.support.school import School, school, stocked_copy

SCENARIO = next(
    scenario.record.title for scenario in shipped_scenarios() if scenario.record.id == "ses-plan-de-dissertation"
)
"""An activity with questions of every type."""

NEXT = itertools.count()


@pytest.fixture(scope="session")
def running_school(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    tool = stocked_copy(stocked, tmp_path_factory.mktemp("e2e"))
    toy.bring(tool)
    with school(tool, [TEACHER, *PUPILS], [TITLE, TITLE, SCENARIO, toy.TITLE]) as built:
        built.tool.start()
        yield built


@pytest.fixture
def pupil() -> DemoUser:
    """Somebody whom no other test has been."""
    return PUPILS[next(NEXT)]


@pytest.fixture
def context_without_framed_cookies(
    playwright: Playwright, running_school: School, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser whose owner forbids the tool's cookies inside the LMS."""
    tool, lms = running_school.tool.base_url, running_school.lms.config.base_url
    with refusing_framed_cookies(playwright, tmp_path, of=tool, inside=lms) as context:
        yield context
