"""The claims of a launch, in Moodle's words: `docs/operate/moodle.md`, LTI 1.3 §5.3, AGS 2.0 §3.1, NRPS 2.0 §3.6.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from lti_tool.demo_lms.config import COURSE_ID, COURSE_LABEL, DemoActivity, DemoConfig, DemoUser
from lti_tool.demo_lms.store import LineItem

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_ENDPOINT: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_SERVICE: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
BASIC_OUTCOME: Final = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"

SCOPE_LINEITEM: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCOPE_LINEITEM_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
SCOPE_RESULT: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCOPE_SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCOPE_MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

MEMBERSHIP: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
ROLES: Final = {"teacher": "Instructor", "pupil": "Learner"}
TOKEN_SECONDS: Final = 60

LTI_CLAIMS: Final = frozenset(
    {
        "context", "custom", "deployment_id", "ext", "for_user", "launch_presentation", "lis", "message_type",
        "resource_link", "roles", "target_link_uri", "tool_platform", "version",
    }
)  # fmt: skip

Target = Literal["iframe", "frame", "window"]
"""Where an activity opens: in the page of the course, in its place (as on a phone), or in a window of its own."""

CONTAINERS: Final[dict[Target, int]] = {"iframe": 3, "frame": 5, "window": 4}
"""Moodle's numbers for them, seen in the return address."""


def full_name(claim: str) -> str:
    """The whole name of a claim: ``roles`` → ``https://purl.imsglobal.org/spec/lti/claim/roles``."""
    return LTI + claim if claim in LTI_CLAIMS else claim


def edited(claims: Mapping[str, Any], *, overrides: Mapping[str, Any], without: Iterable[str]) -> dict[str, Any]:
    """The claims with some replaced or added, others removed. Claims of LTI may be named in short."""
    gone = {full_name(claim) for claim in without}
    merged = {**claims, **{full_name(claim): value for claim, value in overrides.items()}}
    return {claim: value for claim, value in merged.items() if claim not in gone}


def launch_claims(
    config: DemoConfig,
    *,
    user: DemoUser,
    activity: DemoActivity,
    items: Iterable[LineItem],
    nonce: str,
    now: int,
    target: Target = "iframe",
    reviewed: DemoUser | None = None,
) -> dict[str, Any]:
    """The claims of a resource link launch; ``items`` are the line items linked to the activity.

    With ``reviewed``, of a submission review: the work of that person is asked for.

    No name, no e-mail: the tool must do with ``sub``. No custom claim either, for an activity without custom
    parameters. The token lives 60 s.
    """
    linked = list(items)
    endpoint: dict[str, Any] = {
        "scope": [SCOPE_LINEITEM, SCOPE_LINEITEM_READ, SCOPE_RESULT, SCOPE_SCORE],
        "lineitems": config.lineitems_url,
    }
    if len(linked) == 1:
        endpoint["lineitem"] = config.lineitem_url(linked[0].id)
    claims: dict[str, Any] = {
        "nonce": nonce,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "iss": config.base_url,
        "aud": config.client_id,
        "sub": user.id,
        LTI + "deployment_id": config.deployment_id,
        LTI + "target_link_uri": target_link_uri(config, activity),
        LTI + "message_type": "LtiResourceLinkRequest",
        LTI + "version": "1.3.0",
        LTI + "roles": [MEMBERSHIP + ROLES[user.role]],
        LTI + "context": {
            "id": activity.course.id,
            "label": COURSE_LABEL,
            "title": activity.course.title,
            "type": ["CourseSection"],
        },
        LTI + "resource_link": {"id": activity.key, "title": activity.title, "description": activity.description},
        LTI + "lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
        LTI + "launch_presentation": {
            "locale": "fr",
            "document_target": target,
            "return_url": (
                f"{config.base_url}/return?course={COURSE_ID}"
                f"&launch_container={CONTAINERS[target]}&instanceid={activity.key}"
            ),
        },
        LTI + "ext": {"lms": "moodle-2"},
        LTI + "tool_platform": {
            "product_family_code": "moodle",
            "version": "2025100600.02",
            "guid": urlsplit(config.base_url).hostname,
            "name": "Démonstration",
            "description": "LMS de démonstration",
        },
        AGS_ENDPOINT: endpoint,
        NRPS_SERVICE: {"context_memberships_url": config.memberships_url, "service_versions": ["1.0", "2.0"]},
    }
    custom = custom_parameters(activity.custom)
    if activity.course.history:
        # As a registration asks for it: `course_history=$Context.id.history`.
        custom["course_history"] = ",".join(activity.course.history)
    if user.groups:
        # Likewise: `groups=$Moodle.Person.userGroupIds`.
        custom["groups"] = ",".join(user.groups)
    if custom:
        claims[LTI + "custom"] = custom
    if reviewed:
        claims[LTI + "message_type"] = "LtiSubmissionReviewRequest"
        claims[LTI + "for_user"] = {"user_id": reviewed.id}
    if linked:
        claims[BASIC_OUTCOME] = {
            "lis_result_sourcedid": f"{activity.key}-{user.id}",
            "lis_outcome_service_url": f"{config.base_url}/service",
        }
    return claims


def target_link_uri(config: DemoConfig, activity: DemoActivity) -> str:
    """The address that the link asks for."""
    return activity.target_link_uri or config.tool_launch_url


def custom_parameters(custom: Mapping[str, str]) -> dict[str, str]:
    """Each parameter under its own key and under the lower-cased one; ``$Variables`` stay as they are."""
    return {key.lower(): value for key, value in custom.items()} | dict(custom)
