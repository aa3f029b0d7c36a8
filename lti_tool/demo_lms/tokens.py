"""Access tokens for the services (LTI Security 1.0 §4.1, RFC 7523 §2.2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt
import requests

from lti_tool.demo_lms.claims import SCOPE_LINEITEM, SCOPE_LINEITEM_READ, SCOPE_MEMBERS, SCOPE_RESULT, SCOPE_SCORE
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.errors import ServiceRefused, TokenRefused
from lti_tool.demo_lms.keys import ALGORITHM

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME: Final = 3600
PERMITTED: Final = (SCOPE_LINEITEM, SCOPE_LINEITEM_READ, SCOPE_RESULT, SCOPE_SCORE, SCOPE_MEMBERS)

FetchKeyset = Callable[[str], Mapping[str, Any]]


def fetch_keyset(url: str) -> Mapping[str, Any]:
    """Ask the tool for its key set. Raises ``requests.RequestException``, also when the answer is no JSON object."""
    response = requests.get(url, timeout=10, allow_redirects=False)
    response.raise_for_status()
    keyset = response.json()
    if not isinstance(keyset, dict):
        raise requests.exceptions.InvalidJSONError(url)
    return keyset


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token opens, and until when (seconds since the epoch)."""

    scopes: frozenset[str]
    expires: float


class Tokens:
    """The tokens issued, and the tool's key set, kept until a signature does not fit it."""

    def __init__(self, fetch: FetchKeyset) -> None:
        self._fetch = fetch
        self._keyset: jwt.PyJWKSet | None = None
        self._issued: dict[str, AccessToken] = {}

    def issue(self, config: DemoConfig, form: Mapping[str, str], *, now: float) -> dict[str, Any]:
        """Answer a token request: the scopes asked for that are permitted. Raises `TokenRefused`."""
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION_TYPE:
            raise TokenRefused("unsupported_grant_type" if form.get("grant_type") else "invalid_request")
        self._check_assertion(config, form.get("client_assertion", ""), now=now)
        granted = [scope for scope in form.get("scope", "").split() if scope in PERMITTED]
        if not granted:
            raise TokenRefused("invalid_scope")
        token = secrets.token_hex(32)
        self._issued[token] = AccessToken(frozenset(granted), now + LIFETIME)
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME, "scope": " ".join(granted)}

    def check(self, authorization: str, *scopes: str, now: float) -> None:
        """Require a live bearer token with one of the scopes. Raises `ServiceRefused` 401, in any case."""
        kind, _, value = authorization.partition(" ")
        token = self._issued.get(value) if kind == "Bearer" else None
        if token is None or token.expires <= now or not token.scopes.intersection(scopes):
            raise ServiceRefused(401, "Unauthorized")

    def revoke_all(self) -> None:
        """Forget every token, as when the tool was removed and added again: the next calls get 401."""
        self._issued.clear()

    def _check_assertion(self, config: DemoConfig, assertion: str, *, now: float) -> None:
        try:
            claims = self._decoded(config, assertion)
        except (jwt.PyJWTError, requests.RequestException) as refusal:
            raise TokenRefused("invalid_client") from refusal
        issued, expires = claims["iat"], claims["exp"]
        if claims["iss"] != config.client_id or claims["sub"] != config.client_id:
            raise TokenRefused("invalid_client")
        dated = isinstance(issued, int | float) and isinstance(expires, int | float)
        if not dated:
            raise TokenRefused("invalid_request")
        if issued > now:
            raise TokenRefused(
                f"Cannot handle token with iat prior to {datetime.fromtimestamp(issued, UTC).isoformat()}"
            )
        if expires <= now:
            raise TokenRefused("Expired token")

    def _decoded(self, config: DemoConfig, assertion: str) -> dict[str, Any]:
        if self._keyset is not None:
            try:
                return _verified(config, assertion, self._keyset)
            except jwt.PyJWTError:
                self._keyset = None
        keyset = jwt.PyJWKSet.from_dict(dict(self._fetch(config.tool_jwks_url)))
        claims = _verified(config, assertion, keyset)
        self._keyset = keyset
        return claims


def _verified(config: DemoConfig, assertion: str, keyset: jwt.PyJWKSet) -> dict[str, Any]:
    """The claims of a client assertion. The dates are left to the caller, whose clock may be another."""
    kid = jwt.get_unverified_header(assertion).get("kid", "")
    try:
        key = keyset[kid]
    except KeyError:
        raise jwt.InvalidSignatureError(kid) from None
    claims: dict[str, Any] = jwt.decode(
        assertion,
        key,
        algorithms=[ALGORITHM],
        audience=config.token_url,
        options={"require": ["iss", "sub", "aud", "iat", "exp"], "verify_iat": False, "verify_exp": False},
    )
    return claims
