"""The delivery of grades: claim what is due, post it, note what became of it.

The row is the truth and the lease protects it: whoever calls `deliver_due`, how often and from how many processes,
no score is lost, and a score that is posted twice is the same score.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Protocol

from lti_tool.db import Database
from lti_tool.errors import ToolError
from lti_tool.gradebook import outbox
from lti_tool.gradebook.columns import AGSPort, find_or_make_column
from lti_tool.gradebook.outbox import Claimed
from lti_tool.gradebook.verdict import (
    CONFLICT,
    DELIVERED,
    MOST_CONFLICTS,
    Verdict,
    delay_after,
    judge,
    judge_error,
)
from lti_tool.lti.ags import ScoreAnswer, ScorePost
from lti_tool.lti.outgoing import PlatformUnreachable
from lti_tool.lti.registration import Registration

ENOUGH_LEASE = timedelta(seconds=5)
"""A post begins only with so much of its lease left; else the row is left to come due again."""

SILENCE = timedelta(seconds=15)
"""How long the scores of a platform that keeps us waiting leave the way free for those of others."""

CLOCKS_APART = timedelta(seconds=60)

log = logging.getLogger(__name__)


class PlatformsPort(Protocol):
    """Who knows the registrations."""

    def registration(self, registration_id: int) -> Registration:
        """One registration. Raises a `ToolError` when it may not be used."""
        ...


class ServicesPort(Protocol):
    """Who can speak to the platforms: `lti_tool.lti.services.Services`, or a fake."""

    def ags(self, registration: Registration, granted: Collection[str]) -> AGSPort:
        """Assignment and Grade Services of a platform, with the scopes granted."""
        ...


def deliver_due(
    database: Database,
    platforms: PlatformsPort,
    services: ServicesPort,
    clock: Callable[[], datetime],
    *,
    limit: int = 20,
) -> int:
    """Post at most `limit` due scores and give how many were taken up; 0: nothing was due.

    Network calls happen outside any transaction. A platform that does not answer is tried once in a round; of one that
    keeps us waiting, all that is due is put off: it costs the others one call's time.
    """
    with database.write() as connection:
        claimed = outbox.claim(connection, clock(), limit=limit)
    silent: dict[int, Verdict] = {}
    for score in claimed:
        if score.lease_ends - clock() < ENOUGH_LEASE:
            continue
        registration_id = score.column.registration_id
        verdict = silent.get(registration_id)
        if verdict is None:
            try:
                verdict = _deliver(score, database=database, platforms=platforms, services=services, clock=clock)
            except PlatformUnreachable as error:
                verdict = silent[registration_id] = judge_error(error)
                if error.id == "platform-slow":
                    with database.write() as connection:
                        outbox.put_off(connection, registration_id, clock(), until=clock() + SILENCE)
            except ToolError as error:
                verdict = judge_error(error)
                log.warning("grade not sent: %s delivery=%s", error, score.id)
            except Exception:
                error_id = secrets.token_hex(4)
                log.exception("delivery-failed error=%s delivery=%s", error_id, score.id)
                verdict = Verdict("later", "grade-tool-failed")
        _settle(database, score, verdict, now=clock())
    return len(claimed)


def _deliver(
    score: Claimed,
    *,
    database: Database,
    platforms: PlatformsPort,
    services: ServicesPort,
    clock: Callable[[], datetime],
) -> Verdict:
    """Post one score. Raises `ToolError` when there was no answer about it."""
    registration = platforms.registration(score.column.registration_id)
    ags = services.ags(registration, score.column.scopes)
    url = score.column.url or find_or_make_column(score.column, ags=ags, database=database, clock=clock)
    if url is None:
        return Verdict("later", wait=1, counts=False)
    answer = ags.post_score(
        url,
        ScorePost(
            user_id=score.sub,
            score=score.score,
            maximum=score.maximum,
            timestamp=datetime.fromtimestamp(score.timestamp, UTC),
            comment=score.comment,
            started_at=score.started_at,
            submitted_at=score.submitted_at,
        ),
    )
    _look_at_clock(answer, registration, now=clock())
    if answer.status != CONFLICT:
        verdict = judge(answer.status, wait=answer.retry_after or 0)
        if verdict is not DELIVERED:
            log.warning("grade not sent: status=%s said=%r delivery=%s", answer.status, _why(answer), score.id)
        return verdict
    return _after_conflict(score, ags, url)


def _after_conflict(score: Claimed, ags: AGSPort, url: str) -> Verdict:
    """The platform has a score with a newer timestamp: ours of an earlier try, or another one (AGS §3.4.9)."""
    try:
        results = ags.results(url, score.sub)
    except ToolError as error:
        log.info("results not read: %s delivery=%s", error.id, score.id)
        results = []
    if any(result.equals(score.score, score.maximum) for result in results):
        return DELIVERED
    return Verdict("later", "grade-conflict")


def _settle(database: Database, score: Claimed, verdict: Verdict, *, now: datetime) -> None:
    """Note what became of a score. A newer score recorded meanwhile stays open."""
    with database.write() as connection:
        if verdict.end == "delivered":
            outbox.settle(connection, score, state="delivered", reason=None, delivered_at=now, due_at=now)
        elif verdict.end == "refused":
            outbox.settle(connection, score, state="refused", reason=verdict.reason, tries=score.tries + 1)
        elif not verdict.counts:
            outbox.settle(connection, score, due_at=now + timedelta(seconds=verdict.wait))
        else:
            tries = score.tries + 1
            delay = delay_after(tries)
            if delay is None or (verdict.reason == "grade-conflict" and tries >= MOST_CONFLICTS):
                outbox.settle(connection, score, state="parked", reason=verdict.reason, tries=tries)
            else:
                due = now + timedelta(seconds=max(delay, verdict.wait))
                outbox.settle(connection, score, due_at=due, reason=verdict.reason, tries=tries)


def _why(answer: ScoreAnswer) -> str:
    """What the platform says of a refusal, fit for the log.

    Moodle gives its reason in the reason phrase only, and repeats there the whole score with the pupil's number.
    """
    return answer.reason.partition("{")[0]


def _look_at_clock(answer: ScoreAnswer, registration: Registration, *, now: datetime) -> None:
    """Warn of clocks that disagree: a platform refuses what comes after a score from its future."""
    if answer.date is not None and abs(answer.date - now) > CLOCKS_APART:
        seconds = int((now - answer.date).total_seconds())
        log.warning("clock-apart registration=%s seconds=%s", registration.id, seconds)
