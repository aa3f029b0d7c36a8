"""The door by which scores come in: a log of every POST, and switches that make it fail on purpose."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lti_tool.demo_lms.bodies import json_object
from lti_tool.demo_lms.errors import ServiceRefused

LONGEST_LOG = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure to play once: wait ``delay`` seconds, then answer ``status``.

    ``stored``: the score is stored all the same, as when the answer is lost on its way back.
    ``retry_after`` is the header of that name, in seconds.
    """

    status: int
    stored: bool = False
    delay: float = 0.0
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class ScorePost:
    """One POST to ``/scores``: when (LMS clock), for whom, what, and what was answered."""

    at: float
    user: str
    line_item: int
    body: Mapping[str, Any]
    status: int
    reason: str


Answer = Fault | int
Faults = list[Answer] | Callable[[Mapping[str, Any]], Answer | None]


class ScoreDoor:
    """Logs each POST and lets it through, or not.

    ``answer_with`` is a list used up from its head, or a function of the body; nothing left or ``None`` means the
    normal answer.
    """

    def __init__(self) -> None:
        self._log: deque[ScorePost] = deque(maxlen=LONGEST_LOG)
        self._logging = threading.Lock()
        self.answer_with: Faults = []
        self._one_at_a_time = threading.Lock()

    @property
    def log(self) -> list[ScorePost]:
        """The posts so far, in order."""
        with self._logging:
            return list(self._log)

    def receive(self, item_id: int, raw: bytes, *, now: float, store: Callable[[], None]) -> None:
        """Let a POST through to ``store``, and log what came of it. Raises `ServiceRefused`.

        It is logged with the storing, before the answer leaves: whoever has seen the grade finds the post.
        """
        body = json_object(raw) or {}
        fault = self._next_fault(body) or Fault(HTTPStatus.OK, stored=True)
        with self._logging:
            refusal = self._refusal(fault, store)
            status, reason = (refusal.code, refusal.reason) if refusal else (HTTPStatus.OK.value, "")
            self._log.append(ScorePost(now, str(body.get("userId", "")), item_id, body, status, reason))
        time.sleep(fault.delay)
        if refusal:
            raise refusal

    def _refusal(self, fault: Fault, store: Callable[[], None]) -> ServiceRefused | None:
        try:
            if fault.stored:
                store()
        except ServiceRefused as refusal:
            return refusal
        if fault.status != HTTPStatus.OK:
            return ServiceRefused(fault.status, "Played on purpose", retry_after=fault.retry_after)
        return None

    def _next_fault(self, body: Mapping[str, Any]) -> Fault | None:
        with self._one_at_a_time:
            if callable(self.answer_with):
                answer = self.answer_with(body)
            else:
                answer = self.answer_with.pop(0) if self.answer_with else None
        return Fault(answer) if isinstance(answer, int) else answer
