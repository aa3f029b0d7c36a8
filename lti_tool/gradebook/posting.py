"""One score on its way: its column, the post, and what the answer means. No row is written here but the column's."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from lti_tool.db import Database
from lti_tool.errors import ToolError
from lti_tool.gradebook.clocks import lag_after
from lti_tool.gradebook.columns import AGSPort, find_or_make_column
from lti_tool.gradebook.outbox import Claimed
from lti_tool.gradebook.verdict import CONFLICT, DELIVERED, NONSENSE, Verdict, judge, judge_error
from lti_tool.lti.ags import ScoreAnswer, ScorePost
from lti_tool.lti.registration import Registration
from lti_tool.web.tracing import trace

CLOCKS_APART = 60
"""Seconds of which an operator should know."""

log = logging.getLogger(__name__)


class PlatformsPort(Protocol):
    """Who knows the registrations."""

    def by_id(self, registration_id: int) -> Registration:
        """One registration. Raises a `ToolError` when it may not be used."""
        ...


class ServicesPort(Protocol):
    """Who can speak to the platforms: `lti_tool.lti.services.Services`, or a fake."""

    def ags(self, registration: Registration, granted: Collection[str]) -> AGSPort:
        """Assignment and Grade Services of a platform, with the scopes granted."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a claimed score. `lag`: the whole seconds that the platform's clock is behind, as known now."""

    score: Claimed
    verdict: Verdict
    lag: int

    @property
    def tells_something(self) -> bool:
        """Whether it is more than one more delivery: others have to know at once."""
        return self.verdict is not DELIVERED or self.lag != self.score.lag


class Poster:
    """Posts claimed scores. Threads may share it."""

    def __init__(
        self, database: Database, platforms: PlatformsPort, services: ServicesPort, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._services = services
        self._clock = clock

    def post(self, score: Claimed, *, making: threading.Lock) -> Posted:
        """Post one score, outside any transaction, and give its end: never an error.

        `making`: held while its column is looked for and made, so that the others of its class wait for that.
        """
        trace(registration=score.column.registration_id, delivery=score.id)
        try:
            return self._post(score, making)
        except ToolError as error:
            log.warning("grade not sent: %s delivery=%s", error, score.id)
            return Posted(score, judge_error(error), score.lag)
        except Exception:
            log.exception("delivery-failed error=%s delivery=%s", secrets.token_hex(4), score.id)
            return Posted(score, Verdict("later", "grade-tool-failed"), score.lag)

    def _post(self, score: Claimed, making: threading.Lock) -> Posted:
        registration = self._platforms.by_id(score.column.registration_id)
        ags = self._services.ags(registration, score.column.scopes)
        url = score.column.url
        if url is None:
            with making:
                url = find_or_make_column(score.column, ags=ags, database=self._database, clock=self._clock)
        if url is None:
            return Posted(score, Verdict("later", wait=1, counts=False), score.lag)
        sent = self._clock()
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
        lag = score.lag
        if answer.date is not None:
            lag = lag_after(lag, answer.date, sent=sent, received=self._clock())
            _tell_of_clocks(registration, seconds=(sent - answer.date).total_seconds())
        return Posted(score, self._verdict(score, answer, ags, url), lag)

    def _verdict(self, score: Claimed, answer: ScoreAnswer, ags: AGSPort, url: str) -> Verdict:
        if answer.is_page:
            verdict = NONSENSE
        elif answer.status == CONFLICT:
            return _after_conflict(score, ags, url)
        else:
            verdict = judge(answer.status, wait=answer.retry_after or 0)
        if verdict is not DELIVERED:
            log.warning("grade not sent: status=%s said=%r delivery=%s", answer.status, _why(answer), score.id)
        return verdict


def _after_conflict(score: Claimed, ags: AGSPort, url: str) -> Verdict:
    """The platform has a score with a newer timestamp: ours of an earlier try, or another one (AGS §3.4.9)."""
    try:
        results = ags.results(url, score.sub)
    except ToolError as error:
        log.info("results not read: %s delivery=%s", error.id, score.id)
        results = []
    if any(result.equals(score.score, score.maximum) for result in results):
        return DELIVERED
    return Verdict("later", "grade-conflict", weight=0)


def _why(answer: ScoreAnswer) -> str:
    """What the platform says of a refusal, fit for the log.

    Moodle gives its reason in the reason phrase only, and repeats there the whole score with the pupil's number.
    """
    return answer.reason.partition("{")[0]


def _tell_of_clocks(registration: Registration, *, seconds: float) -> None:
    if abs(seconds) > CLOCKS_APART:
        log.warning("clock-apart registration=%s seconds=%s", registration.id, int(seconds))
