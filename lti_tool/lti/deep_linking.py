"""The answer to a deep linking request (deep linking 2.0 §4.5): a token that the teacher's browser carries."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt

from lti_tool.errors import Refused
from lti_tool.lti.claims import CLAIM, VERSION, DeepLinkingSettings
from lti_tool.lti.keys import ALGORITHM, ToolKey
from lti_tool.lti.registration import Registration, host_of

DL_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RESOURCE_LINK = "ltiResourceLink"
LONGEST_TITLE = 255
MOST_POINTS = 100
"""Moodle keeps a larger maximum out of its gradebook without a word."""
BACKDATED_SECONDS = 60
"""Moodle gives the issue time no leeway: a clock that is a second behind ours would refuse."""
LIFE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """The gradebook column of an item (AGS 2.0 §4.1): `points` is a whole number from 1 to 100."""

    points: int
    label: str
    resource_id: str
    tag: str


@dataclass(frozen=True, slots=True)
class LinkItem:
    """A link to place in the course (deep linking §3.2). `custom` comes with each of its launches.

    `column` None: not graded. Dates are aware; platforms that know them show them.
    """

    title: str
    url: str
    custom: Mapping[str, str]
    text: str = ""
    column: ItemColumn | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The content item, without a member that says nothing: Moodle keeps an empty one as it is."""
        item: dict[str, Any] = {"type": RESOURCE_LINK, "title": self.title[:LONGEST_TITLE], "url": self.url}
        if self.text:
            item["text"] = self.text
        if self.custom:
            item["custom"] = dict(self.custom)
        if self.column:
            item["lineItem"] = {
                "scoreMaximum": self.column.points,
                "label": self.column.label[:LONGEST_TITLE],
                "resourceId": self.column.resource_id,
                "tag": self.column.tag,
                # Without an address of its own: the platform opens the link's (submission review §3.1).
                "submissionReview": {"reviewableStatus": ["Submitted", "Completed"]},
            }
        opening, ending = _moment("startDateTime", self.opens_at), _moment("endDateTime", self.closes_at)
        if opening:
            item["available"] = opening
        if opening or ending:
            # Only handing in ends: results stay in view.
            item["submission"] = {**opening, **ending}
        return item


@dataclass(frozen=True, slots=True)
class DeepLinkingAnswer:
    """What goes back to a deep linking request. `deployment_id` is the platform's."""

    registration: Registration
    deployment_id: str
    settings: DeepLinkingSettings
    items: Sequence[LinkItem] = field(default=())

    def sign(self, key: ToolKey, now: datetime) -> str:
        """The token for the form field `JWT`. Valid from a minute ago for five minutes; never the same twice."""
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": self.registration.client_id,
            "aud": self.registration.issuer,
            "iat": issued - BACKDATED_SECONDS,
            "exp": issued + LIFE_SECONDS,
            "nonce": secrets.token_urlsafe(24),
            CLAIM + "message_type": "LtiDeepLinkingResponse",
            CLAIM + "version": VERSION,
            CLAIM + "deployment_id": self.deployment_id,
            DL_CLAIM + "content_items": [item.to_json() for item in self.items],
        }
        if self.settings.data is not None:
            claims[DL_CLAIM + "data"] = self.settings.data
        return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})


def check_return_url(settings: DeepLinkingSettings, registration: Registration) -> None:
    """The answer goes to the platform that asked, and to no one else. Raises `Refused("deep-linking-return")`."""
    url = settings.return_url
    try:
        parts = urlsplit(url)
        known = host_of(url) in registration.hosts
    except ValueError:
        raise Refused("deep-linking-return") from None
    # As well protected as the page where its people sign in.
    if not known or parts.scheme != urlsplit(registration.auth_url).scheme or parts.username or parts.password:
        raise Refused("deep-linking-return")


def accepts_links(settings: DeepLinkingSettings) -> bool:
    """Whether the platform takes the one type of item that we have."""
    return RESOURCE_LINK in settings.accept_types


def _moment(name: str, at: datetime | None) -> dict[str, str]:
    """ISO 8601 in UTC, to the second."""
    return {name: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if at else {}
