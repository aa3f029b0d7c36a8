"""The tool, as an operator runs it: gunicorn with its own settings, on a database that begins empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import event

from bench.contestants import FRAME, Login, Page, WrongAnswer, expect, post_login
from bench.fake_platform import Platform
from bench.load import Talk, request
from bench.servers import GUNICORN, Server, free_port, serving
from lti_tool.app import Services, create_app, make_services
from lti_tool.cli.db import upgrade_database
from lti_tool.demo_lms.config import DemoActivity, DemoConfig
from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.placements.parameter import NAME
from lti_tool.platforms.service import NewPlatform
from lti_tool.settings import Settings

EXERCISE = "ses-mots-de-la-dissertation"
"""The shipped activity with eight blanks."""

BLANKS = 8
OWN = {**FRAME, "Sec-Fetch-Site": "same-origin"}

_STEP = re.compile(r'action="(/s/[0-9a-f]+/attempts/[0-9a-f]+/step)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">')
_BLANK = re.compile(r'<input[^>]* type="text"[^>]* name="([^"]+)"|<input[^>]* name="([^"]+)"[^>]* type="text"')


@dataclass(frozen=True)
class Tool:
    """The tool on a loopback port."""

    server: Server
    platform: Platform
    name: str = "traam-lti"
    has_login: bool = True

    @property
    def host(self) -> str:
        """As it stands in its address."""
        return f"localhost:{self.server.port}"

    def login(self, pupil: int) -> Talk[Login]:
        """To the redirection."""
        return post_login(self.platform, self.host, "/lti/login", pupil)

    def launch(self, login: Login, token: str) -> Talk[Page]:
        """To the page of the exercise, which answers the post itself."""
        form = {"id_token": token, "state": login.state}
        headers = {**FRAME, "Cookie": login.cookies}
        answer = expect((yield request("POST", "/lti/launch", host=self.host, headers=headers, form=form)), 200)
        return Page(login.pupil, answer.body, login.cookies)

    def submit(self, page: Page) -> Talk[int]:
        """« Terminer », with an answer in each blank, to the page of the result."""
        html = page.html
        step = _STEP.search(html)
        if not step:
            raise WrongAnswer(html)
        fields = dict(_HIDDEN.findall(html))
        fields |= {first or second: "accroche" for first, second in _BLANK.findall(html)}
        headers = {**OWN, "Cookie": page.cookies}
        hand_in = request("POST", step[1], host=self.host, headers=headers, form={**fields, "action": "finish"})
        return self._handed_in(page.pupil, hand_in)

    @staticmethod
    def _handed_in(pupil: int, hand_in: bytes) -> Talk[int]:
        expect((yield hand_in), 303)
        return pupil


def settings_of(folder: Path, port: int, database_url: str = "") -> Settings:
    """The tool on a loopback port, with everything in `folder` but a database that is elsewhere."""
    return Settings(base_url=f"http://localhost:{port}", data_dir=folder, database_url=database_url)


def introduce(services: Services, platform_url: str, key: PlatformKey) -> Platform:
    """Make the database, and the tool and the platform known to each other."""
    upgrade_database(services)
    offer = next(offer for offer in services.placements.offers() if offer.listed.slug == EXERCISE)
    config = DemoConfig(base_url=platform_url, tool_url=services.settings.base_url)
    services.platforms.add(
        NewPlatform(
            issuer=config.base_url,
            client_id=config.client_id,
            auth_url=config.auth_url,
            token_url=config.token_url,
            jwks_url=config.jwks_url,
            deployment_id=config.deployment_id,
            name="Benchmark",
            tool_parameters=True,
        )
    )
    activity = DemoActivity("1", offer.listed.title, custom={NAME: offer.custom}, points=BLANKS)
    return Platform(config, key, activity)


@contextmanager
def tool_serving(
    folder: Path,
    platform_url: str,
    key: PlatformKey,
    *,
    database_url: str = "",
    prepare: Callable[[Services, Platform], None] | None = None,
    name: str = "traam-lti",
) -> Iterator[Tool]:
    """Start the tool in `folder`, on a database that holds what a new tool has, and what `prepare` puts in."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    services = make_services(settings_of(folder, port, database_url))
    platform = introduce(services, platform_url, key)
    if prepare is not None:
        prepare(services, platform)
    services.database.engine.dispose()
    environment = {
        "PORT": str(port),
        "TRAAM_BASE_URL": f"http://localhost:{port}",
        "TRAAM_DATA_DIR": str(folder),
        "TRAAM_DATABASE_URL": database_url,
    }
    command = [*GUNICORN, "-c", "gunicorn.conf.py", "wsgi:application"]
    with serving(command, port=port, environment=environment, log=folder / "tool.log") as server:
        yield Tool(server, platform, name)


def statements_a_launch(folder: Path, platform_url: str, key: PlatformKey, *, count: int = 20) -> float:
    """How many SQL statements the launch of a new pupil takes, counted in this process; those around it are not."""
    services = make_services(settings_of(folder, free_port()))
    platform = introduce(services, platform_url, key)
    app = create_app(services)
    asked = 0

    def on_statement(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal asked
        asked += not statement.startswith(("BEGIN", "PRAGMA"))

    def launch(pupil: int) -> None:
        browser, base = app.test_client(), services.settings.base_url
        answer = browser.post("/lti/login", data=platform.login(pupil), base_url=base, headers=FRAME)
        query = parse_qs(urlsplit(answer.location).query)
        form = {"id_token": platform.id_token(pupil, query["nonce"][0]), "state": query["state"][0]}
        status = browser.post("/lti/launch", data=form, base_url=base, headers=FRAME).status_code
        if status != HTTPStatus.OK:
            raise WrongAnswer(f"a launch in this process was answered {status}")

    launch(1)
    event.listen(services.database.engine, "before_cursor_execute", on_statement)
    for pupil in range(2, count + 2):
        launch(pupil)
    services.database.engine.dispose()
    return asked / count
