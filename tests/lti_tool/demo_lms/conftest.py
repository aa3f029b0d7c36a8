"""A demo LMS on a clock that stands still, and a tool that is only a key and a client id."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, PlatformKey, create_demo_app

NOW = 1_790_000_000
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = f"{AGS}lineitem {AGS}score {AGS}result.readonly https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
CUSTOM = {"activity": "abc-DEF", "Course": "$Context.id.history"}
ACTIVITIES = (
    DemoActivity(
        "1", "Le plan de dissertation", custom={"activity": "abc-DEF", "Course": "$Context.id.history"}, points=8
    ),
    DemoActivity("2", "Sans note"),
)


@dataclass
class Clock:
    """Time that moves when told to."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeTool:
    """The other side: its keys, and how often they were asked for."""

    key: PlatformKey = field(default_factory=PlatformKey.new)
    fetched: int = 0

    def keyset(self, _url: str) -> Mapping[str, Any]:
        self.fetched += 1
        return {"keys": [self.key.jwk]}

    def assertion(self, config: DemoConfig, *, now: float, **changes: Any) -> str:
        claims = {
            "iss": config.client_id,
            "sub": config.client_id,
            "aud": config.token_url,
            "iat": int(now),
            "exp": int(now) + 60,
            "jti": secrets.token_hex(8),
        }
        return self.key.sign({name: value for name, value in {**claims, **changes}.items() if value is not None})

    def token_form(self, config: DemoConfig, *, now: float, scope: str = SCOPES, **changes: Any) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(config, now=now, **changes),
            "scope": scope,
        }


@pytest.fixture(scope="session")
def platform_key() -> PlatformKey:
    return PlatformKey.new()


@pytest.fixture(scope="session")
def tool_key() -> PlatformKey:
    return PlatformKey.new()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tool(tool_key: PlatformKey) -> FakeTool:
    return FakeTool(tool_key)


@pytest.fixture
def lms(clock: Clock, tool: FakeTool, platform_key: PlatformKey) -> DemoLMS:
    return DemoLMS(DemoConfig(activities=ACTIVITIES), clock=clock, fetch=tool.keyset, key=platform_key)


@pytest.fixture
def client(lms: DemoLMS) -> FlaskClient:
    app = create_demo_app(lms)
    app.testing = True
    return app.test_client()


@pytest.fixture
def call(client: FlaskClient, lms: DemoLMS, tool: FakeTool, clock: Clock) -> Callable[..., TestResponse]:
    """Calls a service with a token for every scope, unless told otherwise."""

    def send(method: str, url: str, *, media: str = "", body: Any = None, scope: str = SCOPES) -> TestResponse:
        form = tool.token_form(lms.config, now=clock.now, scope=scope)
        token = json.loads(client.post("/token", data=form).data)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        if media:
            headers["Accept" if body is None else "Content-Type"] = media
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        return client.open(url, method=method, headers=headers, data=data)

    return send


@pytest.fixture
def send_score(call: Callable[..., TestResponse], lms: DemoLMS, clock: Clock) -> Callable[..., TestResponse]:
    """Posts a score for Élève 1 to the column of the first activity, FullyGraded unless told otherwise."""

    def send(given: float | None = 7, *, seconds: float = 0, **changes: Any) -> TestResponse:
        score = {
            "userId": "3",
            "timestamp": datetime.fromtimestamp(clock.now + seconds, tz=UTC).isoformat(),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "scoreGiven": given,
            "scoreMaximum": 8,
        } | changes
        body = {name: value for name, value in score.items() if value is not None}
        return call("POST", lms.config.lineitem_url(1, "/scores"), media=SCORE_TYPE, body=body)

    return send
