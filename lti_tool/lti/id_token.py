"""Verification of an id_token (LTI security framework §5.1.3), by PyJWT with every option spelled out."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import InvalidSubjectError

from lti_tool.errors import Invalid, Refused, ToolError
from lti_tool.lti.jws import QuickJWT
from lti_tool.lti.keys import ALGORITHM
from lti_tool.lti.registration import Registration
from lti_tool.lti.strings import LONGEST_TOKEN, is_clean

LEEWAY_SECONDS = 60
OLDEST_TOKEN_SECONDS = 600
LONGEST_CLAIM = 16 * 1024
REQUIRED = ("iss", "aud", "sub", "exp", "iat", "nonce")

_JWT = QuickJWT()

KeyFinder = Callable[[Registration, str], RSAPublicKey]
"""Finds the public key of a platform by `kid`; raises a `ToolError` when there is none."""


def verify_id_token(token: str, registration: Registration, *, nonce: str, find_key: KeyFinder) -> dict[str, Any]:
    """The claims of a token that `registration` signed for us, for this login, just now.

    One RS256 verification. Raises `Invalid` or `Refused` with an id per fault.
    """
    key = find_key(registration, _kid(token))
    try:
        # Many of these are the defaults; they stand here so that a new default changes nothing.
        claims: dict[str, Any] = _JWT.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=registration.client_id,
            issuer=registration.issuer,
            leeway=LEEWAY_SECONDS,
            options={
                "require": list(REQUIRED),
                "verify_signature": True,
                "verify_exp": True,
                "verify_iat": True,
                "verify_nbf": True,
                "verify_aud": True,
                "verify_iss": True,
                "verify_sub": True,
                "strict_aud": False,
            },
        )
    except (jwt.InvalidTokenError, RecursionError, ValueError) as error:
        raise _refusal(error) from None
    _check_strings(claims)
    _check_party(claims, registration)
    _check_age(claims)
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise Refused("launch-nonce-mismatch")
    return claims


def _kid(token: str) -> str:
    if len(token) > LONGEST_TOKEN:
        raise Invalid("launch-token-too-large")
    head = token.partition(".")[0]
    try:
        # The head alone: PyJWT reads every character of what it is given, and reads all of it when it verifies.
        header = jwt.get_unverified_header(f"{head}..")
    except (jwt.InvalidTokenError, RecursionError, ValueError):
        raise Invalid("launch-token-malformed") from None
    if header.get("alg") != ALGORITHM:
        raise Refused("launch-token-algorithm")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Invalid("launch-token-without-kid")
    if not is_clean(kid, LONGEST_CLAIM):
        raise Invalid("launch-token-malformed")
    return kid


_REFUSALS: tuple[tuple[type[Exception], type[ToolError], str], ...] = (
    (jwt.ExpiredSignatureError, Refused, "launch-token-expired"),
    (jwt.ImmatureSignatureError, Refused, "launch-token-from-the-future"),
    (jwt.InvalidIssuedAtError, Invalid, "launch-token-timestamps"),
    (jwt.InvalidIssuerError, Refused, "launch-token-issuer"),
    (jwt.InvalidAudienceError, Refused, "launch-token-audience"),
    (InvalidSubjectError, Invalid, "launch-without-user"),
    (jwt.InvalidSignatureError, Refused, "launch-token-forged"),
    (jwt.InvalidAlgorithmError, Refused, "launch-token-algorithm"),
)

_MISSING = {
    "exp": "launch-token-timestamps",
    "iat": "launch-token-timestamps",
    "sub": "launch-without-user",
    "iss": "launch-token-issuer",
    "aud": "launch-token-audience",
    "nonce": "launch-nonce-mismatch",
}


def _refusal(error: Exception) -> ToolError:
    if isinstance(error, jwt.MissingRequiredClaimError):
        return Invalid(_MISSING[error.claim])
    for kind, family, error_id in _REFUSALS:
        if isinstance(error, kind):
            return family(error_id)
    return Invalid("launch-token-malformed")


def _check_strings(claims: dict[str, Any]) -> None:
    """No claim, known or not, may hold what cannot be stored."""
    try:
        text = json.dumps(claims, ensure_ascii=False)
        text.encode()
    except (UnicodeEncodeError, RecursionError, ValueError):
        raise Invalid("launch-claim-malformed") from None
    if "\\u0000" in text and _holds_nul(claims):
        raise Invalid("launch-claim-malformed")
    if len(text) > LONGEST_CLAIM and _longest(claims) > LONGEST_CLAIM:
        raise Invalid("launch-claim-malformed")


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_nul(item) for item in value)


def _longest(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return max((max(len(key), _longest(item)) for key, item in value.items()), default=0)
    return max((_longest(item) for item in value), default=0) if isinstance(value, list) else 0


def _check_party(claims: dict[str, Any], registration: Registration) -> None:
    """OpenID Connect core §3.1.3.7, rules 4 and 5: several audiences need an authorized party, and it must be us."""
    party = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or party is not None) and party != registration.client_id:
        raise Refused("launch-token-audience")
    if not claims["sub"]:
        raise Invalid("launch-without-user")


def _check_age(claims: dict[str, Any]) -> None:
    """The dates are numbers (RFC 7519 §2); PyJWT takes texts and truth values too."""
    dates = [claims[name] for name in ("iat", "exp", "nbf") if name in claims]
    if any(isinstance(date, bool) or not isinstance(date, int | float) for date in dates):
        raise Invalid("launch-token-timestamps")
    # Compared as they are: an integer may be too large for arithmetic with a float.
    if claims["iat"] < time.time() - OLDEST_TOKEN_SECONDS:
        raise Refused("launch-token-expired")
