"""What an answer of the platform means for a score: pure rules, no table and no network."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lti_tool.errors import ToolError
from lti_tool.lti.connector import ScopeMissing, ServiceAnswer, TokenRefused
from lti_tool.lti.outgoing import AddressRefused, PlatformUnreachable

UNAUTHORIZED, CONFLICT = 401, 409
WAITING = frozenset({408, 423, 425, 429})
"""4xx that pass: too slow, locked, too early, too many."""

OF_THIS_SCORE = frozenset({423, 425})
"""Those of them that say nothing about other scores."""

REFUSALS = {400: "grade-not-accepted", 403: "grade-forbidden", 404: "grade-column-gone"}

MINUTE, HOUR = 60, 3600
DELAYS = (1, 2, 5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, *[24 * HOUR] * 4)
"""Seconds to wait after the first failure, the second… : five days in all, then the score is parked."""

MOST_CONFLICTS = 8
"""Failures after which a score that meets a newer one again is parked: some twenty minutes, for a clock to agree."""

JITTER = 0.2
_random = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Delivered, refused for good, or to be tried later. `reason` is a text id; `wait`: at least so many seconds."""

    end: Literal["delivered", "refused", "later"]
    reason: str | None = None
    wait: float = 0
    counts: bool = True
    """Whether a later try counts as a failure."""
    weight: int | None = None
    """How much of the patience with the platform it costs; 0: it has answered; `None`: it was not asked."""


DELIVERED = Verdict("delivered", weight=0)
NONSENSE = Verdict("later", "grade-answer-wrong", weight=1)
"""An answer that nobody can read: a page of a proxy, more than can be read, no JSON where there should be some."""

_WITHOUT_AN_ANSWER: Mapping[type[ToolError], Verdict] = {
    ScopeMissing: Verdict("refused", "grade-right-missing"),
    AddressRefused: Verdict("refused", "grade-address-refused"),
    TokenRefused: Verdict("later", "grade-tool-unknown", weight=1),
}

SLOW_WEIGHT = 3
"""A platform that keeps us waiting costs its time and others': it is left alone sooner."""


def judge(status: int, *, wait: float = 0) -> Verdict:
    """The verdict on an HTTP status other than 409, which takes a look at the platform's own grade."""
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP writes it so (RFC 9110 §15.3).
        return DELIVERED
    if status == UNAUTHORIZED:
        return Verdict("later", "grade-tool-unknown", weight=1)
    if 400 <= status < 500 and status not in WAITING:  # noqa: PLR2004 - Likewise.
        return Verdict("refused", REFUSALS.get(status, "grade-not-accepted"), weight=0)
    return Verdict("later", "grade-platform-busy", wait, weight=0 if status in OF_THIS_SCORE else 1)


def judge_error(error: ToolError) -> Verdict:
    """The verdict on a call that brought no answer about the score."""
    if isinstance(error, ServiceAnswer):
        answered = judge(int(error.params["status"]))
        return answered if answered.end != "delivered" else NONSENSE
    if isinstance(error, PlatformUnreachable):
        if error.id.startswith("platform-answer-"):
            return NONSENSE
        return Verdict("later", "grade-platform-silent", weight=SLOW_WEIGHT if error.id == "platform-slow" else 1)
    for kind, verdict in _WITHOUT_AN_ANSWER.items():
        if isinstance(error, kind):
            return verdict
    return Verdict("later", error.id)


def delay_after(failures: int) -> float | None:
    """Seconds to wait after so many failures (1, 2…), give or take a fifth; `None`: that was the last try."""
    if failures > len(DELAYS):
        return None
    return DELAYS[failures - 1] * _random.uniform(1 - JITTER, 1 + JITTER)
