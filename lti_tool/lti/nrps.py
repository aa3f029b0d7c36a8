"""Names and Role Provisioning Services 2.0: who is in a course."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urljoin

from lti_tool.errors import Unavailable
from lti_tool.lti.ags import with_query
from lti_tool.lti.connector import ServiceAnswer, ServiceClient, next_page
from lti_tool.lti.outgoing import PlatformUnreachable
from lti_tool.lti.registration import host_of, origin_of
from lti_tool.lti.roles import Role, read_roles
from lti_tool.lti.strings import is_clean

MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

MOST_PAGES = 50
MOST_MEMBERS = 5000
PAGE = 100
"""Members asked for at a time: a page stays far below the longest answer that is read."""
TOTAL_SECONDS = 20.0
LONGEST_ID = 255
LONGEST_NAME = 255
MOST_ROLES = 100


class RosterUnreadable(Unavailable):
    """An answer that is not a roster: nothing of it may be used. Param: `host`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a course (NRPS §2.2). `user_id` is the `sub` of launches; `name` None where it is not wanted."""

    user_id: str
    roles: frozenset[Role]
    active: bool
    name: str | None = None

    @property
    def is_learner(self) -> bool:
        """Whether this person learns in the course now, and does not teach."""
        return self.active and Role.LEARNER in self.roles and Role.TEACHER not in self.roles


class NRPS:
    """The service for one registration."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def members(self, url: str, *, with_names: bool) -> list[Member]:
        """Everybody in the course whose roster is at `url`, each person once, in the platform's order.

        All of it or nothing: at most 50 pages, 5000 members and 20 s. Names are read only `with_names`, e-mail
        addresses never. Raises `RosterUnreadable`, `ServiceAnswer`, and as the HTTP door.
        """
        found: dict[str, Member] = {}
        for page in self._pages(url):
            for entry in page:
                member = _member(entry, with_names=with_names)
                if member is None:
                    raise RosterUnreadable("roster-malformed", host=host_of(url)[0])
                known = found.get(member.user_id)
                found[member.user_id] = _merged(known, member) if known else member
            if len(found) > MOST_MEMBERS:
                raise RosterUnreadable("roster-too-long", host=host_of(url)[0])
        return list(found.values())

    def _pages(self, url: str) -> Iterator[list[Any]]:
        """The members of each page; the next one is on the same origin (NRPS §2.4.2), and none comes twice."""
        host, origin, end = host_of(url)[0], origin_of(url), time.monotonic() + TOTAL_SECONDS
        seen: set[str] = set()
        following: str | None = with_query(url, limit=str(PAGE))
        while following is not None:
            if following in seen or len(seen) == MOST_PAGES:
                raise RosterUnreadable("roster-endless", host=host)
            if time.monotonic() > end:
                raise PlatformUnreachable("platform-slow", host=host)
            seen.add(following)
            answer = self._client.call([MEMBERS], following, accept=MEMBERS_TYPE)
            if not answer.ok:
                raise ServiceAnswer("service-refuses", host=host, status=answer.status, said=answer.reason)
            try:
                body = answer.json()
            except ValueError:
                body = None
            members = body.get("members") if isinstance(body, dict) else None
            if not isinstance(members, list):
                raise RosterUnreadable("roster-malformed", host=host)
            yield members
            link = next_page(answer.headers)
            following = None if link is None else _on_origin(link, origin, base=following, host=host)


def _on_origin(link: str, origin: str, *, base: str, host: str) -> str:
    """The address of the next page. Raises `RosterUnreadable` when it is of another host, port or scheme."""
    try:
        address = urljoin(base, link)
        same = origin_of(address) == origin
    except ValueError:
        same = False
    if not same:
        raise RosterUnreadable("roster-elsewhere", host=host)
    return address


def _member(entry: Any, *, with_names: bool) -> Member | None:
    """One entry, or None when it is not one: who it is, is what must be right."""
    if not isinstance(entry, dict):
        return None
    user_id, roles, status = entry.get("user_id"), entry.get("roles", []), entry.get("status", "Active")
    if isinstance(user_id, int) and not isinstance(user_id, bool):
        user_id = str(user_id)
    if not isinstance(user_id, str) or not user_id or not is_clean(user_id, LONGEST_ID):
        return None
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        return None
    return Member(
        user_id, read_roles(roles[:MOST_ROLES]), status in {"Active", None}, _name(entry) if with_names else None
    )


def _merged(one: Member, other: Member) -> Member:
    """Two entries of one person, as of somebody with two roles."""
    return replace(one, roles=one.roles | other.roles, active=one.active or other.active, name=one.name or other.name)


def _name(entry: dict[str, Any]) -> str | None:
    """The whole name, or its two parts, as one printable line."""
    whole = entry.get("name") or " ".join(
        part for part in (entry.get("given_name"), entry.get("family_name")) if isinstance(part, str)
    )
    if not isinstance(whole, str):
        return None
    return one_line(whole, LONGEST_NAME) or None


def one_line(text: str, longest: int) -> str:
    """`text` on one line, without what cannot be printed, cut at `longest` characters."""
    words = " ".join(text.split())
    return "".join(letter for letter in words if letter.isprintable())[:longest].strip()
