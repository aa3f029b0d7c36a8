"""A platform that answers anything but what it should, over real sockets: each score ends in a state with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from lti_tool.gradebook.delivery import Delivery
from lti_tool.gradebook.reconciliation import Figures, Reconciliation
from lti_tool.gradebook.verdict import DELAYS
from lti_tool.lti.ags import LINE_ITEM, RESULT, SCORE
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.registration import Registration
from lti_tool.lti.services import Services
from lti_tool.web.texts import load_texts
from tests.lti_tool.gradebook.school import School, one_round
from tests.lti_tool.lti.scripted_server import Asked, Reply, ScriptedServer

KEY = ToolKey("kid-1", generate_private_key(public_exponent=65537, key_size=2048))
PATIENCE = 0.5
JSON = "application/json"


def without_end() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    while True:
        yield b" " * 100_000


def cut_off() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]"


def no_http() -> Iterator[bytes]:
    yield b"\x16\x03\x01 this is no HTTP\r\n\r\n"


PAGE = Reply(200, "OK", {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Maintenance</h1>")
CREATED = Reply(201, "Created", {"Content-Type": JSON}, b'{"resultUrl": "https://elsewhere.example/"}')
LATIN = Reply(200, "OK", {"Content-Type": "application/json; charset=klingon"}, "reçu".encode("latin-1"))
REASON = Reply(400, "Refus\xe9 d\xe9finitivement", {"Content-Type": JSON}, b"\xff\xfe")


@dataclass
class Site:
    """A school on a platform that gives tokens, and answers everything else with `reply`."""

    school: School
    server: ScriptedServer
    services: Services

    def by_id(self, registration_id: int) -> Registration:
        return self.server.registration(registration_id)

    def answer_with(self, reply: Reply, *, also_tokens: bool = False) -> None:
        def script(asked: Asked) -> Reply:
            if asked.path == "/token" and not also_tokens:
                return Reply(body=b'{"access_token": "t", "expires_in": 3600}')
            return reply

        self.server.script = script

    def record(self) -> None:
        self.school.record(
            7, ags=AGSEndpoint(f"{self.server.url}/1/lineitem?type_id=1", None, (SCORE, RESULT, LINE_ITEM))
        )

    def record_without_column(self) -> None:
        self.school.record(
            7, ags=AGSEndpoint(None, f"{self.server.url}/1/lineitems?type_id=1", (SCORE, RESULT, LINE_ITEM))
        )

    def deliver(self) -> int:
        return one_round(Delivery(self.school.database, self, self.services, self.school.clock))

    @property
    def end(self) -> tuple[str, str | None]:
        """State and reason."""
        return self.school.status().state, self.school.status().reason


@pytest.fixture
def site(school: School) -> Iterator[Site]:
    http = OutgoingHTTP(development=True, connect_seconds=PATIENCE, total_seconds=PATIENCE)
    with ScriptedServer(lambda _asked: Reply()) as server:
        yield Site(school, server, Services(http, signing_key=lambda: KEY, clock=school.clock))


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        (PAGE, ("open", "grade-answer-wrong")),
        (CREATED, ("delivered", None)),
        (LATIN, ("delivered", None)),
        (REASON, ("refused", "grade-not-accepted")),
        (Reply(raw=without_end), ("open", "grade-answer-wrong")),
        (Reply(raw=cut_off), ("delivered", None)),
        (Reply(raw=no_http), ("open", "grade-platform-silent")),
        (Reply(302, "Found", {"Location": "https://evil.example/"}), ("open", "grade-platform-busy")),
        (Reply(404, "Not Found"), ("refused", "grade-column-gone")),
        (Reply(204, "No Content"), ("delivered", None)),
    ],
)
def test_each_answer_has_its_end(site: Site, reply: Reply, end: tuple[str, str | None]) -> None:
    site.answer_with(reply)
    site.record()
    site.deliver()
    assert site.end == end


@pytest.mark.parametrize(
    ("reply", "reason"), [(PAGE, "grade-answer-wrong"), (LATIN, "grade-answer-wrong"), (REASON, "grade-tool-unknown")]
)
def test_a_token_that_is_none_has_its_reason_too(site: Site, reply: Reply, reason: str) -> None:
    site.answer_with(reply, also_tokens=True)
    site.record()
    site.deliver()
    assert site.end == ("open", reason)


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        (Reply(404, "Not Found"), ("refused", "grade-column-gone")),
        (Reply(403, "Forbidden"), ("refused", "grade-forbidden")),
        (PAGE, ("open", "grade-answer-wrong")),
        (Reply(body=b'{"id": 5}'), ("open", "grade-answer-wrong")),
        (Reply(201, "Created", body=b"[]"), ("open", "grade-answer-wrong")),
        (Reply(raw=without_end), ("open", "grade-answer-wrong")),
        (Reply(503, "Service Unavailable"), ("open", "grade-platform-busy")),
    ],
)
def test_a_course_that_is_gone_or_shows_no_columns_has_its_end_too(
    site: Site, reply: Reply, end: tuple[str, str | None]
) -> None:
    site.answer_with(reply)
    site.record_without_column()
    site.deliver()
    assert site.end == end


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (PAGE, "grade-answer-wrong"),
        (Reply(raw=without_end), "grade-answer-wrong"),
        (Reply(raw=no_http), "grade-platform-silent"),
        (Reply(302, "Found", {"Location": "https://evil.example/"}), "grade-platform-busy"),
        (Reply(401, "Unauthorized"), "grade-tool-unknown"),
        (Reply(429, "Too Many Requests", {"Retry-After": "9" * 20}), "grade-platform-busy"),
    ],
)
def test_nothing_is_tried_for_ever(site: Site, reply: Reply, reason: str) -> None:
    site.answer_with(reply)
    site.record()
    rounds = 0
    while site.end[0] == "open":
        site.deliver()
        site.school.clock.pass_by(days=1.3)
        rounds += 1
        assert rounds <= len(DELAYS) + 1
    assert site.end == ("parked", reason)
    assert load_texts()[reason].text


def test_a_person_whom_the_platform_no_longer_knows_is_a_refusal_with_a_reason(site: Site) -> None:
    site.answer_with(Reply(400, "Incorrect score received{...}"))
    site.record()
    site.deliver()
    site.school.clock.pass_by(days=30)
    assert site.deliver() == 0
    assert site.end == ("refused", "grade-not-accepted")
    assert load_texts()["grade-not-accepted"].text


@pytest.mark.parametrize(
    "reply", [PAGE, LATIN, Reply(raw=without_end), Reply(raw=cut_off), Reply(body=b"[[]]"), CREATED]
)
def test_results_that_are_none_leave_the_grade_as_it_is(site: Site, reply: Reply) -> None:
    site.answer_with(Reply())
    site.record()
    site.deliver()
    site.answer_with(reply)
    auditor = Reconciliation(site.school.database, site, site.services, site.school.clock)
    figures = auditor.run()
    assert figures in (Figures(columns=1, unread=1), Figures(columns=1, missing=1))
    assert site.end[0] in {"delivered", "open"}
