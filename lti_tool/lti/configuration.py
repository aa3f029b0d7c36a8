"""What a platform says of itself when it asks to be registered (1EdTech Dynamic Registration §3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lti_tool.errors import Invalid, Refused
from lti_tool.lti.registration import host_of, is_loopback_host
from lti_tool.lti.strings import is_clean

PLATFORM_CLAIM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
LONGEST_ADDRESS = 1024
LONGEST_ISSUER = 255
LONGEST_PRODUCT = 64
MOST_LISTED = 100

CANVAS_ISSUERS = frozenset(
    {"canvas.instructure.com", "canvas.beta.instructure.com", "canvas.test.instructure.com"},
)
CANVAS_DOMAINS = (".instructure.com", ".canvaslms.com")
"""Canvas in the cloud has one issuer for all schools, and its endpoints on other hosts of its own."""


@dataclass(frozen=True, slots=True)
class PlatformConfiguration:
    """A platform's addresses and what it supports. `scopes` and `messages` are empty where it does not say."""

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    product: str | None
    version: str | None
    scopes: frozenset[str]
    messages: frozenset[str]


def check_configuration_address(url: str, *, development: bool) -> None:
    """The address that a platform gives for its configuration: https, or this machine in development.

    Raises `Invalid("registration-address")`.
    """
    try:
        parts = urlsplit(url)
        host, _port = host_of(url)
    except ValueError:
        raise Invalid("registration-address") from None
    here = development and is_loopback_host(host)
    plain = is_clean(url, LONGEST_ADDRESS) and url.isascii() and url.isprintable() and not set(url) & set(" \\")
    if not plain or not host or parts.username or parts.fragment:
        raise Invalid("registration-address")
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise Invalid("registration-address")


def read_configuration(document: object, *, url: str, allow_canvas: bool, development: bool) -> PlatformConfiguration:
    """Read the configuration found at `url`: everything in it must live on one host, that of `url`.

    Raises `Invalid("registration-configuration", field=…)` for what is missing or malformed and
    `Refused("registration-foreign-host", field=…)` for an address elsewhere.
    """
    if not isinstance(document, dict):
        raise Invalid("registration-configuration", field="openid_configuration")
    issuer = _address(document, "issuer", development=development, longest=LONGEST_ISSUER)
    endpoints = {
        name: _address(document, name, development=development)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    }
    canvas = allow_canvas and host_of(issuer)[0] in CANVAS_ISSUERS
    for name, address in {"issuer": issuer, **endpoints}.items():
        if not (_of_canvas(address) and _of_canvas(url) if canvas else host_of(address) == host_of(url)):
            raise Refused("registration-foreign-host", field=name)
    platform = document.get(PLATFORM_CLAIM)
    platform = platform if isinstance(platform, dict) else {}
    return PlatformConfiguration(
        issuer=issuer,
        auth_url=endpoints["authorization_endpoint"],
        token_url=endpoints["token_endpoint"],
        jwks_url=endpoints["jwks_uri"],
        registration_url=endpoints["registration_endpoint"],
        product=_word(platform.get("product_family_code")),
        version=_word(platform.get("version")),
        scopes=_texts(document.get("scopes_supported")),
        messages=_message_types(platform.get("messages_supported")),
    )


def _address(document: Mapping[str, Any], name: str, *, development: bool, longest: int = LONGEST_ADDRESS) -> str:
    value = document.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise Invalid("registration-configuration", field=name)
    try:
        check_configuration_address(value, development=development)
    except Invalid:
        raise Invalid("registration-configuration", field=name) from None
    return value


def _of_canvas(address: str) -> bool:
    host, port = host_of(address)
    return host.endswith(CANVAS_DOMAINS) and address.startswith("https:") and port == 443  # noqa: PLR2004 # https


def _word(value: object) -> str | None:
    """A short text of the platform's, fit for a page; or nothing."""
    return " ".join(value.split()) if isinstance(value, str) and is_clean(value, LONGEST_PRODUCT) else None


def _texts(value: object) -> frozenset[str]:
    listed = value[:MOST_LISTED] if isinstance(value, list) else []
    return frozenset(text for text in listed if isinstance(text, str))


def _message_types(value: object) -> frozenset[str]:
    """Message types stand alone or in objects (§3.4.1)."""
    listed = value[:MOST_LISTED] if isinstance(value, list) else []
    return _texts([message.get("type") if isinstance(message, dict) else message for message in listed])
