"""Chromium as pupils have it, and what tests measure in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Page, Playwright, Request

AXE = Path("node_modules/axe-core/axe.min.js")
NO_CHROMIUM = "Chromium is not found: apt-get install chromium (or say where it is: CHROMIUM=/path/to/chromium)"

CHROMIUM_SWITCHES = [
    # Root, in containers, cannot have the sandbox.
    "--no-sandbox",
    # Playwright switches the partitioning of third-party storage off. The last `--disable-features` is the one in
    # force: this one leaves partitioning on, so that a framed page meets what it meets at school.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,PaintHolding",
]


def find_chromium() -> str | None:
    """Where Chromium is on this machine."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def refusing_framed_cookies(
    playwright: Playwright, folder: Path, *, of: str, inside: str, switches: Sequence[str] = ()
) -> Iterator[BrowserContext]:
    """A browser whose owner forbids the cookies of one site inside another, partitioned or not, but nowhere else."""
    path = find_chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    block = 2
    exceptions = {"cookies": {f"{of},{inside}": {"setting": block}}}
    profile = folder / "profile" / "Default"
    profile.mkdir(parents=True)
    (profile / "Preferences").write_text(json.dumps({"profile": {"content_settings": {"exceptions": exceptions}}}))
    context = playwright.chromium.launch_persistent_context(
        profile.parent, executable_path=path, args=[*CHROMIUM_SWITCHES, *switches], locale="fr-FR"
    )
    yield context
    context.close()


@dataclass
class Visit:
    """What one page and its frames did: what they asked for, and what they complained of.

    `failures` are requests without an answer; a navigation that another one replaces is not a failure.
    """

    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def of(self, origin: str) -> list[Request]:
        """The requests to `origin`, data: addresses left out."""
        return [request for request in self.requests if request.url.startswith(origin + "/")]

    def hosts(self) -> set[str]:
        """Every host that was asked for something, with its port."""
        return {urlsplit(request.url).netloc for request in self.requests} - {""}


@contextmanager
def watch(page: Page) -> Iterator[Visit]:
    """Note what `page` and its frames do during the block."""
    visit = Visit()

    def note_request(request: Request) -> None:
        visit.requests.append(request)

    def note_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            visit.complaints.append(f"{message.type}: {message.text}")

    def note_error(error: object) -> None:
        visit.complaints.append(f"uncaught: {error}")

    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", note_error)
    try:
        yield visit
    finally:
        page.remove_listener("request", note_request)
        page.remove_listener("console", note_message)
        page.remove_listener("pageerror", note_error)


def transferred(request: Request) -> int:
    """Bytes of the answer as they came over the wire: headers, and the body as it was compressed."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def accessibility_violations(frame: Frame | Page) -> list[str]:
    """What axe-core finds wrong in the frame, one line each: rule, help, first element."""
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    results: dict[str, Any] = frame.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['help']} ({violation['nodes'][0]['html']})"
        for violation in results["violations"]
    ]
