"""Deep linking as Moodle 5.1 does it: what it asks, what it checks, what it keeps (deep linking 2.0 §4.4, §4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import jwt

from lti_tool.demo_lms.claims import BASIC_OUTCOME, LTI, NRPS_SERVICE, launch_claims
from lti_tool.demo_lms.config import COURSE_ID, DemoActivity, DemoConfig, DemoUser
from lti_tool.demo_lms.keys import ALGORITHM

DL: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
PICKING: Final = DemoActivity("0", "Choisir une activité")
"""Stands in a launch for the activity that is not there yet."""
LONGEST_TITLE = 255
MOST_POINTS = 100


class AnswerRefused(Exception):
    """The answer of the tool is not taken: the teacher sees an error page."""


def picking_claims(config: DemoConfig, *, user: DemoUser, return_url: str, nonce: str, now: int) -> dict[str, Any]:
    """The claims of a deep linking request: links only, several at once, no `data`, no word about line items.

    Moodle tells the roster's address only where the tool is in use already, which it may not be.
    """
    claims = launch_claims(config, user=user, activity=PICKING, items=(), nonce=nonce, now=now)
    for absent in (LTI + "resource_link", NRPS_SERVICE, BASIC_OUTCOME):
        claims.pop(absent, None)
    claims[LTI + "message_type"] = "LtiDeepLinkingRequest"
    claims[DL + "deep_linking_settings"] = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
        "deep_link_return_url": return_url,
        "title": PICKING.title,
        "text": "",
    }
    return claims


def return_address(config: DemoConfig, sesskey: str) -> str:
    """Where the browser brings the answer; without the session's key nobody else can."""
    return f"{config.base_url}/deep-linking/return?course={COURSE_ID}&id={config.deployment_id}&sesskey={sesskey}"


def read_answer(config: DemoConfig, token: str, keyset: Mapping[str, Any], *, now: float) -> list[dict[str, Any]]:
    """The content items of an answer. Raises `AnswerRefused`.

    Signature and dates are checked, these without any leeway; audience, nonce and deployment are not.
    """
    try:
        keys = jwt.PyJWKSet.from_dict(dict(keyset))
        claims = jwt.decode(
            token,
            keys[jwt.get_unverified_header(token).get("kid", "")],
            algorithms=[ALGORITHM],
            options={"verify_aud": False, "verify_iat": False, "verify_exp": False, "require": ["iss", "iat", "exp"]},
        )
    except (jwt.PyJWTError, KeyError) as error:
        raise AnswerRefused(str(error)) from error
    if claims["iss"] != config.client_id or claims["iat"] > now or claims["exp"] <= now:
        raise AnswerRefused("the issuer, or the dates")
    items = claims.get(DL + "content_items", [])
    return [item for item in items if isinstance(item, dict)]


def activity_of(item: Mapping[str, Any], key: str) -> DemoActivity | None:
    """The activity that Moodle makes of a content item; None for what its form refuses without a word.

    Dates, sizes, labels and pictures are not kept.
    """
    column = item.get("lineItem")
    points = None
    if isinstance(column, dict):
        points = column.get("scoreMaximum", MOST_POINTS)
        if isinstance(points, bool) or not isinstance(points, int) or not 0 < points <= MOST_POINTS:
            return None
    else:
        column = {}
    custom = item.get("custom") or {}
    return DemoActivity(
        key,
        str(item.get("title") or "Activités TraAM")[:LONGEST_TITLE],
        custom={name: _custom_text(value) for name, value in custom.items()},
        points=points,
        description=str(item.get("text", "")),
        target_link_uri=item.get("url"),
        resource_id=str(column.get("resourceId") or ""),
        tag=str(column.get("tag") or ""),
    )


def _custom_text(value: object) -> str:
    """What is left of a value in a text of `name=value` lines: PHP's idea of a string, up to the end of the line."""
    if isinstance(value, list | dict):
        return "Array"
    if isinstance(value, bool):
        return "1" if value else ""
    lines = str(value).splitlines()
    return lines[0] if lines else ""
