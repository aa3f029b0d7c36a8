"""Which addresses the one door to other machines opens to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti.outgoing import AddressRefused, OutgoingHTTP
from lti_tool.lti.registration import Registration
from lti_tool.lti.sockets import is_loopback, is_public
from tests.lti_tool.lti.scripted_server import MOODLE, ScriptedServer


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have every name lead to these addresses."""

    def getaddrinfo(_host: object, port: int, *_args: object, **_kwargs: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


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


def test_a_host_that_is_no_name_is_refused_though_it_is_the_registrations(http: OutgoingHTTP) -> None:
    url = "https://moodle%zz.example/"
    with pytest.raises(AddressRefused, match="address-refused"):
        http.request("GET", url, registration=Registration(1, url, "c", "n", url, url, url))


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
