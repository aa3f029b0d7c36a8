"""Access tokens of platforms, kept in memory: one fetch at a time, never shared between registrations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_LIFE = timedelta(days=1)
MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """What a token is for. The registration is part of it: two tools of one issuer are two clients."""

    registration_id: int
    token_url: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the time from which it is not used any more."""

    value: str
    stale_at: datetime


class TokenCache:
    """Tokens by key. Threads share it; of those that need the same token one fetches it and the others wait."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tokens: dict[TokenKey, Token] = {}
        self._locks: dict[TokenKey, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: TokenKey, fetch: Callable[[], tuple[str, timedelta]]) -> str:
        """The token of `key`, fetched (value and lifetime) when there is none that is fresh.

        A token is used until 60 s before its end, or for half of its life when that is shorter than two minutes.
        """
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            token = self._tokens.get(key)
            if token is None or token.stale_at <= self._clock():
                asked_at = self._clock()
                value, life = fetch()
                life = min(max(life, timedelta()), LONGEST_LIFE)
                token = Token(value, asked_at + life - min(MARGIN, life / 2))
                self._tokens[key] = token
            return token.value

    def forget(self, key: TokenKey, value: str) -> None:
        """Drop a token that the platform has refused, unless another thread has replaced it already."""
        with self._lock:
            token = self._tokens.get(key)
            if token is not None and token.value == value:
                del self._tokens[key]
