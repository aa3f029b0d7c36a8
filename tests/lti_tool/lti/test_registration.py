"""A platform as the protocol sees it: where its pages come from, and which machines it names."""

from __future__ import annotations

import pytest

from lti_tool.lti.registration import Registration, host_of, is_loopback_host, origin_of


def registration(**addresses: str) -> Registration:
    base = "https://moodle.example/moodle"
    parts = {
        "issuer": base,
        "auth_url": f"{base}/auth",
        "token_url": f"{base}/token",
        "jwks_url": f"{base}/certs",
        **addresses,
    }
    return Registration(
        1, parts["issuer"], "client", "Moodle", parts["auth_url"], parts["token_url"], parts["jwks_url"]
    )


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://moodle.example/mod/lti/auth.php?a=b#c", "https://moodle.example"),
        ("https://Moodle.Example:443/", "https://moodle.example"),
        ("http://moodle.example:80", "http://moodle.example"),
        ("https://moodle.example:8443/", "https://moodle.example:8443"),
        ("http://127.0.0.1:8001/auth", "http://127.0.0.1:8001"),
        ("http://[::1]:8001/auth", "http://[::1]:8001"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_pages_come_from_where_people_log_in() -> None:
    assert registration(auth_url="https://login.example/auth").origin == "https://login.example"


def test_a_registration_names_its_own_hosts_only() -> None:
    hosts = registration(token_url="https://tokens.example:8443/t").hosts
    assert hosts == {("moodle.example", 443), ("tokens.example", 8443)}


def test_an_issuer_that_is_no_address_names_no_host() -> None:
    assert registration(issuer="urn:moodle").hosts == {("moodle.example", 443)}


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_has_several_names(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["moodle.example", "localhost.example", "10.0.0.1", "0.0.0.0", "128.0.0.1", ""])
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_loopback_host(host)


@pytest.mark.parametrize("field", ["issuer", "auth_url", "token_url", "jwks_url"])
def test_one_address_on_this_machine_makes_a_platform_local(field: str) -> None:
    assert registration(**{field: "http://127.0.0.1:8001/x"}).is_loopback
    assert not registration().is_loopback


def test_a_host_has_the_port_of_its_scheme() -> None:
    assert host_of("http://Moodle.example/x") == ("moodle.example", 80)
    assert host_of("https://moodle.example/x") == ("moodle.example", 443)
