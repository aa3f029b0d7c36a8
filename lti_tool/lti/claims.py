"""What a launch says (LTI 1.3 core §5): verified claims in, a typed message out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pylti1p3.exception import LtiException
from pylti1p3.message_validators import get_validators

from lti_tool.errors import Invalid, Refused, ToolError
from lti_tool.lti.login import check_target
from lti_tool.lti.roles import Role, read_roles

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
VERSION = "1.3.0"
LONGEST_ID = 255
LONGEST_TITLE = 255
LONGEST_URL = 2048
LONGEST_DATA = 8192
MOST_NESTED = 64
LONGEST_LISTED = 64
MOST_LISTED = 15


class Purpose(StrEnum):
    """Why the platform opens the tool."""

    RESOURCE = "resource"
    DEEP_LINKING = "deep_linking"
    REVIEW = "review"


MESSAGE_TYPES: Mapping[str, Purpose] = {
    "LtiResourceLinkRequest": Purpose.RESOURCE,
    "LtiDeepLinkingRequest": Purpose.DEEP_LINKING,
    "LtiSubmissionReviewRequest": Purpose.REVIEW,
}


@dataclass(frozen=True, slots=True)
class AGSEndpoint:
    """Where grades may go (AGS §3.1): the link's line item, the course's line items, what we may do with them."""

    lineitem: str | None
    lineitems: str | None
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeepLinkingSettings:
    """What a deep linking request accepts (deep linking §4.4.1) and where the browser takes the answer.

    `data` goes back as it came, whatever JSON it is: platforms send objects too. `accept_lineitem` None: the platform
    does not say.
    """

    return_url: str
    accept_types: tuple[str, ...]
    accept_multiple: bool
    accept_lineitem: bool | None
    data: Any


@dataclass(frozen=True, slots=True)
class LaunchMessage:
    """A launch. Identifiers are the platform's; titles may be empty, and `link_id` too when a teacher picks.

    `review_user`: whose work a submission review shows. `groups` and `history` come from custom parameters that the
    tool asks for when it registers: the person's groups, and the courses that this one was copied from, newest first.
    """

    purpose: Purpose
    deployment_id: str
    user: str
    roles: frozenset[Role]
    context_id: str
    context_title: str
    link_id: str
    link_title: str
    target_link_uri: str
    custom: Mapping[str, str]
    ags: AGSEndpoint | None
    memberships_url: str | None
    return_url: str | None
    document_target: str | None
    deep_linking: DeepLinkingSettings | None
    review_user: str | None
    groups: tuple[str, ...]
    history: tuple[str, ...]


def read_message(claims: Mapping[str, Any], *, base_url: str) -> LaunchMessage:
    """Check the claims of a verified token. Raises `Invalid` or `Refused` with an id per fault."""
    version = claims.get(CLAIM + "version")
    if version != VERSION:
        raise Invalid("launch-version")
    message_type = claims.get(CLAIM + "message_type")
    if not isinstance(message_type, str) or not message_type:
        raise Invalid("launch-without-message-type")
    deployment_id = _text(claims, "deployment_id")
    if not deployment_id:
        raise Invalid("launch-without-deployment")
    roles = claims.get(CLAIM + "roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Invalid("launch-without-roles")
    target = _text(claims, "target_link_uri", LONGEST_URL)
    if not target:
        raise Invalid("launch-without-target")
    check_target(target, base_url=base_url)
    _check_shapes(claims)
    purpose = MESSAGE_TYPES.get(message_type)
    if purpose is None:
        raise Refused("launch-message-not-supported")
    link = claims.get(CLAIM + "resource_link") or {}
    if purpose != Purpose.DEEP_LINKING and not _of(link, "id"):
        raise Invalid("launch-without-link")
    deep_linking = _deep_linking(claims) if purpose == Purpose.DEEP_LINKING else None
    review_user = _review_user(claims) if purpose == Purpose.REVIEW else None
    _second_opinion(claims)
    custom = {key: value for key, value in (claims.get(CLAIM + "custom") or {}).items() if isinstance(value, str)}
    context = claims.get(CLAIM + "context") or {}
    presentation = claims.get(CLAIM + "launch_presentation") or {}
    return LaunchMessage(
        purpose=purpose,
        deployment_id=deployment_id,
        user=_identifier(claims["sub"]),
        roles=read_roles(roles),
        context_id=_of(context, "id") or "",
        context_title=_title(_of(context, "title", LONGEST_URL) or _of(context, "label", LONGEST_URL)),
        link_id=_of(link, "id") or "",
        link_title=_title(_of(link, "title", LONGEST_URL)),
        target_link_uri=target,
        custom=custom,
        ags=_ags(claims.get(AGS_CLAIM)),
        memberships_url=_of(claims.get(NRPS_CLAIM) or {}, "context_memberships_url", LONGEST_URL) or None,
        return_url=_of(presentation, "return_url", LONGEST_URL),
        document_target=_of(presentation, "document_target"),
        deep_linking=deep_linking,
        review_user=review_user,
        groups=_listed(custom.get("groups")),
        history=_listed(custom.get("course_history")),
    )


def _check_shapes(claims: Mapping[str, Any]) -> None:
    for name in ("resource_link", "context", "custom", "launch_presentation", "tool_platform", "lis"):
        if not isinstance(claims.get(CLAIM + name, {}), dict | None):
            raise Invalid("launch-claim-malformed")
    for name in (AGS_CLAIM, NRPS_CLAIM, DEEP_LINKING_CLAIM, CLAIM + "for_user"):
        if not isinstance(claims.get(name, {}), dict | None):
            raise Invalid("launch-claim-malformed")


def _second_opinion(claims: Mapping[str, Any]) -> None:
    """The library's own validators, on top of ours: what either refuses is refused."""
    settings = claims.get(DEEP_LINKING_CLAIM)
    if settings:
        # A platform that takes no links is not refused: it gets a page, and an empty answer.
        claims = {**claims, DEEP_LINKING_CLAIM: {**settings, "accept_types": ["ltiResourceLink"]}}
    try:
        accepted = [validator.validate(claims) for validator in get_validators() if validator.can_validate(claims)]
    except LtiException:
        raise Invalid("launch-claim-malformed") from None
    if accepted != [True]:
        raise Invalid("launch-claim-malformed")


