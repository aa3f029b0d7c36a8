"""The service client: each hole of the library that it closes, shown on the library too where that is cheap."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.contrib.flask.service_connector import FlaskServiceConnector
from pylti1p3.grade import Grade
from pylti1p3.registration import Registration as LibraryRegistration

from lti_tool.lti.ags import LINE_ITEM, LINE_ITEM_READ, RESULT, SCORE, SCORE_TYPE, Result, ScorePost, below
from lti_tool.lti.connector import MOST_PAGES, ScopeMissing, ServiceAnswer, TokenRefused, next_page
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.outgoing import AddressRefused, OutgoingHTTP, PlatformUnreachable
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
def _library_forgets() -> Iterator[None]:
    yield
    FlaskServiceConnector.access_tokens.clear()


# --- tokens


def test_two_clients_of_one_issuer_never_share_a_token(bench: Bench) -> None:
    for number, client in enumerate(("client-a", "client-b")):
        bench.post(bench.server.registration(number, client))
    assert [asked.headers["authorization"] for asked in bench.asked("/scores")] == [
        "Bearer client-a-1",
        "Bearer client-b-2",
    ]


def test_the_bare_library_gives_one_client_the_token_of_another(bench: Bench) -> None:
    for client in ("client-a", "client-b"):
        bare(bench.server, client).put_grade(Grade())
    assert {asked.headers["authorization"] for asked in bench.asked("/scores")} == {"Bearer client-a-1"}


def test_a_token_is_kept_for_the_next_calls(bench: Bench) -> None:
    for _ in range(3):
        bench.post()
    assert bench.lms.tokens_given == 1


@pytest.mark.parametrize(("seconds", "fetched"), [(3539, 1), (3540, 2)])
def test_a_token_is_replaced_a_minute_before_its_end(bench: Bench, seconds: int, fetched: int) -> None:
    bench.post()
    bench.clock.pass_by(seconds=seconds)
    bench.post()
    assert bench.lms.tokens_given == fetched


@pytest.mark.parametrize(("seconds", "fetched"), [(29, 1), (30, 2)])
def test_a_short_token_is_used_for_half_of_its_life(bench: Bench, seconds: int, fetched: int) -> None:
    bench.lms.expires_in = 60
    bench.post()
    bench.clock.pass_by(seconds=seconds)
    bench.post()
    assert bench.lms.tokens_given == fetched


@pytest.mark.parametrize("expires_in", [None, -5, "soon", 1e300, [], "9" * 5000])
def test_a_token_without_a_plausible_life_is_used_once(bench: Bench, expires_in: object) -> None:
    bench.lms.expires_in = expires_in
    assert bench.post().status == 200
    bench.post()
    assert bench.lms.tokens_given == 2


def test_a_token_is_never_kept_longer_than_a_day(bench: Bench) -> None:
    bench.lms.expires_in = 10**9
    bench.post()
    bench.clock.pass_by(days=1)
    bench.post()
    assert bench.lms.tokens_given == 2


def test_of_many_threads_one_fetches_the_token(bench: Bench) -> None:
    start = threading.Barrier(8)

    def post(_number: int) -> int:
        start.wait()
        status: int = bench.post().status
        return status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, range(8))) == {200}
    assert bench.lms.tokens_given == 1


def test_a_token_that_the_platform_refuses_is_replaced_once(bench: Bench) -> None:
    bench.lms.refused_tokens = {"client-a-1"}
    assert bench.post().status == 200
    assert bench.lms.tokens_given == 2
    assert len(bench.asked("/scores")) == 2


def test_a_platform_that_refuses_every_token_is_asked_twice(bench: Bench) -> None:
    bench.lms.refused_tokens = {f"client-a-{number}" for number in range(9)}
    assert bench.post().status == 401
    assert len(bench.asked("/scores")) == 2


def test_the_bare_library_gives_up_on_a_token_that_has_ended(bench: Bench) -> None:
    bench.lms.refused_tokens = {"client-a-1"}
    with pytest.raises(Exception, match="401"):
        bare(bench.server, "client-a").put_grade(Grade())


def test_only_the_scope_that_the_call_needs_is_asked_for(bench: Bench) -> None:
    bench.lms.reply = Reply(body=b"[]")
    ags = bench.services.ags(bench.registration, ALL)
    bench.post()
    ags.results(bench.line_item, "42")
    ags.find_line_item(bench.container, resource_link_id="1", resource_id="r")
    assert [form_of(asked)["scope"] for asked in bench.asked("/token")] == [SCORE, RESULT, LINE_ITEM]


def test_the_bare_library_asks_for_every_scope_of_the_claim(bench: Bench) -> None:
    bare(bench.server, "client-a").put_grade(Grade())
    assert len(form_of(bench.asked("/token")[0])["scope"].split()) == len(ALL)


def test_a_scope_that_the_launch_did_not_grant_is_not_asked_for(bench: Bench) -> None:
    ags = bench.services.ags(bench.registration, [RESULT])
    with pytest.raises(ScopeMissing) as caught:
        ags.post_score(bench.line_item, ScorePost("42", 1, 2, NOW))
    assert caught.value.params == {"scope": "score"}
    assert bench.server.asked == []


def test_the_assertion_is_signed_backdated_and_short(bench: Bench) -> None:
    bench.post()
    form = form_of(bench.asked("/token")[0])
    token_url = bench.registration.token_url
    assertion = jwt.decode(
        form["client_assertion"],
        KEY.private.public_key(),
        algorithms=["RS256"],
        audience=token_url,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert assertion["iss"] == assertion["sub"] == "client-a"
    assert assertion["iat"] == NOW.timestamp() - 60
    assert assertion["exp"] == NOW.timestamp() + 60
    assert assertion["jti"]
    assert jwt.get_unverified_header(form["client_assertion"])["kid"] == "kid-1"


def test_a_signature_takes_a_key_that_is_parsed_already(bench: Bench) -> None:
    client = bench.services.client(bench.registration)
    signed = client.encode_jwt({"a": 1}, KEY.private, {"kid": "k"})
    assert jwt.decode(signed, KEY.private.public_key(), algorithms=["RS256"]) == {"a": 1}


def test_a_platform_that_has_forgotten_the_tool_is_told_apart(bench: Bench) -> None:
    bench.lms.token_reply = Reply(401, "Unauthorized", body=b'{"error": "invalid_client"}')
    with pytest.raises(TokenRefused) as caught:
        bench.post()
    assert caught.value.params == {"host": "127.0.0.1", "status": 401, "said": "Unauthorized"}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"access_token": 5}', b'{"access_token": "a\\r\\nX: y"}', b"[" * 99_999]
)
def test_a_token_answer_that_holds_no_token_is_no_answer(bench: Bench, body: bytes) -> None:
    bench.lms.token_reply = Reply(body=body)
    with pytest.raises(PlatformUnreachable, match="platform-answer-wrong"):
        bench.post()


# --- scores


def test_a_score_is_posted_before_the_query_with_its_exact_media_type(bench: Bench) -> None:
    bench.post(comment="Bravo", started_at=NOW - timedelta(minutes=5), submitted_at=NOW)
    (asked,) = bench.asked("/scores")
    assert asked.path == "/2/lineitems/7/lineitem/scores?type_id=3"
    assert (asked.headers["content-type"], asked.headers["accept"]) == (SCORE_TYPE, SCORE_TYPE)
    assert json.loads(asked.body) == {
        "userId": "42",
        "scoreGiven": 7,
        "scoreMaximum": 8,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-25T10:00:00.000+00:00",
        "comment": "Bravo",
        "submission": {
            "startedAt": "2026-11-25T09:55:00.000+00:00",
            "submittedAt": "2026-11-25T10:00:00.000+00:00",
        },
    }


def test_the_bare_library_accepts_a_media_type_that_moodle_refuses(bench: Bench) -> None:
    bare(bench.server, "client-a").put_grade(Grade())
    assert bench.asked("/scores")[0].headers["accept"] == "application/json"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 423, 500, 503, 302])
def test_the_status_and_the_reason_of_a_refusal_are_kept(bench: Bench, status: int) -> None:
    bench.lms.reply = Reply(status, "Because", {"Location": "/elsewhere"}, b"[]")
    answer = bench.post()
    assert (answer.status, answer.reason) == (status, "Because")
    assert len(bench.asked("/elsewhere")) == 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Wed, 25 Nov 2026 10:02:00 GMT", 120),
        ("Wed, 25 Nov 2026 09:00:00 GMT", 0),
        ("9" * 400, 24 * 3600),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(bench: Bench, header: str, seconds: int | None) -> None:
    bench.lms.reply = Reply(503, "Busy", {"Retry-After": header})
    assert bench.post().retry_after == seconds


def test_the_clock_of_the_platform_comes_back(bench: Bench) -> None:
    bench.lms.reply = Reply(200, "OK", {"Date": "Wed, 25 Nov 2026 10:07:00 GMT"})
    assert bench.post().date == NOW + timedelta(minutes=7)


def test_an_error_page_under_200_is_not_a_success(bench: Bench) -> None:
    bench.lms.reply = Reply(200, "OK", {"Content-Type": "text/html; charset=utf-8"}, b"<b>Fatal error</b>")
    assert bench.post().is_page


def test_an_empty_200_is_a_success_whatever_its_type(bench: Bench) -> None:
    bench.lms.reply = Reply(200, "OK", {"Content-Type": "text/html; charset=utf-8"})
    assert bench.post().status == 200


def test_a_score_is_not_sent_to_another_host(bench: Bench) -> None:
    ags = bench.services.ags(bench.registration, ALL)
    with pytest.raises(AddressRefused):
        ags.post_score("https://evil.example/lineitem", ScorePost("42", 1, 2, NOW))


@given(
    st.sampled_from(["https://m.example/a/lineitem", "https://m.example/a/lineitem/", "https://m.example"]),
    st.sampled_from(["", "?type_id=3", "?a=1&b=2", "?next=/x?y=z"]),
)
def test_a_part_of_a_resource_keeps_the_whole_query(base: str, query: str) -> None:
    before, after = urlsplit(base + query), urlsplit(below(base + query, "scores"))
    assert after.query == before.query
    assert after.path == before.path.rstrip("/") + "/scores"


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_not_posted(bench: Bench, score: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        bench.post(score=score)


# --- results


def test_the_result_of_a_person_is_read_back(bench: Bench) -> None:
    bench.lms.reply = Reply(
        body=json.dumps(
            [
                {"userId": "41", "resultScore": 1, "resultMaximum": 8},
                {"userId": "42", "resultScore": 0, "resultMaximum": 8},
                {"userId": "42", "resultScore": "7", "resultMaximum": 8},
                {"userId": "42"},
                "nonsense",
            ]
        ).encode()
    )
    assert bench.services.ags(bench.registration, ALL).results(bench.line_item, "42") == [Result(0, 8)]
    (asked,) = bench.asked("/results")
    assert asked.path == "/2/lineitems/7/lineitem/results?type_id=3&user_id=42"
    assert asked.headers["accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@pytest.mark.parametrize(
    ("result", "equal"),
    [(Result(87.5, 100), True), (Result(7, 8), True), (Result(87.4, 100), False), (Result(7, 0), False)],
)
def test_a_result_is_compared_as_a_share(result: Result, equal: bool) -> None:
    assert result.equals(7, 8) is equal


@pytest.mark.parametrize("body", [b"{}", b"<html>", b"5", b'"x"', b"null"])
def test_results_that_are_not_a_list_are_no_answer(bench: Bench, body: bytes) -> None:
    bench.lms.reply = Reply(body=body)
    with pytest.raises(ServiceAnswer, match="service-answer-wrong"):
        bench.services.ags(bench.registration, ALL).results(bench.line_item, "42")


def test_a_refusal_to_show_results_keeps_its_status(bench: Bench) -> None:
    bench.lms.reply = Reply(403, "Forbidden", body=b"[]")
    with pytest.raises(ServiceAnswer) as caught:
        bench.services.ags(bench.registration, ALL).results(bench.line_item, "42")
    assert caught.value.params == {"host": "127.0.0.1", "status": 403, "said": "Forbidden"}


# --- line items


def item(**values: Any) -> dict[str, Any]:
    return {"id": "https://m/li", "label": "x", "scoreMaximum": 8, "resourceId": "r", "resourceLinkId": "1", **values}


def find(bench: Bench, *items: Any) -> str | None:
    bench.lms.reply = Reply(body=json.dumps(items).encode())
    ags = bench.services.ags(bench.registration, ALL)
    return ags.find_line_item(bench.container, resource_link_id="1", resource_id="r")


def test_a_column_is_found_by_link_and_resource(bench: Bench) -> None:
    found = find(bench, item(resourceLinkId="2", id="a"), item(resourceId="s", id="b"), item(id="c"), item(id="d"))
    assert found == "c"
    assert bench.asked("/lineitems")[0].path == "/2/lineitems?type_id=3&resource_link_id=1"


def test_the_column_of_another_link_is_not_ours(bench: Bench) -> None:
    assert find(bench, item(resourceLinkId="2"), item(resourceLinkId=None), item(id=5)) is None


def test_strange_line_items_are_no_answer(bench: Bench) -> None:
    with pytest.raises(ServiceAnswer, match="service-answer-wrong"):
        find(bench, "nonsense")


def test_a_column_is_made(bench: Bench) -> None:
    bench.lms.reply = Reply(201, "Created", body=json.dumps(item(id="https://m/new")).encode())
    url = bench.services.ags(bench.registration, ALL).create_line_item(
        bench.container, resource_link_id="1", resource_id="r", tag="t", label="Le plan", maximum=8.0
    )
    assert url == "https://m/new"
    (asked,) = bench.asked("/lineitems")
    media_type = "application/vnd.ims.lis.v2.lineitem+json"
    assert (asked.headers["content-type"], asked.headers["accept"]) == (media_type, media_type)
    assert json.loads(asked.body) == {
        "scoreMaximum": 8,
        "label": "Le plan",
        "resourceId": "r",
        "resourceLinkId": "1",
        "tag": "t",
    }


def test_a_column_without_an_address_is_no_answer(bench: Bench) -> None:
    bench.lms.reply = Reply(201, "Created", body=b"{}")
    with pytest.raises(ServiceAnswer, match="service-answer-wrong"):
        bench.services.ags(bench.registration, ALL).create_line_item(
            bench.container, resource_link_id="1", resource_id="r", tag="t", label="l", maximum=8
        )


def test_with_the_right_to_read_only_a_column_is_found_but_not_made(bench: Bench) -> None:
    bench.lms.reply = Reply(body=json.dumps([item()]).encode())
    ags = bench.services.ags(bench.registration, [SCORE, LINE_ITEM_READ])
    assert ags.find_line_item(bench.container, resource_link_id="1", resource_id="r") == "https://m/li"
    with pytest.raises(ScopeMissing):
        ags.create_line_item(bench.container, resource_link_id="1", resource_id="r", tag="t", label="l", maximum=8)


# --- pages


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('<https://M.example/Items?a=B>; rel="next"', "https://M.example/Items?a=B"),
        ("<https://m.example/?from=2&amp;limit=2>; rel=“next”", "https://m.example/?from=2&limit=2"),
        ("<https://m.example/2>; rel=“next”".encode().decode("latin-1"), "https://m.example/2"),
        ('<https://m.example/1>; rel="prev", <https://m.example/3>; title="x"; rel=next', "https://m.example/3"),
        ('<https://m.example/1>; rel="prev"', None),
        ('<https://m.example/1>; rel="nextish"', None),
        ("", None),
    ],
)
def test_the_next_page_is_found_however_it_is_written(link: str, url: str | None) -> None:
    assert next_page({"link": link}) == url


def test_pages_are_followed_to_the_last(bench: Bench) -> None:
    first = f"{bench.server.url}/2/lineitems?page=2"

    def pages(asked: Asked) -> Reply:
        if asked.path == "/token":
            return bench.lms(asked)
        last = asked.path.endswith("page=2")
        headers = {} if last else {"Link": f'<{first}>; rel="next"'}
        return Reply(headers=headers, body=json.dumps([item()] if last else [item(resourceId="s")]).encode())

    bench.server.script = pages
    ags = bench.services.ags(bench.registration, ALL)
    assert ags.find_line_item(bench.container, resource_link_id="1", resource_id="r") == "https://m/li"


@pytest.mark.parametrize("step", [0, 1])
def test_pages_without_end_are_left(bench: Bench, step: int) -> None:
    def endless(asked: Asked) -> Reply:
        if asked.path == "/token":
            return bench.lms(asked)
        following = len(bench.server.asked) * step
        return Reply(headers={"Link": f'<{bench.server.url}/p?n={following}>; rel="next"'}, body=b"[]")

    bench.server.script = endless
    ags = bench.services.ags(bench.registration, ALL)
    assert ags.find_line_item(bench.container, resource_link_id="1", resource_id="r") is None
    assert len(bench.server.asked) <= MOST_PAGES + 1


def test_a_next_page_on_another_host_is_not_fetched(bench: Bench) -> None:
    bench.lms.reply = Reply(headers={"Link": '<https://evil.example/>; rel="next"'}, body=b"[]")
    with pytest.raises(AddressRefused):
        bench.services.ags(bench.registration, ALL).results(bench.line_item, "42")
