"""A tool and an LMS that know each other, with one exercise in the catalogue: where most whole-house tests begin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, DemoUser, create_demo_app, serve
from lti_tool.platforms.service import NewPlatform
from tests.support.certificates import Certificate
from tests.support.databases import copy_data, database_of
from tests.support.exercise import TITLE, WORDS, answers, write_exercise
from tests.support.form_browser import FormBrowser
from tests.support.loopback import LoopbackServer
from tests.support.servers import ToolServer


@dataclass(frozen=True)
class School:
    """The tool, the LMS, and what happens between them."""

    tool: ToolServer
    lms: DemoLMS

    def frame_address(self, pupil: str, activity: str = "1") -> str:
        """What the LMS puts into its frame when a person opens an activity."""
        return f"{self.lms.config.base_url}/activities/{activity}/launch?user={pupil}"

    def open(self, pupil: str, activity: str = "1") -> FormBrowser:
        """Open an activity in a frame of the LMS, in a browser of one's own."""
        browser = FormBrowser()
        browser.open(self.frame_address(pupil, activity))
        launch(browser)
        return browser

    def grade(self, pupil: str, activity: str = "1") -> str | None:
        """What the gradebook of the LMS shows for a pupil, such as « 7 / 8 »; `None` when it shows nothing."""
        row = next(row for row in self.lms.gradebook()["rows"] if row["user"] == pupil)
        cell = row["cells"][activity]
        return cell and str(cell["text"])


def launch(browser: FormBrowser) -> None:
    """From the platform's login form to the tool's page: every form that a script would send by itself."""
    while len(browser.page.forms) == 1 and browser.page.name in {"login", "authentication"}:
        browser.submit()


def hand_in(browser: FormBrowser, right: int) -> None:
    """Know `right` of the eight words, and press « Terminer »."""
    browser.fill(answers(right))
    browser.press("Terminer")


def custom_of(tool: ToolServer) -> dict[str, dict[str, str]]:
    """The custom parameters of each activity of the catalogue, by title, as an administrator would paste them."""
    listed = json.loads(tool.say("activities", "list", "--json"))
    return {entry["title"]: {"activity": entry["custom"]} for entry in listed}


def stock(tool: ToolServer) -> None:
    """Make the database, and put the exercise into the catalogue."""
    tool.traam("db", "upgrade")
    tool.traam("h5p", "import", str(write_exercise(tool.folder / "huit-mots.h5p")))


def introduce(tool: ToolServer, platform: NewPlatform) -> None:
    """Register the platform with the tool."""
    options = {
        "--issuer": platform.issuer,
        "--client-id": platform.client_id,
        "--deployment": platform.deployment_id or "",
        "--auth-url": platform.auth_url,
        "--token-url": platform.token_url,
        "--jwks-url": platform.jwks_url,
    }
    tool.say("platforms", "add", *[part for option in options.items() for part in option])


def platform_of(config: DemoConfig) -> NewPlatform:
    """The demo LMS as the tool has to know it."""
    return NewPlatform(
        issuer=config.base_url,
        client_id=config.client_id,
        deployment_id=config.deployment_id,
        auth_url=config.auth_url,
        token_url=config.token_url,
        jwks_url=config.jwks_url,
        name="Moodle",
        tool_parameters=True,
    )


@contextmanager
def school(tool: ToolServer, users: Sequence[DemoUser], titles: Sequence[str] = (TITLE,)) -> Iterator[School]:
    """A stocked tool, not started yet, and an LMS whose course holds the activities of these titles, from "1" on."""
    custom = custom_of(tool)
    lms = DemoLMS(
        DemoConfig(
            tool_url=tool.base_url,
            activities=tuple(
                DemoActivity(str(number), title, custom=custom[title], points=len(WORDS))
                for number, title in enumerate(titles, start=1)
            ),
            users=tuple(users),
        ),
        fetch=tool.fetch_keyset,
    )
    with served(lms, tool.certificate):
        introduce(tool, platform_of(lms.config))
        try:
            yield School(tool, lms)
        finally:
            tool.stop()
    lms.close()


@contextmanager
def served(lms: DemoLMS, certificate: Certificate | None) -> Iterator[None]:
    """The LMS on a loopback address, over https where the school has a certificate."""
    if certificate is None:
        with serve(lms):
            yield
        return
    server = LoopbackServer(create_demo_app(lms), tls=certificate.context)
    lms.reconfigure(base_url=server.origin)
    yield
    server.stop()


def tool_in(folder: Path, certificate: Certificate | None = None) -> ToolServer:
    """A tool on the data folder `folder`, and on the database that belongs to it in this session."""
    return ToolServer(folder, certificate=certificate, settings={"TRAAM_DATABASE_URL": database_of(folder)})


def stocked_copy(seed: Path, folder: Path, certificate: Certificate | None = None) -> ToolServer:
    """A tool on a copy of a data folder that `stock` has filled."""
    copy_data(seed, folder)
    return tool_in(folder, certificate)
