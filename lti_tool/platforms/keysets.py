"""The platforms' public keys: kept an hour, usable a day when the platform is down, asked again for an unknown key."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from lti_tool.errors import Refused, ToolError, Unavailable
from lti_tool.lti.keys import ALGORITHM, KEY_BITS
from lti_tool.lti.registration import Registration

FRESH = timedelta(hours=1)
STALE_ON_ERROR = timedelta(hours=24)
COOL_DOWN = timedelta(minutes=1)
MOST_KEYS = 50
MOST_BITS = 8192
"""Larger keys make each verification slow, or fail inside the cryptography."""

log = logging.getLogger(__name__)

Keys = dict[str, RSAPublicKey]
FetchJSON = Callable[[Registration, str], Any]
"""Gets a JSON document from a platform through the outgoing guard; raises a `ToolError`."""


class KeysetStore(Protocol):
    """Where a fetched keyset outlives the process."""

    def load_keyset(self, registration_id: int) -> tuple[str, datetime] | None:
        """The stored document and when it was fetched."""

    def save_keyset(self, registration_id: int, document: str, fetched_at: datetime) -> None:
        """Keep a fetched document."""


@dataclass(slots=True)
class _Entry:
    keys: Keys = field(default_factory=dict)
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Keysets:
    """Finds the key that signed a token. Thread-safe; one fetch at a time per registration."""

    def __init__(self, store: KeysetStore, fetch: FetchJSON, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._entries: dict[tuple[int, str], _Entry] = {}
        self._lock = threading.Lock()

    def find(self, registration: Registration, kid: str) -> RSAPublicKey:
        """The key `kid` of a platform.

        Raises `Refused("launch-key-unknown")`, or `Unavailable("platform-keys-unavailable")` when none can be had.
        """
        entry = self._entry(registration)
        now = self._clock()
        fresh = entry.fetched_at is not None and now - entry.fetched_at < FRESH
        if not fresh or kid not in entry.keys:
            with entry.lock:
                self._refresh(registration, entry, kid)
        usable = entry.fetched_at is not None and now - entry.fetched_at < STALE_ON_ERROR
        if not usable:
            raise Unavailable("platform-keys-unavailable")
        key = entry.keys.get(kid)
        if key is None:
            raise Refused("launch-key-unknown")
        return key

    def ask(self, registration: Registration) -> Keys:
        """The keys of a platform as it tells them now; nothing is kept. Raises a `ToolError`."""
        return read_keyset(self._fetch(registration, registration.jwks_url))

    def _entry(self, registration: Registration) -> _Entry:
        with self._lock:
            # The address is part of the name: a corrected one is asked at once.
            return self._entries.setdefault((registration.id, registration.jwks_url), _Entry())

    def _refresh(self, registration: Registration, entry: _Entry, kid: str) -> None:
        """Fetch when the keys are old or `kid` is unknown.

        At most once a minute for an unknown key or after a failure; keys that were fetched because the old ones had
        aged leave a key that is rotated right after its chance.
        """
        now = self._clock()
        if entry.fetched_at is None:
            self._take_stored(registration, entry)
        fresh = entry.fetched_at is not None and now - entry.fetched_at < FRESH
        if fresh and kid in entry.keys:
            return
        if entry.tried_at is not None and now - entry.tried_at < COOL_DOWN:
            return
        if fresh:
            entry.tried_at = now
        try:
            keys = read_keyset(self._fetch(registration, registration.jwks_url))
        except ToolError as error:
            log.warning("keyset of registration %s not refreshed: %s", registration.id, error.id)
            entry.tried_at = now
            return
        entry.keys, entry.fetched_at = keys, now
        self._store.save_keyset(registration.id, write_keyset(keys), now)

    def _take_stored(self, registration: Registration, entry: _Entry) -> None:
        stored = self._store.load_keyset(registration.id)
        if stored is not None:
            document, fetched_at = stored
            entry.keys, entry.fetched_at = read_keyset(json.loads(document)), fetched_at


def read_keyset(document: Any) -> Keys:
    """The RSA signing keys of a JWK set (RFC 7517 §5), by `kid`; others are passed over.

    Raises `Unavailable("platform-keyset-malformed")` for what is not a keyset.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise Unavailable("platform-keyset-malformed")
    keys: Keys = {}
    for jwk in listed[:MOST_KEYS]:
        if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str):
            continue
        # `alg` and `use` are optional; when they are there they must fit.
        if jwk.get("kty") != "RSA" or jwk.get("alg", ALGORITHM) != ALGORITHM or jwk.get("use", "sig") != "sig":
            continue
        try:
            key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": jwk["n"], "e": jwk["e"]})
        except Exception as error:  # noqa: BLE001 # Hostile numbers make the parser fail in many ways.
            log.warning("a key of a keyset was passed over: %s", type(error).__name__)
            continue
        if isinstance(key, RSAPublicKey) and KEY_BITS <= key.key_size <= MOST_BITS:
            keys[jwk["kid"]] = key
    return keys


def write_keyset(keys: Keys) -> str:
    """The JWK set of `keys` as text: what is kept of a platform's document is what serves."""
    return json.dumps({"keys": [{**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": kid} for kid, key in keys.items()]})
