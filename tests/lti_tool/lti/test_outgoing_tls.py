"""Whom the door believes to be a platform, and that TLS does not keep it open."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from urllib3 import Timeout

from lti_tool.lti.outgoing import OutgoingHTTP, PlatformUnreachable
from lti_tool.lti.registration import Registration
from lti_tool.lti.sockets import Exchange, GuardedPools, is_loopback
from tests.lti_tool.lti.scripted_server import Reply, ScriptedServer, dripping


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
    pools = GuardedPools(str(certificate))

    def get(path: str, seconds: float) -> bytes:
        url = f"https://localhost:{tls_server.port}{path}"
        with Exchange(is_loopback, seconds):
            answer = pools.send("GET", url, headers={}, timeout=Timeout(connect=2, read=5))
            try:
                return answer.read()
            finally:
                answer.close()

    assert get("/", 5) == get("/", 5) == b"{}"
    assert len({asked.connection for asked in tls_server.asked}) == 1
    with pytest.raises(Exception, match="IncompleteRead"):
        get("/drip", 0.3)
