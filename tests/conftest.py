"""What all tests share: no skip in CI, and a browser as it is in real life."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.support import databases
from tests.support.browser import CHROMIUM_SWITCHES, NO_CHROMIUM, find_chromium
from tests.support.remembering import remember
from tests.support.school import stock, tool_in

# A busy machine is slow, not wrong; and what fails for one fails for everyone.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("house")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Choose the database."""
    choices = ("sqlite", "postgresql")
    parser.addoption("--database", choices=choices, default="sqlite", help="What the house keeps its rows in.")


def pytest_configure(config: pytest.Config) -> None:
    """Use the database chosen; compile addresses and templates once."""
    remember()
    databases.use(config.getoption("--database"))
    # A house that a test leaves behind has its database removed, and its connections with it.
    config.addinivalue_line("filterwarnings", "ignore:<psycopg.Connection object:ResourceWarning")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about files of SQLite where there are none. Not a skip: it is said which."""
    if config.getoption("--database") != "sqlite":
        left_out = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_unconfigure() -> None:
    """Leave no database on the server."""
    databases.drop_databases(databases.known_databases())


@pytest.fixture(autouse=True)
def no_database_left_behind() -> Iterator[None]:
    """Remove what one test has made on the server; what a session shares was there before."""
    before = databases.known_databases()
    yield
    databases.drop_databases(databases.known_databases() - before)


def without_skips(report: Report) -> Report:
    """The report; in CI a skip, which hides what is broken, is made a failure. An expected failure is not a skip."""
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"no skip is allowed in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at each test."""
    return without_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at each module, which can skip itself as a whole."""
    return without_skips((yield))


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the tool with the exercise of `tests.support.exercise` in its catalogue: to be copied."""
    folder = tmp_path_factory.mktemp("stocked")
    stock(tool_in(folder))
    return folder


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, third-party cookies blocked and storage partitioned as by default."""
    path = find_chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere, on a French phone-to-laptop screen."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A tab."""
    return browser_context.new_page()
