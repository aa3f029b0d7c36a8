"""The claims of a launch, looked at one by one: what came, and which features it makes possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import jwt

from lti_tool.lti.claims import AGS_CLAIM, CLAIM, DEEP_LINKING_CLAIM, NRPS_CLAIM
from lti_tool.lti.registration_document import AGS

LONGEST_SHOWN = 300


class Feature(StrEnum):
    """What a claim is needed for."""

    LAUNCH = "launch"
    COURSE = "course"
    GRADES = "grades"
    ROSTER = "roster"
    GROUPS = "groups"
    COPIES = "copies"
    NAMES = "names"
    DEEP_LINKING = "deep-linking"


class State(StrEnum):
    """Whether a claim came as it is needed. `elsewhere`: only another kind of launch can tell."""

    OK = "ok"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Check:
    """A claim that was looked for. `id` names its text; `shown` is what came, shortened."""

    id: str
    feature: Feature
    claim: str
    state: State
    shown: str


Finder = Callable[[Mapping[str, Any]], Any]


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token whose signature has been verified already, in the same request."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def check_claims(claims: Mapping[str, Any]) -> list[Check]:
    """Every check, grouped by feature in the order of `Feature`."""
    checks = [_check(claims, *row) for row in _ROWS]
    if DEEP_LINKING_CLAIM not in claims:
        told = {State.MISSING: State.ELSEWHERE}
        checks = [
            Check(c.id, c.feature, c.claim, told.get(c.state, c.state), c.shown)
            if c.feature is Feature.DEEP_LINKING
            else c
            for c in checks
        ]
    return checks


def _check(claims: Mapping[str, Any], id: str, feature: Feature, claim: str, find: Finder) -> Check:
    value = find(claims)
    shown = value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    state = State.OK if value not in (None, "", [], False) else State.MISSING
    return Check(id, feature, claim, state, shown[:LONGEST_SHOWN] if state is State.OK else "")


def _plain(name: str) -> Finder:
    return lambda claims: claims.get(name)


def _part(claim: str, name: str) -> Finder:
    def find(claims: Mapping[str, Any]) -> Any:
        value = claims.get(claim)
        return value.get(name) if isinstance(value, dict) else None

    return find


def _custom(name: str) -> Finder:
    """A custom parameter; a variable that the platform did not replace has not come."""

    def find(claims: Mapping[str, Any]) -> Any:
        value = _part(CLAIM + "custom", name)(claims)
        return None if isinstance(value, str) and value.startswith("$") else value

    return find


def _scope(name: str) -> Finder:
    def find(claims: Mapping[str, Any]) -> Any:
        scopes = _part(AGS_CLAIM, "scope")(claims)
        return AGS + name if isinstance(scopes, list) and AGS + name in scopes else None

    return find


def _column(claims: Mapping[str, Any]) -> Any:
    """The column of the link, or where the columns of the course are: the tool finds or makes its own there."""
    return _part(AGS_CLAIM, "lineitem")(claims) or _part(AGS_CLAIM, "lineitems")(claims)


def _present(claim: str, name: str) -> Finder:
    """A claim that may well be empty: a course that is no copy has an empty history."""

    def find(claims: Mapping[str, Any]) -> Any:
        value = _part(claim, name)(claims)
        if value is None or (isinstance(value, str) and value.startswith("$")):
            return None
        return value or "–"

    return find


_CUSTOM = CLAIM + "custom"
_ROWS: tuple[tuple[str, Feature, str, Finder], ...] = (
    ("claims-issuer", Feature.LAUNCH, "iss", _plain("iss")),
    ("claims-client", Feature.LAUNCH, "aud", _plain("aud")),
    ("claims-deployment", Feature.LAUNCH, CLAIM + "deployment_id", _plain(CLAIM + "deployment_id")),
    ("claims-person", Feature.LAUNCH, "sub", _plain("sub")),
    ("claims-roles", Feature.LAUNCH, CLAIM + "roles", _plain(CLAIM + "roles")),
    ("claims-link", Feature.LAUNCH, CLAIM + "resource_link", _part(CLAIM + "resource_link", "id")),
    ("claims-course", Feature.COURSE, CLAIM + "context", _part(CLAIM + "context", "id")),
    ("claims-course-title", Feature.COURSE, CLAIM + "context", _part(CLAIM + "context", "title")),
    ("claims-score", Feature.GRADES, AGS_CLAIM, _scope("score")),
    ("claims-result", Feature.GRADES, AGS_CLAIM, _scope("result.readonly")),
    ("claims-columns", Feature.GRADES, AGS_CLAIM, _scope("lineitem")),
    ("claims-column", Feature.GRADES, AGS_CLAIM, _column),
    ("claims-roster", Feature.ROSTER, NRPS_CLAIM, _part(NRPS_CLAIM, "context_memberships_url")),
    ("claims-groups", Feature.GROUPS, _CUSTOM, _present(_CUSTOM, "groups")),
    ("claims-history", Feature.COPIES, _CUSTOM, _present(_CUSTOM, "course_history")),
    ("claims-name", Feature.NAMES, "name", _plain("name")),
    ("claims-accepts", Feature.DEEP_LINKING, DEEP_LINKING_CLAIM, _part(DEEP_LINKING_CLAIM, "accept_types")),
    ("claims-return", Feature.DEEP_LINKING, DEEP_LINKING_CLAIM, _part(DEEP_LINKING_CLAIM, "deep_link_return_url")),
)
