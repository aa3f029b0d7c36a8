"""Which machines may answer, where the operator allows platforms in private networks."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from lti_tool.lti.sockets import is_public, is_site


@pytest.mark.parametrize("address", ["10.0.0.8", "192.168.1.2", "172.16.0.1", "fd00::1", "::ffff:10.0.0.8"])
def test_a_private_network_is_called_only_where_it_is_allowed(address: str) -> None:
    assert not is_public(ip_address(address))
    assert is_site(ip_address(address))


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe"])
def test_the_public_internet_is_called_in_either_case(address: str) -> None:
    assert is_public(ip_address(address))
    assert is_site(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "::7f00:1",
        "64:ff9b:1::a9fe:a9fe",
    ],
)
def test_this_machine_and_link_local_ones_are_never_called(address: str) -> None:
    assert not is_site(ip_address(address))
