"""A platform as the protocol sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

ADDRESSES_IN_MEMORY = 512
"""Every launch of a platform asks for the origins and hosts of the same few addresses."""


class Callee(Protocol):
    """Somebody whom the tool may call."""

    @property
    def hosts(self) -> frozenset[tuple[str, int]]:
        """The (host, port) pairs that may be called."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A platform that is not registered yet: only the host of this address may be called."""

    address: str

    @property
    def hosts(self) -> frozenset[tuple[str, int]]:
        """The one (host, port)."""
        return frozenset({host_of(self.address)})


@dataclass(frozen=True, slots=True)
class Registration:
    """One tool as one platform knows it: LTI 1.3 core §3.1.3, keyed by (issuer, client_id)."""

    id: int
    issuer: str
    client_id: str
    name: str
    auth_url: str
    token_url: str
    jwks_url: str
    active: bool = True

    @property
    def origin(self) -> str:
        """`scheme://host[:port]` of the pages of the platform: where its frames come from."""
        return origin_of(self.auth_url)

    @property
    def hosts(self) -> frozenset[tuple[str, int]]:
        """(host, port) pairs that this registration may make us call: its issuer, tokens, keyset and log-in pages."""
        addresses = (self.issuer, self.auth_url, self.token_url, self.jwks_url)
        return frozenset(host_of(address) for address in addresses if urlsplit(address).hostname)

    @property
    def is_loopback(self) -> bool:
        """Whether the platform runs on this machine, as the demo LMS does."""
        return any(is_loopback_host(host) for host, _ in self.hosts)


@lru_cache(maxsize=ADDRESSES_IN_MEMORY)
def origin_of(url: str) -> str:
    """`scheme://host[:port]` of an address, as browsers write an origin: lower case, no default port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{host}{port}"


@lru_cache(maxsize=ADDRESSES_IN_MEMORY)
def host_of(url: str) -> tuple[str, int]:
    """(host, port) of an address."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (80 if parts.scheme == "http" else 443)


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address literal means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
