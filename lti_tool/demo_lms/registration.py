"""Dynamic registration as Moodle does it: a one-time token, strict reading, a tool that waits to be activated."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from lti_tool.demo_lms.claims import (
    SCOPE_LINEITEM,
    SCOPE_LINEITEM_READ,
    SCOPE_MEMBERS,
    SCOPE_RESULT,
    SCOPE_SCORE,
)
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.errors import RegistrationRefused

PLATFORM: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
TOKEN_SECONDS: Final = 3600
REQUIRED: Final = ("initiate_login_uri", "redirect_uris", "client_name", "jwks_uri")


@dataclass(slots=True)
class ToolType:
    """A registered tool. ``request`` is what it sent; it opens nothing before it is ``active``."""

    client_id: str
    deployment_id: str
    name: str
    request: Mapping[str, Any]
    active: bool = False


class Registrations:
    """The registration tokens given out, and the tools that came of them; in memory only."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[str, float]] = {}
        self.tools: list[ToolType] = []

    def begin(self, *, now: float) -> str:
        """A token for one registration, good for an hour."""
        token = secrets.token_urlsafe(24)
        self._tokens[token] = (secrets.token_hex(8)[:15], now + TOKEN_SECONDS)
        return token

    def register(self, token: str, request: object, *, now: float) -> dict[str, Any]:
        """Take a tool in, pending. Raises `RegistrationRefused`: 401 for the token, 400 for the request."""
        client_id, ends = self._tokens.get(token, ("", 0.0))
        if any(tool.client_id == client_id for tool in self.tools):
            raise RegistrationRefused(401, "token_already_used")
        if not client_id or ends <= now:
            raise RegistrationRefused(401, "invalid_token" if not client_id else "token_expired")
        read = _checked(request)
        tool = ToolType(client_id, str(len(self.tools) + 2), read["client_name"], read)
        self.tools.append(tool)
        return {
            **{name: value for name, value in read.items() if name != TOOL},
            "client_id": client_id,
            TOOL: {**read[TOOL], "deployment_id": tool.deployment_id},
        }


def openid_configuration(config: DemoConfig) -> dict[str, Any]:
    """What the platform says of itself (Dynamic Registration §3.4)."""
    base = config.base_url
    return {
        "issuer": base,
        "token_endpoint": config.token_url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": config.jwks_url,
        "authorization_endpoint": config.auth_url,
        "registration_endpoint": f"{base}/openid-registration",
        "scopes_supported": ["openid", SCOPE_LINEITEM, SCOPE_LINEITEM_READ, SCOPE_RESULT, SCOPE_SCORE, SCOPE_MEMBERS],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM: {
            "product_family_code": "moodle",
            "version": "5.1+ (Build: 20251017)",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["Context.id.history", "Moodle.Person.userGroupIds"],
        },
    }


def _checked(request: object) -> dict[str, Any]:
    """The request, with everything that Moodle insists on. Raises `RegistrationRefused`."""
    read = request if isinstance(request, dict) else {}
    tool = read.get(TOOL)
    checks = (
        (all(read.get(name) for name in REQUIRED), "missing_required_attribute"),
        (isinstance(read.get("redirect_uris"), list), "invalid_redirect_uris"),
        ("id_token" in (read.get("response_types") or []), "invalid_response_types"),
        (read.get("token_endpoint_auth_method") == "private_key_jwt", "invalid_token_endpoint_auth_method"),
        (isinstance(tool, dict) and bool(tool.get("domain")), "missing_domain"),
    )
    for right, error in checks:
        if not right:
            raise RegistrationRefused(400, error)
    target = str(read[TOOL].get("target_link_uri") or f"https://{read[TOOL]['domain']}")
    if urlsplit(target).netloc.removeprefix("www.") != str(read[TOOL]["domain"]).removeprefix("www."):
        raise RegistrationRefused(400, "domain_targetlinkuri_mismatch")
    return read
