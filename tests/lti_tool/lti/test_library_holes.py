"""What PyLTI1p3 accepts and must not, what it refuses and must not: each shown on the bare library, and closed here.

The day that a test about the library fails, the library has closed the hole itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from pylti1p3.cookie import CookieService
from pylti1p3.exception import LtiException, ToolConfException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.dict import ToolConfDict

from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS
from lti_tool.demo_lms.claims import edited
from lti_tool.errors import ToolError
from lti_tool.lti.claims import read_message
from lti_tool.lti.id_token import verify_id_token
from lti_tool.lti.registration import Registration
from tests.support.house import House, platform_key

NONCE, STATE = "nonce-1", "state-1"
LMS = DemoLMS(DemoConfig(activities=(DemoActivity("1", "Plan"),)), key=platform_key())
CONFIG = LMS.config
MOODLE = Registration(
    1, CONFIG.base_url, CONFIG.client_id, "Moodle", CONFIG.auth_url, CONFIG.token_url, CONFIG.jwks_url
)  # fmt: skip


class Posted(Request):
    """A launch as the library wants it."""

    def __init__(self, token: str) -> None:
        self._form = {"id_token": token, "state": STATE}
        self._session: dict[str, Any] = {}

    @property
    def session(self) -> dict[str, Any]:
        return self._session

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._form.get(key, "")


class Cookies(CookieService):
    """The state cookie that the library set at login."""

    def get_cookie(self, name: str) -> str | None:
        return name if name == STATE else None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Nothing is kept."""


class BareLaunch(MessageLaunch[Posted, ToolConfDict, SessionService, Cookies]):
    """The library's launch with nothing of ours but the fields of the form."""

    def _get_request_param(self, key: str) -> str:
        return str(self._request.get_param(key))


class Web(requests.Session):
    """A web where every address answers the same; it counts how often it is asked."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__()
        self.calls = 0
        self._status = status
        self._body = body

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        self.calls += 1
        answer = requests.Response()
        answer.request = request
        answer.status_code = self._status
        answer._content = json.dumps(self._body).encode()
        return answer


@dataclass
class Browser:
    """A browser that has logged in through the library: its session holds the nonce."""

    request: Posted
    session: SessionService

    @classmethod
    def with_token(cls, token: str) -> Browser:
        request = Posted(token)
        session = SessionService(request)
        session.save_nonce(NONCE)
        return cls(request, session)

    def launch(self, web: requests.Session | None = None) -> None:
        """Raises what the library raises. With `web` the keys are fetched, else they are known."""
        settings: Any = {
            "default": True,
            "client_id": CONFIG.client_id,
            "auth_login_url": CONFIG.auth_url,
            "auth_token_url": CONFIG.token_url,
            "key_set": None if web else LMS.keyset,
            "key_set_url": CONFIG.jwks_url,
            "deployment_ids": [CONFIG.deployment_id],
        }
        conf = ToolConfDict({CONFIG.base_url: [settings]})
        launch = BareLaunch(
            self.request, conf, session_service=self.session, cookie_service=Cookies(), requests_session=web
        )
        launch.validate()


def library_accepts(token: str) -> bool:
    try:
        Browser.with_token(token).launch()
    except (LtiException, ToolConfException):
        return False
    return True


def we_accept(token: str) -> bool:
    key = LMS.key.private.public_key()
    try:
        claims = verify_id_token(token, MOODLE, nonce=NONCE, find_key=lambda _registration, _kid: key)
        read_message(claims, base_url=CONFIG.tool_url)
    except ToolError:
        return False
    return True


def token_with(without: tuple[str, ...] = (), **overrides: Any) -> str:
    claims = LMS.claims("3", "1", nonce=NONCE)
    return LMS.key.sign(edited(claims, overrides=overrides, without=without))


DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
WITHOUT_RETURN: Any = {"accept_types": ["ltiResourceLink"], "accept_presentation_document_targets": ["iframe"]}

Token = Callable[[], str]

ACCEPTED_WRONGLY: dict[str, Token] = {
    "no expiry": lambda: token_with(without=("exp",)),
    "no issue date": lambda: token_with(without=("iat",)),
    "issued a year ago": lambda: token_with(iat=int(time.time()) - 31_536_000),
    "issue date that is a text": lambda: token_with(iat="1"),
    "expiry that is a text": lambda: token_with(exp=str(int(time.time()) + 60)),
    "no target link URI": lambda: token_with(without=("target_link_uri",)),
    "target on a foreign host": lambda: token_with(target_link_uri="https://voleur.example/"),
    "roles that are a string": lambda: token_with(roles="Instructor"),
    "roles that are numbers": lambda: token_with(roles=[1]),
    "several audiences, party of another": lambda: token_with(aud=[CONFIG.client_id, "other"], azp="other"),
    "several audiences without a party": lambda: token_with(aud=[CONFIG.client_id, "other"]),
    "one audience, party of another": lambda: token_with(azp="other"),
    "user with a NUL": lambda: token_with(sub="3\x00"),
    "user with a lone surrogate": lambda: token_with(sub="3\ud800"),
    "user of 10,000 characters": lambda: token_with(sub="3" * 10_000),
    "title of 100,000 characters": lambda: token_with(context={"id": "2", "title": "x" * 100_000}),
    "resource link id that is an object": lambda: token_with(resource_link={"id": {"$ne": ""}}),
    "context that is a string": lambda: token_with(context="2"),
    "deep linking without a return address": lambda: token_with(
        message_type="LtiDeepLinkingRequest", **{DEEP_LINKING: WITHOUT_RETURN}
    ),
}

REFUSED_WRONGLY: dict[str, Token] = {
    "a clock five seconds ahead": lambda: token_with(iat=int(time.time()) + 5),
    "a token that ended two seconds ago": lambda: token_with(exp=int(time.time()) - 2),
    "our name second among the audiences": lambda: token_with(aud=["other", CONFIG.client_id], azp=CONFIG.client_id),
}


def test_both_accept_a_right_token() -> None:
    token = token_with()
    assert library_accepts(token)
    assert we_accept(token)


@pytest.mark.parametrize("make", ACCEPTED_WRONGLY.values(), ids=ACCEPTED_WRONGLY.keys())
def test_what_the_library_lets_in_is_refused_here(make: Token) -> None:
    token = make()
    assert library_accepts(token)
    assert not we_accept(token)


@pytest.mark.parametrize("make", REFUSED_WRONGLY.values(), ids=REFUSED_WRONGLY.keys())
def test_what_the_library_turns_away_is_let_in_here(make: Token) -> None:
    token = make()
    assert not library_accepts(token)
    assert we_accept(token)


def test_the_library_takes_the_same_launch_twice_and_we_do_not(house: House) -> None:
    browser = Browser.with_token(token_with())
    browser.launch()
    browser.launch()
    login = house.login()
    token = house.lms.id_token("3", "1", nonce=login.nonce)
    assert [house.post_token(login, token).status_code for _ in range(2)] == [200, 409]


def test_the_library_asks_for_the_keys_at_every_launch_and_we_do_not(house: House) -> None:
    web = Web(200, LMS.keyset)
    for _ in range(3):
        Browser.with_token(token_with()).launch(web)
        house.launch()
    assert web.calls == 3
    assert len(house.http.calls) == 1


def test_the_library_breaks_on_an_error_in_place_of_keys_and_we_say_so(house: House) -> None:
    error = {"error": "maintenance"}
    with pytest.raises(KeyError):
        Browser.with_token(token_with()).launch(Web(503, error))
    house.http.keyset = error
    assert house.launch().error == "platform-keys-unavailable"
