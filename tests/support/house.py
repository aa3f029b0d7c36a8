"""The whole house in this process: the tool's pages through a test client, an LMS in memory, no socket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from lti_tool.app import Services, create_app, make_services
from lti_tool.cli.db import upgrade_database
from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS
from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.lti.outgoing import PlatformUnreachable, Response
from lti_tool.lti.registration import Registration
from lti_tool.settings import Settings
from tests.support.databases import copy_data, database_of
from tests.support.school import platform_of

BASE = "http://localhost:8000"
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Origin": "null"}
OWN = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin", "Origin": "null"}


@dataclass
class FakeHTTP:
    """The platform's keyset, from memory; counts how often it was asked."""

    lms: DemoLMS
    down: bool = False
    keyset: dict[str, Any] | None = None
    calls: list[str] = field(default_factory=list)
    pages: FlaskClient | None = None
    """The pages of the LMS: other calls go to them when they are there."""

    def get_json(self, url: str, *, registration: Registration) -> dict[str, Any]:  # noqa: ARG002 # The signature of the real one.
        """The keyset, unless the platform is down."""
        self.calls.append(url)
        if self.down:
            raise PlatformUnreachable("platform-unreachable", host="moodle")
        return self.keyset if self.keyset is not None else self.lms.keyset

    def request(self, method: str, url: str, **options: Any) -> Response:
        """Ask the pages of the LMS; without them no other call is expected."""
        self.calls.append(url)
        if self.pages is None or self.down:
            raise PlatformUnreachable("platform-unreachable", host="moodle")
        answer = self.pages.open(url, method=method, headers=options.get("headers"), data=options.get("data"))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, answer.status.partition(" ")[2], headers, answer.data)


@dataclass
class Login:
    """A login under way: what the platform got, and the browser that asked."""

    client: FlaskClient
    state: str
    nonce: str


@dataclass
class House:
    """The tool and its LMS."""

    services: Services
    lms: DemoLMS
    http: FakeHTTP

    def browser(self) -> FlaskClient:
        """A browser with cookies of its own."""
        return self.app.test_client()

    def __post_init__(self) -> None:
        self.app = create_app(self.services)
        self.app.testing = True

    def login(self, user: str = "3", activity: str = "1", client: FlaskClient | None = None) -> Login:
        """The platform starts a login; the tool answers a redirection."""
        client = client or self.browser()
        answer = client.post("/lti/login", data=self.lms.start_login(user, activity), base_url=BASE, headers=FRAME)
        assert answer.status_code == 302, answer.text
        query = {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
        return Login(client, query["state"], query["nonce"])

    def post_token(self, login: Login, token: str, headers: Mapping[str, str] = FRAME) -> TestResponse:
        """The browser brings a token from the platform."""
        form = {"id_token": token, "state": login.state}
        return login.client.post("/lti/launch", data=form, base_url=BASE, headers=dict(headers))

    def launch(
        self,
        user: str = "3",
        activity: str = "1",
        client: FlaskClient | None = None,
        overrides: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
    ) -> Visit:
        """A whole launch, with some claims changed or removed."""
        login = self.login(user, activity, client)
        token = self.lms.id_token(user, activity, nonce=login.nonce, overrides=overrides, without=without)
        return Visit(login.client, self.post_token(login, token))


@dataclass
class Visit:
    """A page of the tool in a browser, and what its forms send."""

    client: FlaskClient
    page: TestResponse

    @property
    def name(self) -> str:
        """The stable name of the page."""
        found = re.search(r'data-page="([a-z-]+)"', self.page.text)
        return found[1] if found else ""

    @property
    def error(self) -> str:
        """The id of the error that the page shows, or nothing."""
        found = re.search(r'data-error="([a-z0-9-]+)"', self.page.text)
        return found[1] if found else ""

    @property
    def address(self) -> str:
        """The address that the page's script shows."""
        found = re.search(r'data-address="([^"]+)"', self.page.text)
        assert found, self.page.text
        return found[1]

    @property
    def secret(self) -> str:
        """The id of the session."""
        return self.address.split("/")[2]

    def get(self, path: str) -> Visit:
        """Follow a link of the session, such as `play`."""
        page = self.client.get(f"/s/{self.secret}/{path}", base_url=BASE, headers={"Sec-Fetch-Dest": "iframe"})
        return Visit(self.client, page)

    def post(self, path: str, data: Mapping[str, Any], headers: Mapping[str, str] = OWN) -> Visit:
        """Send a form of the session and follow the answer."""
        page = self.client.post(
            f"/s/{self.secret}/{path}", data=dict(data), base_url=BASE, headers=dict(headers), follow_redirects=True
        )
        return Visit(self.client, page)

    def fields(self) -> dict[str, str]:
        """The hidden fields of the pupil's form, and its empty texts."""
        found = re.findall(r'<input[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)")?[^>]*>', self.page.text)
        return dict(found)

    @property
    def step(self) -> str:
        """Where the pupil's form goes, below the session."""
        found = re.search(r'action="/s/[0-9a-f]+/(attempts/[0-9a-f]+/step)"', self.page.text)
        assert found, self.page.text
        return found[1]


@cache
def platform_key() -> PlatformKey:
    """The key that every LMS of the tests begins with: making one costs more than a launch."""
    return PlatformKey.new()


def forget_cookies(client: FlaskClient) -> None:
    """Lose every cookie, as a browser that blocks them does."""
    (client._cookies or {}).clear()


def make_seed(folder: Path) -> None:
    """A data folder with a migrated database, to be copied."""
    services = make_services(settings_of(folder))
    upgrade_database(services)
    services.database.engine.dispose()


def settings_of(folder: Path) -> Settings:
    """Settings of a house in `folder`."""
    return Settings(
        base_url=BASE,
        data_dir=folder,
        database_url=database_of(folder),
        secret_key=SecretStr("s" * 40),
        delivery="off",
    )


def make_house(seed: Path, folder: Path, activities: int = 2) -> House:
    """A house on a copy of `seed`; its course holds the shipped activities, "1" and "2", and "9" without one."""
    copy_data(seed, folder)
    settings = settings_of(folder)
    first = make_services(settings)
    listed = first.placements.offers()
    first.database.engine.dispose()
    places = [
        DemoActivity(str(number), offer.listed.title, custom={"activity": offer.custom}, points=8)
        for number, offer in enumerate(listed[:activities], 1)
    ]
    config = DemoConfig(tool_url=BASE, activities=(*places, DemoActivity("9", "Plus tard", points=8)))
    lms = DemoLMS(config, key=platform_key())
    http = FakeHTTP(lms)
    services = make_services(settings, http=http)
    services.platforms.add(platform_of(lms.config))
    return House(services, lms, http)
