"""The one door to other machines: what comes back, how long it takes, and what is told of it."""

from __future__ import annotations

import errno
import io
import logging
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from lti_tool.errors import Unavailable
from lti_tool.lti.outgoing import AddressRefused, OutgoingHTTP, PlatformUnreachable, Response
from tests.lti_tool.lti.scripted_server import MOODLE, Asked, Reply, Script, ScriptedServer, dripping


def ok(_asked: Asked) -> Reply:
    return Reply(body=b'{"keys": []}')


# --- what comes back


def test_an_answer_of_any_status_is_an_answer(http: OutgoingHTTP) -> None:
    with ScriptedServer(
        lambda _asked: Reply(409, "Refusing score\twith\x07 an earlier timestamp", {"X-Why": "old"}, b"[]")
    ) as lms:
        answer = http.request("POST", f"{lms.url}/x?type_id=3", registration=lms.registration(), data="é")
    assert (answer.status, answer.ok, answer.body) == (409, False, b"[]")
    assert answer.reason == "Refusing scorewith an earlier timestamp"
    assert answer.headers["x-why"] == "old"
    assert (lms.asked[0].path, lms.asked[0].body) == ("/x?type_id=3", "é".encode())


def test_a_header_that_comes_twice_is_one_list(http: OutgoingHTTP) -> None:
    twice = Reply(raw=lambda: iter([b"HTTP/1.1 200 OK\r\nLink: <a>\r\nlink: <b>\r\nContent-Length: 0\r\n\r\n"]))
    with ScriptedServer(lambda _asked: twice) as lms:
        answer = http.request("GET", f"{lms.url}/", registration=lms.registration())
    assert answer.headers["link"] == "<a>, <b>"


@pytest.mark.parametrize("value", ["x\r\nHost: evil.example", "x\n y", "x\r", " x", "é", "\N{EURO SIGN}"])
def test_a_header_is_one_line_of_plain_letters_or_nothing_is_sent(
    server: ScriptedServer, http: OutgoingHTTP, value: str
) -> None:
    with pytest.raises(AddressRefused, match="address-refused"):
        http.request("GET", f"{server.url}/", registration=server.registration(), headers={"Authorization": value})
    assert server.asked == []


def test_a_mapping_is_sent_as_a_form(server: ScriptedServer, http: OutgoingHTTP) -> None:
    http.request("POST", f"{server.url}/token", registration=server.registration(), data={"scope": "a b", "é": "&"})
    assert server.asked[0].body == b"scope=a+b&%C3%A9=%26"
    assert server.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_redirect_is_not_followed(http: OutgoingHTTP) -> None:
    with ScriptedServer(lambda _asked: Reply(302, "Found", {"Location": "/elsewhere"}, b"moved")) as lms:
        answer = http.request("GET", f"{lms.url}/here", registration=lms.registration())
    assert answer.status == 302
    assert [asked.path for asked in lms.asked] == ["/here"]


def test_a_connection_is_kept_alive(server: ScriptedServer, http: OutgoingHTTP) -> None:
    for _ in range(3):
        http.request("GET", f"{server.url}/", registration=server.registration())
    assert len({asked.connection for asked in server.asked}) == 1


def test_a_cookie_is_not_sent_back(http: OutgoingHTTP) -> None:
    with ScriptedServer(lambda _asked: Reply(headers={"Set-Cookie": "MoodleSession=1"})) as lms:
        for _ in range(2):
            http.request("GET", f"{lms.url}/", registration=lms.registration())
    assert "cookie" not in lms.asked[1].headers


