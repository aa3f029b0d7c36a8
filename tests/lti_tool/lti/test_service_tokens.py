"""The tokens of the service client: each hole of the library that it closes, shown on the library too where cheap."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from pylti1p3.grade import Grade

from lti_tool.lti.ags import LINE_ITEM, RESULT, SCORE, ScorePost
from lti_tool.lti.connector import ScopeMissing, TokenRefused
from lti_tool.lti.outgoing import PlatformUnreachable
from tests.lti_tool.lti.scripted_server import Reply
from tests.lti_tool.lti.service_bench import ALL, KEY, NOW, Bench, bare, form_of


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
