"""The platforms' keys: how long they are believed, when they are asked for again, what a hostile keyset can do."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.errors import Refused, Unavailable
from lti_tool.lti.outgoing import PlatformUnreachable
from lti_tool.lti.registration import Registration
from lti_tool.platforms.keysets import Keysets, read_keyset

OLD, NEW = PlatformKey.new(), PlatformKey.new()
MOODLE = Registration(
    1, "https://m.example", "c", "M", "https://m.example/a", "https://m.example/t", "https://m.example/k"
)
START = datetime(2026, 9, 1, 8, tzinfo=UTC)


class Platform:
    """A platform and the world around it: its keys, whether it answers, what time it is, what we have stored."""

    def __init__(self) -> None:
        self.now = START
        self.document: Any = {"keys": [OLD.jwk]}
        self.down = False
        self.asked: list[str] = []
        self.stored: dict[int, tuple[str, datetime]] = {}

    def fetch(self, _registration: Registration, url: str) -> Any:
        self.asked.append(url)
        if self.down:
            raise PlatformUnreachable("platform-unreachable", host="m.example")
        return self.document

    def load_keyset(self, registration_id: int) -> tuple[str, datetime] | None:
        return self.stored.get(registration_id)

    def save_keyset(self, registration_id: int, document: str, fetched_at: datetime) -> None:
        self.stored[registration_id] = (document, fetched_at)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def process(self) -> Keysets:
        """What a process of ours knows of it."""
        return Keysets(self, self.fetch, lambda: self.now)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def keysets(platform: Platform) -> Keysets:
    return platform.process()


def refused(keysets: Keysets, kid: str, registration: Registration = MOODLE) -> str:
    with pytest.raises((Refused, Unavailable)) as caught:
        keysets.find(registration, kid)
    return caught.value.id


def test_a_key_is_fetched_once_an_hour(platform: Platform, keysets: Keysets) -> None:
    for _ in range(10):
        keysets.find(MOODLE, OLD.kid)
        platform.wait(minutes=5.9)
    assert len(platform.asked) == 1
    platform.wait(minutes=2)
    keysets.find(MOODLE, OLD.kid)
    assert len(platform.asked) == 2


def test_a_key_that_the_platform_withdraws_is_refused_after_an_hour(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    platform.document = {"keys": [NEW.jwk]}
    platform.wait(minutes=61)
    assert refused(keysets, OLD.kid) == "launch-key-unknown"


def test_keys_serve_a_day_when_the_platform_is_down(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    platform.down = True
    platform.wait(hours=23.9)
    keysets.find(MOODLE, OLD.kid)
    platform.wait(minutes=10)
    assert refused(keysets, OLD.kid) == "platform-keys-unavailable"


@pytest.mark.parametrize("document", [None, [], "keys", {}, {"keys": None}, {"keys": {}}, {"error": "down"}])
def test_an_answer_that_is_no_keyset_does_not_replace_the_keys(
    document: Any, platform: Platform, keysets: Keysets
) -> None:
    keysets.find(MOODLE, OLD.kid)
    platform.document = document
    platform.wait(hours=2)
    keysets.find(MOODLE, OLD.kid)


def test_a_platform_that_is_down_is_asked_once_a_minute(platform: Platform, keysets: Keysets) -> None:
    platform.down = True
    for _ in range(5):
        assert refused(keysets, OLD.kid) == "platform-keys-unavailable"
    assert len(platform.asked) == 1
    platform.wait(seconds=61)
    platform.down = False
    keysets.find(MOODLE, OLD.kid)


def test_a_rotated_key_is_learned_at_once(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    platform.document = {"keys": [NEW.jwk, OLD.jwk]}
    keysets.find(MOODLE, NEW.kid)
    keysets.find(MOODLE, OLD.kid)
    assert len(platform.asked) == 2


def test_unknown_keys_make_us_ask_once_a_minute(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    for number in range(20):
        assert refused(keysets, f"stranger-{number}") == "launch-key-unknown"
    assert len(platform.asked) == 2
    platform.wait(seconds=61)
    assert refused(keysets, "stranger") == "launch-key-unknown"
    assert len(platform.asked) == 3


def test_known_keys_are_found_while_strangers_knock(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    refused(keysets, "stranger")
    platform.down = True
    keysets.find(MOODLE, OLD.kid)
    assert len(platform.asked) == 2


def test_many_threads_ask_once(platform: Platform, keysets: Keysets) -> None:
    together = Barrier(8)

    def find(_number: int) -> None:
        together.wait(5)
        keysets.find(MOODLE, OLD.kid)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(find, range(8)))
    assert len(platform.asked) == 1


def test_a_new_process_starts_with_what_was_stored(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    platform.down = True
    platform.wait(hours=12)
    platform.process().find(MOODLE, OLD.kid)


def test_a_new_process_asks_nobody_while_the_stored_keys_are_fresh(platform: Platform, keysets: Keysets) -> None:
    keysets.find(MOODLE, OLD.kid)
    platform.wait(minutes=30)
    platform.process().find(MOODLE, OLD.kid)
    assert len(platform.asked) == 1


def test_keys_of_two_registrations_are_kept_apart(platform: Platform, keysets: Keysets) -> None:
    other = Registration(
        2, "https://o.example", "c", "O", "https://o.example/a", "https://o.example/t", MOODLE.jwks_url
    )
    keysets.find(MOODLE, OLD.kid)
    platform.document = {"keys": [NEW.jwk]}
    assert refused(keysets, OLD.kid, other) == "launch-key-unknown"


# --- hostile keysets


def weak_key() -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(generate_private_key(65537, 1024).public_key(), as_dict=True)  # noqa: S505 # Weak on purpose.
    return {**numbers, "kid": "weak"}


def curve_key() -> dict[str, Any]:
    numbers = ECAlgorithm.to_jwk(generate_ec_key(SECP256R1()).public_key(), as_dict=True)
    return {**numbers, "kid": "curve"}


HOSTILE: dict[str, Any] = {
    "symmetric": {"kty": "oct", "k": "c2VjcmV0", "kid": "x", "alg": "HS256"},
    "elliptic": curve_key(),
    "weak": weak_key(),
    "of another algorithm": {**OLD.jwk, "alg": "HS256", "kid": "x"},
    "for encryption": {**OLD.jwk, "use": "enc", "kid": "x"},
    "without kid": {key: value for key, value in OLD.jwk.items() if key != "kid"},
    "kid that is a list": {**OLD.jwk, "kid": ["x"]},
    "without modulus": {key: value for key, value in OLD.jwk.items() if key != "n"},
    "modulus that is a number": {**OLD.jwk, "n": 7, "kid": "x"},
    "modulus that is not base64": {**OLD.jwk, "n": "é", "kid": "x"},
    "modulus of zero": {**OLD.jwk, "n": "AA", "kid": "x"},
    "exponent of one": {**OLD.jwk, "e": "AQ", "kid": "x"},
    "endless modulus": {**OLD.jwk, "n": "_" * 400_000, "kid": "x"},
    "a string": "key",
    "nothing": None,
    "a list": [],
}


@pytest.mark.parametrize("jwk", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_key_that_cannot_serve_is_passed_over_and_the_others_serve(jwk: Any) -> None:
    assert set(read_keyset({"keys": [jwk, NEW.jwk]})) == {NEW.kid}


def test_only_so_many_keys_are_read() -> None:
    crowd = [{**OLD.jwk, "kid": f"k{number}"} for number in range(500)]
    assert len(read_keyset({"keys": crowd})) == 50


def test_keys_without_alg_and_use_serve() -> None:
    bare = {name: OLD.jwk[name] for name in ("kty", "n", "e", "kid")}
    assert set(read_keyset({"keys": [bare]})) == {OLD.kid}


def test_a_kid_may_be_any_text(platform: Platform, keysets: Keysets) -> None:
    platform.document = {"keys": [{**OLD.jwk, "kid": "clé n° 1 🔑"}]}
    keysets.find(MOODLE, "clé n° 1 🔑")
    platform.process().find(MOODLE, "clé n° 1 🔑")


def test_what_a_platform_adds_to_its_keyset_is_not_stored(platform: Platform, keysets: Keysets) -> None:
    nested: Any = []
    for _ in range(100_000):
        nested = [nested]
    platform.document = {"keys": [{**OLD.jwk, "x5c": "x" * 10_000, "odd": nested}], "more": "\ud800\x00"}
    keysets.find(MOODLE, OLD.kid)
    document, _ = platform.stored[MOODLE.id]
    assert len(document) < 1000
    assert json.loads(document)["keys"][0]["kid"] == OLD.kid
    platform.process().find(MOODLE, OLD.kid)
