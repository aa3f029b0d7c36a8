"""A platform that asks to be registered: the demo LMS, as it is or as a liar, and an administrator before its page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from lti_tool.demo_lms import create_demo_app
from lti_tool.demo_lms.registration import openid_configuration
from tests.support.administrator import error_of
from tests.support.house import BASE, House

FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
CONFIRMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin", "Origin": "null"}


def play_platform(
    house: House,
    *,
    configuration: Callable[[dict[str, Any]], Any] = lambda document: document,
    answer: Callable[[], ResponseReturnValue] | None = None,
) -> None:
    """Let the tool reach the demo LMS, whose `configuration` and registration `answer` may be changed."""
    app = create_demo_app(house.lms)
    app.testing = True

    @app.before_request
    def lie() -> ResponseReturnValue | None:
        if request.path == "/openid-configuration":
            changed = configuration(openid_configuration(house.lms.config))
            return changed if isinstance(changed, Response) else jsonify(changed)
        return answer() if answer and request.path == "/openid-registration" else None

    house.http.pages = app.test_client()


@dataclass
class RegistrationPage:
    """The tool's page in the platform's frame: no cookie goes there or comes back."""

    house: House
    client: FlaskClient
    link: str
    page: TestResponse
    sent: Mapping[str, str] = field(default_factory=dict)

    @property
    def error(self) -> str:
        """The id of the error that it shows, or nothing."""
        return error_of(self.page)

    @property
    def sealed(self) -> str:
        """What its form carries."""
        found = re.search(r'name="asked" value="([^"]+)"', self.page.text)
        assert found, self.page.text
        return unescape(found[1])

    @property
    def frame_ancestors(self) -> str:
        """Who may frame it."""
        found = re.search(r"frame-ancestors ([^;]+)", self.page.headers["Content-Security-Policy"])
        assert found
        return found[1]

    def confirm(self, sealed: str | None = None) -> RegistrationPage:
        """Press « Confirmer »."""
        form = {"asked": self.sealed if sealed is None else sealed}
        page = self.client.post(self.link, base_url=BASE, data=form, headers=CONFIRMED)
        return RegistrationPage(self.house, self.client, self.link, page, self.sent)


def invite(house: House, name: str = "Éléa Versailles", academie: str | None = "Versailles") -> str:
    """An invitation; returns its path."""
    return f"/lti/register/{house.services.platforms.invitations.make(name, academie=academie)}"


def open_registration(house: House, link: str, **sent: str) -> RegistrationPage:
    """The platform opens the page of an invitation in its frame, as Moodle does."""
    query = {
        "openid_configuration": f"{house.lms.config.base_url}/openid-configuration",
        "registration_token": house.lms.registrations.begin(now=house.lms.clock()),
    } | sent
    client = house.app.test_client(use_cookies=False)
    page = client.get(f"{link}?{urlencode(query)}", base_url=BASE, headers=FRAMED)
    return RegistrationPage(house, client, link, page, query)
