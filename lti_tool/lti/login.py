"""OIDC third-party initiated login (LTI security framework §5.1.1): what a platform asks, what we answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from lti_tool.errors import Invalid, Refused, Unknown
from lti_tool.lti.registration import Registration, origin_of
from lti_tool.lti.strings import LONGEST_PARAMETER, is_clean

STATE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """A login initiation. `client_id` and `message_hint` may be absent."""

    issuer: str
    login_hint: str
    target_link_uri: str
    client_id: str | None
    message_hint: str | None


@dataclass(frozen=True, slots=True)
class LoginState:
    """What `state` carries from the login to the launch: nothing is stored in between."""

    registration_id: int
    nonce: str
    browser_hash: str
    """SHA-256 of the browser cookie that the login was answered with."""
    known_browser: bool
    """Whether the browser came with its cookie: only then can it have earlier sessions."""


def read_login(parameters: Mapping[str, str], *, base_url: str) -> LoginRequest:
    """Check a login initiation. Raises `Invalid` or `Refused`."""
    for value in parameters.values():
        if not is_clean(value, LONGEST_PARAMETER):
            raise Invalid("login-malformed")
    issuer = parameters.get("iss", "")
    login_hint = parameters.get("login_hint", "")
    target = parameters.get("target_link_uri", "")
    if not issuer or not login_hint or not target:
        raise Invalid("login-incomplete")
    check_target(target, base_url=base_url)
    return LoginRequest(
        issuer=issuer,
        login_hint=login_hint,
        target_link_uri=target,
        client_id=parameters.get("client_id") or None,
        message_hint=parameters.get("lti_message_hint") or None,
    )


def check_target(target: str, *, base_url: str) -> None:
    """The target link URI leads to this tool or nowhere. Raises `Refused`."""
    try:
        here = origin_of(target) == origin_of(base_url) and not urlsplit(target).username
    except ValueError:
        here = False
    if not here:
        raise Refused("launch-foreign-target")


def authorization_url(registration: Registration, request: LoginRequest, *, state: str, nonce: str, launch: str) -> str:
    """Where the browser goes next: the platform's authorization endpoint, its own query kept."""
    parameters = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registration.client_id,
        "redirect_uri": launch,
        "login_hint": request.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if request.message_hint is not None:
        parameters["lti_message_hint"] = request.message_hint
    joint = "&" if urlsplit(registration.auth_url).query else "?"
    return f"{registration.auth_url}{joint}{urlencode(parameters)}"


def new_nonce() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


def hash_browser(cookie: str) -> str:
    """What is kept of a browser cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


class StateSigner:
    """Writes and reads `state`: a signed token that lives ten minutes."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(
            secret, salt="lti-login-state", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        )

    def sign(self, state: LoginState) -> str:
        """`state` as the platform gives it back: letters, digits, `-`, `_` and `.` only."""
        return self._serializer.dumps(
            [state.registration_id, state.nonce, state.browser_hash, int(state.known_browser)]
        )

    def read(self, token: str) -> LoginState:
        """Raises `Unknown` for a state that is not ours, `Refused` for one that is too old."""
        if len(token) > LONGEST_PARAMETER:
            raise Unknown("launch-state-unknown")
        try:
            registration_id, nonce, browser_hash, known = self._serializer.loads(token, max_age=STATE_SECONDS)
        except SignatureExpired:
            raise Refused("launch-state-expired") from None
        except (BadSignature, ValueError, TypeError, UnicodeError):
            raise Unknown("launch-state-unknown") from None
        return LoginState(registration_id, nonce, browser_hash, bool(known))


def same_browser(state: LoginState, cookie: str | None) -> bool:
    """Whether the launch comes from the browser that the login was answered to."""
    return cookie is not None and hmac.compare_digest(hash_browser(cookie), state.browser_hash)
