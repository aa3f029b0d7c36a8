"""What `make run` starts: the tool and the demo LMS, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.support.servers import PROJECT, SCRIPTS, free_port, wait_until


class Demo:
    """`traam demo` on ports of its own, in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.tool = f"http://localhost:{free_port()}"
        lms_port = free_port()
        self.lms = f"http://127.0.0.1:{lms_port}"
        self.log = folder / "demo.log"
        others = {name: value for name, value in os.environ.items() if not name.startswith("TRAAM_")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [SCRIPTS / "traam", "demo", "--lms-port", str(lms_port)],
                cwd=PROJECT,
                env=others | {"TRAAM_BASE_URL": self.tool, "TRAAM_DATA_DIR": str(folder / "var")},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait(self) -> None:
        wait_until(lambda: f"Open  {self.lms}" in self.said(), what="the address to open")

    def press_control_c(self) -> int:
        """Interrupt everything in the foreground of the terminal, and wait for the end."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=20)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path)
    yield running
    if running.process.poll() is None:
        running.press_control_c()


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def test_control_c_stops_the_tool_and_the_demo_lms(demo: Demo) -> None:
    demo.wait()
    assert answers(demo.lms)
    assert answers(f"{demo.tool}/healthz")
    assert demo.press_control_c() == 0
    assert not answers(demo.lms)
    assert not answers(f"{demo.tool}/healthz")
    assert "Traceback" not in demo.said()


@pytest.mark.browser
def test_a_newcomer_opens_the_course_and_sees_a_grade_arrive(demo: Demo, page: Page) -> None:
    demo.wait()
    page.goto(demo.lms)
    page.get_by_role("button", name="Ouvrir en tant que Élève 2").last.click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("textbox")).to_have_count(8)
    frame.get_by_role("textbox").first.fill("accroche")
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.get_by_text("Note transmise")).to_be_visible()
    page.goto(demo.lms)
    page.get_by_role("link", name="Carnet de notes").click()
    expect(page.get_by_role("row", name="Élève 2").get_by_text("1 / 8")).to_be_visible()
