"""The one door to other machines: what passes, what does not, and when it shuts."""

from __future__ import annotations

import datetime as dt
import errno
import io
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.errors import Unavailable
from lti_tool.lti.outgoing import AddressRefused, OutgoingHTTP, PlatformUnreachable, Response
from lti_tool.lti.registration import Registration
from lti_tool.lti.sockets import Exchange, GuardedAdapter, is_loopback, is_public
from tests.lti_tool.lti.scripted_server import Asked, Reply, Script, ScriptedServer

MOODLE = Registration(
    1,
    "https://moodle.example",
    "client",
    "Moodle",
    "https://moodle.example/auth",
    "https://moodle.example/token",
    "https://moodle.example/certs",
)


def ok(_asked: Asked) -> Reply:
    return Reply(body=b'{"keys": []}')


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(ok) as running:
        yield running


@pytest.fixture
def http() -> OutgoingHTTP:
    return OutgoingHTTP(development=True, connect_seconds=2, total_seconds=5)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have every name lead to these addresses."""

    def getaddrinfo(_host: object, port: int, *_args: object, **_kwargs: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


# --- which addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://moodle.example/certs",
        "https://evil.example/certs",
        "https://moodle.example:8443/certs",
        "https://moodle.example.evil.example/",
        "https://moodle.example@evil.example/",
        "https://user:secret@moodle.example/",
        "https://evil.example\\@moodle.example/",
        "https://moodle.example /certs",
        "https://moodle.example/\r\nHost: evil.example",
        "https://moodle.example:port/",
        "https://[moodle.example/",
        "https://moodle.éxample/",
        "ftp://moodle.example/",
        "file:///etc/passwd",
        "//moodle.example/certs",
        "",
        "https://moodle.example/" + "a" * 3000,
    ],
)
def test_an_address_that_is_not_the_registrations_is_refused(http: OutgoingHTTP, url: str) -> None:
    with pytest.raises(AddressRefused, match="address-refused"):
        http.request("GET", url, registration=MOODLE)


@given(st.text(max_size=60))
def test_no_text_makes_the_door_fail_in_another_way(url: str) -> None:
    with pytest.raises(AddressRefused):
        OutgoingHTTP().request("GET", url, registration=MOODLE)


def test_this_machine_is_called_only_in_development(server: ScriptedServer) -> None:
    with pytest.raises(AddressRefused, match="address-private"):
        OutgoingHTTP().request("GET", server.url, registration=server.registration())
    assert server.asked == []


def test_a_registration_elsewhere_cannot_make_us_call_this_machine(server: ScriptedServer, http: OutgoingHTTP) -> None:
    with pytest.raises(AddressRefused, match="address-refused"):
        http.request("GET", server.url, registration=MOODLE)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0"]
)
def test_a_name_that_leads_into_a_private_network_is_refused_before_connecting(
    monkeypatch: pytest.MonkeyPatch, http: OutgoingHTTP, address: str
) -> None:
    resolve_to(monkeypatch, address)
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("connected"))
    with pytest.raises(AddressRefused, match="address-private"):
        http.request("GET", "https://moodle.example/certs", registration=MOODLE)


def test_the_peer_of_the_connected_socket_is_what_counts(
    monkeypatch: pytest.MonkeyPatch, server: ScriptedServer, http: OutgoingHTTP
) -> None:
    resolve_to(monkeypatch, "93.184.215.14")

    def connect_elsewhere(_where: object, timeout: float) -> socket.socket:
        connected = socket.socket()
        connected.settimeout(timeout)
        connected.connect(("127.0.0.1", server.port))
        return connected

    monkeypatch.setattr(socket, "create_connection", connect_elsewhere)
    with pytest.raises(AddressRefused, match="address-private"):
        http.request("GET", "https://moodle.example/certs", registration=MOODLE)
    assert server.asked == []


def test_localhost_that_is_not_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch, http: OutgoingHTTP) -> None:
    resolve_to(monkeypatch, "93.184.215.14")
    platform = Registration(
        1, "http://localhost:1", "c", "n", "http://localhost:1/a", "http://localhost:1/t", "http://localhost:1/j"
    )
    with pytest.raises(AddressRefused, match="address-private"):
        http.request("GET", "http://localhost:1/", registration=platform)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("127.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b::5db8:d70e", True),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::7f00:1", False),
        ("64:ff9b:1::a00:5", False),
        ("fec0::1", False),
    ],
)
def test_only_the_public_internet_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_address_wrapped_in_ipv6_is_judged_as_what_it_leads_to(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))
    assert is_public(mapped) == is_public(address) == is_public(translated)
    assert is_loopback(mapped) == is_loopback(address)


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


def test_a_disk_that_is_full_is_not_taken_for_a_silent_platform(http: OutgoingHTTP) -> None:
    with ScriptedServer(ok) as lms, pytest.raises(Unavailable, match="storage-unavailable"):
        http.download(f"{lms.url}/", FullDisk(), registration=lms.registration(), limit=1000, seconds=5)


class FullDisk(io.BytesIO):
    """A file that takes nothing."""

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


# --- how long it takes


def dripping(start: bytes, drop: bytes) -> Reply:
    """An answer that never ends, a drop every 20 ms."""

    def drops() -> Iterator[bytes]:
        yield start
        while not threading.Event().wait(0.02):
            yield drop

    return Reply(raw=drops)


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


# --- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key, in one file."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    drip = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    server = ScriptedServer(lambda asked: drip if asked.path == "/drip" else Reply(body=b"{}"), tls=context)
    with server:
        yield server


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_server: ScriptedServer, http: OutgoingHTTP) -> None:
    url = f"https://localhost:{tls_server.port}"
    platform = Registration(1, url, "c", "n", url, url, url)
    with pytest.raises(PlatformUnreachable, match="platform-unreachable"):
        http.request("GET", url, registration=platform)
    assert tls_server.asked == []


def test_an_authority_that_the_operator_names_vouches_for_a_platform(
    tls_server: ScriptedServer, certificate: Path
) -> None:
    url = f"https://localhost:{tls_server.port}"
    platform = Registration(1, url, "c", "n", url, url, url)
    http = OutgoingHTTP(development=True, ca_file=str(certificate))
    assert http.request("GET", url, registration=platform).ok


def test_an_authority_vouches_for_the_host_that_it_certified_and_no_other(
    tls_server: ScriptedServer, certificate: Path
) -> None:
    url = f"https://127.0.0.1:{tls_server.port}"
    platform = Registration(1, url, "c", "n", url, url, url)
    with pytest.raises(PlatformUnreachable, match="platform-unreachable"):
        OutgoingHTTP(development=True, ca_file=str(certificate)).request("GET", url, registration=platform)
    assert tls_server.asked == []


def test_a_file_without_an_authority_is_noticed_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("empty.pem", "absent.pem"):
        with pytest.raises(OSError):  # noqa: PT011 - two kinds of it, with the system's own words
            OutgoingHTTP(ca_file=str(tmp_path / name))


def test_a_tls_connection_is_kept_alive_and_cut_in_time(tls_server: ScriptedServer, certificate: Path) -> None:
    adapter = GuardedAdapter()

    def get(path: str, seconds: float) -> bytes:
        request = requests.Request("GET", f"https://localhost:{tls_server.port}{path}").prepare()
        with Exchange(is_loopback, seconds):
            answer = adapter.send(request, stream=True, timeout=(2, 5), verify=str(certificate))
            try:
                body: bytes = answer.raw.read()
                return body
            finally:
                answer.close()

    assert get("/", 5) == get("/", 5) == b"{}"
    assert len({asked.connection for asked in tls_server.asked}) == 1
    with pytest.raises(Exception, match="IncompleteRead"):
        get("/drip", 0.3)
