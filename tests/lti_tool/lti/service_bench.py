"""A platform that gives tokens, the service client of the tool, and the library as it ships, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.contrib.flask.service_connector import FlaskServiceConnector
from pylti1p3.registration import Registration as LibraryRegistration

from lti_tool.lti.ags import LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE, ScorePost
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.registration import Registration
from lti_tool.lti.services import Services
from tests.lti_tool.lti.scripted_server import Asked, Reply, ScriptedServer

KEY = ToolKey("kid-1", generate_private_key(public_exponent=65537, key_size=2048))
NOW = datetime(2026, 11, 25, 10, 0, 0, tzinfo=UTC)
ALL = (SCORE, RESULT, LINE_ITEM, LINE_ITEM_READ)


@dataclass
class Clock:
    """Time that moves when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class LMS:
    """A platform that gives tokens named after their client, and answers services with `reply`."""

    reply: Reply = field(default_factory=Reply)
    expires_in: object = 3600
    token_reply: Reply | None = None
    refused_tokens: set[str] = field(default_factory=set)
    tokens_given: int = 0

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/token":
            return self.token_reply or self._token(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") in self.refused_tokens:
            return Reply(401, "Unauthorized", body=b"[]")
        return self.reply

    def _token(self, asked: Asked) -> Reply:
        self.tokens_given += 1
        form = form_of(asked)
        client = jwt.decode(form["client_assertion"], options={"verify_signature": False})["iss"]
        body = {"access_token": f"{client}-{self.tokens_given}", "expires_in": self.expires_in, "scope": form["scope"]}
        return Reply(body=json.dumps(body).encode())


def form_of(asked: Asked) -> dict[str, str]:
    """The fields of a form that was sent."""
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


@dataclass
class Bench:
    """A platform, a tool and a clock."""

    lms: LMS
    server: ScriptedServer
    clock: Clock
    services: Services

    @property
    def registration(self) -> Registration:
        return self.server.registration()

    @property
    def line_item(self) -> str:
        return f"{self.server.url}/2/lineitems/7/lineitem?type_id=3"

    @property
    def container(self) -> str:
        return f"{self.server.url}/2/lineitems?type_id=3"

    def asked(self, part: str) -> list[Asked]:
        """The requests whose path holds this."""
        return [asked for asked in self.server.asked if part in asked.path]

    def post(self, registration: Registration | None = None, **changes: Any) -> Any:
        values = {"user_id": "42", "score": 7.0, "maximum": 8.0, "timestamp": NOW, **changes}
        return self.services.ags(registration or self.registration, ALL).post_score(self.line_item, ScorePost(**values))


@pytest.fixture
def bench() -> Iterator[Bench]:
    """One of each."""
    lms, clock = LMS(), Clock()
    with ScriptedServer(lms) as server:
        yield Bench(lms, server, clock, Services(OutgoingHTTP(development=True), signing_key=lambda: KEY, clock=clock))


def bare(server: ScriptedServer, client_id: str) -> AssignmentsGradesService:
    """The library as it ships, for the same platform."""
    pem = KEY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    registration = LibraryRegistration()
    registration.set_issuer(server.url).set_client_id(client_id).set_auth_token_url(f"{server.url}/token")
    registration.set_tool_private_key(pem)
    line_item = f"{server.url}/2/lineitems/7/lineitem?type_id=3"
    return AssignmentsGradesService(
        FlaskServiceConnector(registration),
        {"scope": [SCORE, RESULT, LINE_ITEM, LINE_ITEM_READ], "lineitem": line_item},
    )


@pytest.fixture(autouse=True)
def library_forgets() -> Iterator[None]:
    """The library keeps tokens for all that use it."""
    yield
    FlaskServiceConnector.access_tokens.clear()