def test_a_proxy_of_the_environment_is_not_used(
    server: ScriptedServer, http: OutgoingHTTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert http.request("GET", f"{server.url}/", registration=server.registration()).ok


def test_nothing_compressed_is_asked_for(server: ScriptedServer, http: OutgoingHTTP) -> None:
    http.request("GET", f"{server.url}/", registration=server.registration())
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_a_body_of_just_the_limit_is_read_and_one_byte_more_is_not(http: OutgoingHTTP) -> None:
    with ScriptedServer(lambda asked: Reply(body=b"x" * int(asked.path[1:]))) as lms:
        registration = lms.registration()
        assert len(http.request("GET", f"{lms.url}/1000", registration=registration, limit=1000).body) == 1000
        with pytest.raises(PlatformUnreachable, match="platform-answer-too-long"):
            http.request("GET", f"{lms.url}/1001", registration=registration, limit=1000)


# --- into a file


def fetched(http: OutgoingHTTP, script: Script, *, limit: int = 1 << 20, seconds: float = 5) -> tuple[Response, bytes]:
    """What a download says, and what it has left in the file."""
    with ScriptedServer(script) as lms:
        target = io.BytesIO()
        answer = http.download(f"{lms.url}/", target, registration=lms.registration(), limit=limit, seconds=seconds)
    return answer, target.getvalue()


def test_a_file_is_downloaded_piece_by_piece_and_the_progress_is_told(http: OutgoingHTTP) -> None:
    told: list[tuple[int, int | None]] = []
    with ScriptedServer(lambda _asked: Reply(body=b"x" * 200_000)) as lms:
        target = io.BytesIO()
        http.download(
            f"{lms.url}/",
            target,
            registration=lms.registration(),
            limit=200_000,
            seconds=5,
            received=lambda size, whole: told.append((size, whole)),
        )
    assert target.getvalue() == b"x" * 200_000
    assert len(told) > 1
    assert told[-1] == (200_000, 200_000)


def test_a_file_of_one_byte_too_many_is_not_downloaded(http: OutgoingHTTP) -> None:
    with pytest.raises(PlatformUnreachable, match="platform-answer-too-long"):
        fetched(http, lambda _asked: Reply(body=b"x" * 1001), limit=1000)


def test_a_file_that_does_not_end_in_time_is_given_up() -> None:
    drip = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    with pytest.raises(PlatformUnreachable, match="platform-slow"):
        fetched(OutgoingHTTP(development=True), lambda _asked: drip, seconds=0.3)


def test_a_file_that_is_cut_short_is_no_file(http: OutgoingHTTP) -> None:
    cut = Reply(raw=lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nxx"]))
    with pytest.raises(PlatformUnreachable, match="platform-unreachable"):
        fetched(http, lambda _asked: cut)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_comes_with_another_status_is_not_downloaded(http: OutgoingHTTP, status: int) -> None:
    answer, data = fetched(http, lambda _asked: Reply(status, headers={"Location": "/elsewhere"}, body=b"no"))
    assert (answer.status, answer.ok, data) == (status, False, b"")


@pytest.mark.parametrize("buffering", [0, 8192])
def test_a_disk_that_is_full_is_not_taken_for_a_silent_platform(http: OutgoingHTTP, buffering: int) -> None:
    target = io.BufferedRandom(FullDisk(), buffering) if buffering else FullDisk()  # type: ignore[arg-type]
    with ScriptedServer(ok) as lms, pytest.raises(Unavailable, match="storage-unavailable"):
        http.download(f"{lms.url}/", target, registration=lms.registration(), limit=1000, seconds=5)


class FullDisk(io.BytesIO):
    """A file that takes nothing."""

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


# --- how long it takes


@pytest.mark.parametrize(
    "reply",
    [
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        dripping(b"", b"H"),
    ],
    ids=["body", "body without length", "chunks", "headers", "status line"],
)
def test_an_answer_that_drips_is_cut_at_the_end_of_the_time(reply: Reply) -> None:
    http = OutgoingHTTP(development=True, total_seconds=0.3)
    with ScriptedServer(lambda _asked: reply) as lms, pytest.raises(PlatformUnreachable, match="platform-slow"):
        http.request("GET", f"{lms.url}/", registration=lms.registration())


def test_a_drip_on_a_connection_kept_alive_is_cut_too() -> None:
    http = OutgoingHTTP(development=True, total_seconds=0.3)
    drip = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    with ScriptedServer(lambda asked: drip if asked.path == "/drip" else Reply()) as lms:
        http.request("GET", f"{lms.url}/", registration=lms.registration())
        with pytest.raises(PlatformUnreachable, match="platform-slow"):
            http.request("GET", f"{lms.url}/drip", registration=lms.registration())
    assert len({asked.connection for asked in lms.asked}) == 1


def test_a_platform_that_is_not_there_is_unreachable(http: OutgoingHTTP) -> None:
    with ScriptedServer(ok) as lms:
        registration = lms.registration()
    with pytest.raises(PlatformUnreachable, match="platform-unreachable"):
        http.request("GET", f"{registration.issuer}/", registration=registration)


def test_a_name_that_does_not_exist_is_unreachable(monkeypatch: pytest.MonkeyPatch, http: OutgoingHTTP) -> None:
    def nobody(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(PlatformUnreachable, match="platform-unreachable"):
        http.request("GET", "https://moodle.example/", registration=MOODLE)


def test_many_threads_share_one_door(server: ScriptedServer, http: OutgoingHTTP) -> None:
    def call(number: int) -> bool:
        return http.request("GET", f"{server.url}/{number}", registration=server.registration()).ok

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(call, range(40)))
    assert len(server.asked) == 40


# --- JSON


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"<html>"),
        Reply(body=b"[]"),
        Reply(body=b""),
        Reply(body=b"[" * 200_000),
        Reply(body=b"\xff\xfe{}"),
        Reply(500, body=b'{"keys": []}'),
        Reply(302, headers={"Location": "/"}, body=b'{"keys": []}'),
    ],
)
def test_what_is_not_a_json_object_is_not_a_keyset(http: OutgoingHTTP, reply: Reply) -> None:
    with ScriptedServer(lambda _asked: reply) as lms, pytest.raises(PlatformUnreachable, match="platform-answer-wrong"):
        http.get_json(f"{lms.url}/certs", registration=lms.registration())


def test_a_keyset_is_fetched(server: ScriptedServer, http: OutgoingHTTP) -> None:
    assert http.get_json(f"{server.url}/certs", registration=server.registration()) == {"keys": []}


# --- what is told


def test_neither_log_nor_error_holds_the_query_of_an_address(
    http: OutgoingHTTP, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(ok) as lms:
        registration = lms.registration()
        http.request("GET", f"{lms.url}/?user_id=secret", registration=registration)
    with pytest.raises(PlatformUnreachable) as caught:
        OutgoingHTTP(development=True).request(
            "GET", f"{registration.issuer}/?user_id=secret", registration=registration
        )
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "secret" not in str(caught.value) + caplog.text
    assert "platform-unreachable host=127.0.0.1" in caplog.text
