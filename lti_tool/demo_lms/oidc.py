"""Login initiation and authentication request, with Moodle's checks (OIDC Core §3.1.2, LTI Security §5.1.1)."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from lti_tool.demo_lms.claims import Target, target_link_uri
from lti_tool.demo_lms.config import DemoActivity, DemoConfig, DemoUser
from lti_tool.demo_lms.errors import AuthRefused, PageNotFound

REQUIRED = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "nonce")


@dataclass(frozen=True, slots=True)
class Launch:
    """What a login hint stands for: this person opens this activity, or picks one, or reviews work in it, once."""

    user: DemoUser
    activity: DemoActivity
    target: Target
    picking: bool = False
    reviewed: DemoUser | None = None


class Launches:
    """The launches that were begun and not yet authenticated, by launch id."""

    def __init__(self) -> None:
        self._begun: dict[str, Launch] = {}

    def begin(self, config: DemoConfig, launch: Launch) -> dict[str, str]:
        """Note a launch and return the fields of its login initiation, to be posted to the tool."""
        launch_id = f"ltilaunch{launch.activity.key}_{secrets.randbelow(10**12)}"
        self._begun[launch_id] = launch
        hint = {"cmid": int(launch.activity.key), "launchid": launch_id}
        return {
            "iss": config.base_url,
            "target_link_uri": target_link_uri(config, launch.activity),
            "login_hint": launch.user.id,
            "lti_message_hint": json.dumps(hint, separators=(",", ":")),
            "client_id": config.client_id,
            "lti_deployment_id": config.deployment_id,
        }

    def take(self, launch_id: str) -> Launch:
        """The launch of that id, which is forgotten. Raises `PageNotFound` for the second comer."""
        launch = self._begun.pop(launch_id, None)
        if launch is None:
            raise PageNotFound
        return launch


def authenticate(config: DemoConfig, launches: Launches, request: Mapping[str, str]) -> Launch:
    """Check an authentication request and return the launch that it continues.

    Raises `PageNotFound` when the sender cannot be trusted (hint unknown or used, redirect URI not registered),
    `AuthRefused` for what is said to the tool.
    """
    error = _refusal(config, request)
    launch_id = _launch_id(request.get("lti_message_hint", ""))
    if launch_id is None:
        raise PageNotFound
    launch = launches.take(launch_id)
    if request.get("redirect_uri") != config.tool_launch_url:
        raise PageNotFound
    if error is None and request["login_hint"] != launch.user.id:
        error = AuthRefused("access_denied")
    if error is not None:
        raise error
    return launch


def returned_state(request: Mapping[str, str]) -> str:
    """The ``state`` as it is sent back: Moodle strips everything that looks like a tag."""
    return re.sub(r"<[^>]*>?", "", request.get("state", ""))


def _refusal(config: DemoConfig, request: Mapping[str, str]) -> AuthRefused | None:
    checks = (
        (all(request.get(name) for name in REQUIRED), "invalid_request", ""),
        (request.get("scope") == "openid", "invalid_scope", ""),
        (request.get("response_type") == "id_token", "unsupported_response_type", ""),
        (request.get("client_id") == config.client_id, "unauthorized_client", ""),
        (request.get("response_mode") == "form_post", "invalid_request", "Invalid response_mode"),
        (request.get("prompt", "") in {"", "none"}, "invalid_request", "Invalid prompt"),
    )
    return next((AuthRefused(error, description) for right, error, description in checks if not right), None)


def _launch_id(hint: str) -> str | None:
    try:
        found = json.loads(hint)
    except ValueError:
        return None
    launch_id = found.get("launchid") if isinstance(found, dict) else None
    return launch_id if isinstance(launch_id, str) else None
