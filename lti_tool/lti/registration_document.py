"""What the tool asks of a platform that registers it, and what the platform answers (Dynamic Registration §3.5–3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lti_tool.errors import Unavailable
from lti_tool.lti.configuration import PlatformConfiguration
from lti_tool.lti.strings import is_clean

TOOL_CLAIM = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES = (
    AGS + "lineitem",
    AGS + "result.readonly",
    AGS + "score",
    NRPS,
)
"""Grades go out and are read back, columns are made, and the roster is read."""

DEEP_LINKING = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
CUSTOM_PARAMETERS = {
    "groups": "$Moodle.Person.userGroupIds",
    "course_history": "$Context.id.history",
}
"""Of the tool, because links that are placed already cannot be given them later."""

CLIENT_NAME = "Activités TraAM"
DESCRIPTION = "Des exercices à faire dans le cours ; la note revient dans le carnet de notes."
NAME_CLAIMS = ("name", "given_name", "family_name")
LONGEST_IDENTIFIER = 255


@dataclass(frozen=True, slots=True)
class Granted:
    """What a platform has given: our client id, and the deployment where it deployed the tool at once."""

    client_id: str
    deployment_id: str | None


def asked_scopes(configuration: PlatformConfiguration) -> tuple[str, ...]:
    """The services that we need, those left out that the platform says it does not have."""
    return tuple(scope for scope in SCOPES if not configuration.scopes or scope in configuration.scopes)


def asked_messages(configuration: PlatformConfiguration) -> tuple[str, ...]:
    """Deep linking unless the platform says that it has none; reviews only where it says that it has them."""
    told = configuration.messages
    deep_linking = (DEEP_LINKING,) if not told or DEEP_LINKING in told else ()
    return deep_linking + ((SUBMISSION_REVIEW,) if SUBMISSION_REVIEW in told else ())


def registration_request(
    configuration: PlatformConfiguration, *, base_url: str, with_names: bool, logo_url: str
) -> dict[str, Any]:
    """The registration of the tool at `base_url`. Never asks for an e-mail address; for names only `with_names`.

    Moodle takes `custom_parameters` at this level only, and wants `domain` to be the host and port of the target.
    """
    launch = f"{base_url}/lti/launch"
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{base_url}/lti/login",
        "redirect_uris": [launch],
        "client_name": CLIENT_NAME,
        "jwks_uri": f"{base_url}/lti/jwks",
        "logo_uri": logo_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(asked_scopes(configuration)),
        TOOL_CLAIM: {
            "domain": urlsplit(base_url).netloc,
            "description": DESCRIPTION,
            "target_link_uri": launch,
            "custom_parameters": CUSTOM_PARAMETERS,
            "claims": ["iss", "sub", *(NAME_CLAIMS if with_names else ())],
            "messages": [{"type": message, "target_link_uri": launch} for message in asked_messages(configuration)],
        },
    }


def read_answer(document: object) -> Granted:
    """Read a platform's answer. Raises `Unavailable("registration-answer-wrong")`."""
    if not isinstance(document, dict) or not _is_identifier(document.get("client_id")):
        raise Unavailable("registration-answer-wrong")
    tool = document.get(TOOL_CLAIM)
    deployment_id = tool.get("deployment_id") if isinstance(tool, dict) else None
    if deployment_id is not None and not _is_identifier(deployment_id):
        raise Unavailable("registration-answer-wrong")
    return Granted(document["client_id"], deployment_id)


def _is_identifier(value: object) -> bool:
    return isinstance(value, str) and bool(value) and is_clean(value, LONGEST_IDENTIFIER)