def _text(claims: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str | None:
    return _of(claims, CLAIM + name, longest)


def _of(claim: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str | None:
    """A string of a claim, or None. A value of another type, or too long to keep, is a fault."""
    value = claim.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise _malformed()
    return value


def _identifier(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > LONGEST_ID:
        raise _malformed()
    return value


def _title(value: str | None) -> str:
    return " ".join((value or "").split())[:LONGEST_TITLE]


def _ags(claim: Mapping[str, Any] | None) -> AGSEndpoint | None:
    if not claim:
        return None
    scopes = claim.get("scope", [])
    if isinstance(scopes, str):
        scopes = scopes.split()
    if not isinstance(scopes, list) or not all(isinstance(scope, str) and len(scope) <= LONGEST_ID for scope in scopes):
        raise _malformed()
    lineitem, lineitems = _of(claim, "lineitem", LONGEST_URL), _of(claim, "lineitems", LONGEST_URL)
    return AGSEndpoint(lineitem or None, lineitems or None, tuple(scopes[:8]))


def _deep_linking(claims: Mapping[str, Any]) -> DeepLinkingSettings:
    """Deep linking §4.4.1; the return address is what the library's validator forgets to ask for."""
    settings = claims.get(DEEP_LINKING_CLAIM) or {}
    return_url = _of(settings, "deep_link_return_url", LONGEST_URL)
    if not return_url:
        raise Invalid("deep-linking-without-return")
    types = settings.get("accept_types")
    if not isinstance(types, list) or not all(isinstance(name, str) for name in types):
        raise Invalid("deep-linking-malformed")
    flags = {name: settings.get(name) for name in ("accept_multiple", "accept_lineitem")}
    if any(not isinstance(flag, bool | None) for flag in flags.values()):
        raise Invalid("deep-linking-malformed")
    return DeepLinkingSettings(
        return_url=return_url,
        accept_types=tuple(types),
        accept_multiple=bool(flags["accept_multiple"]),
        accept_lineitem=flags["accept_lineitem"],
        data=_opaque(settings.get("data")),
    )


def _opaque(value: Any) -> Any:
    """A value that is kept for somebody else. One that is too long, or too deep, to be kept is a fault."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    nested = not isinstance(value, str) and text.count("[") + text.count("{") > MOST_NESTED
    if nested or len(text) > LONGEST_DATA:
        raise _malformed()
    return value


def _review_user(claims: Mapping[str, Any]) -> str:
    """Submission review §2.1: whose work is shown."""
    user = _of(claims.get(CLAIM + "for_user") or {}, "user_id")
    if not user:
        raise Invalid("review-without-user")
    return user


def _listed(value: str | None) -> tuple[str, ...]:
    """Identifiers between commas. A platform that does not know a variable leaves its name, which starts with `$`."""
    if not value or value.startswith("$"):
        return ()
    names = (name.strip() for name in value.split(","))
    return tuple(name for name in names if name and len(name) <= LONGEST_LISTED)[:MOST_LISTED]


def _malformed() -> ToolError:
    return Invalid("launch-claim-malformed")
