"""Tokens that a tool must refuse, for its tests (1EdTech LTI 1.3 certification guide §6.1, RFC 8725 §2.1)."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from lti_tool.demo_lms.keys import PlatformKey


def unsigned(claims: Mapping[str, Any], *, kid: str) -> str:
    """A token with ``alg: none`` and an empty signature."""
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': kid})}.{_part(claims)}."


def keyed_with_public_key(claims: Mapping[str, Any], key: PlatformKey) -> str:
    """A token with ``alg: HS256`` whose secret is the platform's *public* key, which everyone has."""
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{_part(claims)}"
    digest = hmac.new(key.public_pem.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_encoded(digest)}"


def signed_by_stranger(claims: Mapping[str, Any], *, kid: str) -> str:
    """A token that names the platform's key and is signed by another one."""
    return PlatformKey(kid, PlatformKey.new().private).sign(claims)


def without_kid(claims: Mapping[str, Any], key: PlatformKey) -> str:
    """A well signed token that does not say with which key."""
    return key.sign_bytes(json.dumps(claims).encode(), headers={})


def tampered(token: str, **claims: Any) -> str:
    """The same token with some claims changed after it was signed."""
    head, body, signature = token.split(".")
    changed = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))) | claims
    return f"{head}.{_part(changed)}.{signature}"


def _part(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value).encode())


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
