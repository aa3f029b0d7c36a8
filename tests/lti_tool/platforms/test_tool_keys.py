"""Our keys: published, signing, retired, encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from lti_tool.db import Database, metadata
from lti_tool.errors import Unavailable
from lti_tool.platforms.models import tool_keys
from lti_tool.platforms.tool_keys import ToolKeys
from tests.support.databases import engine_of
from tests.support.house import BASE, House

HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(engine_of(tmp_path))
    metadata.create_all(made.engine)
    yield made
    made.engine.dispose()


@pytest.fixture
def keys(database: Database, clock: Clock) -> ToolKeys:
    made = ToolKeys(database, clock)
    made.ensure()
    return made


def kids(keys: ToolKeys) -> list[str]:
    return [key.kid for key in keys.published()]


def stored(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(tool_keys.c.private_pem)))


def test_a_new_key_is_published_at_once_and_signs_an_hour_later(keys: ToolKeys, clock: Clock) -> None:
    first = keys.signing().kid
    second = keys.rotate()
    assert kids(keys) == [second, first]
    clock.now += HOUR - timedelta(seconds=1)
    assert keys.signing().kid == first
    clock.now += timedelta(minutes=1)
    assert keys.signing().kid == second


def test_the_old_key_leaves_the_keyset_a_day_after_its_last_signature(keys: ToolKeys, clock: Clock) -> None:
    first = keys.signing().kid
    second = keys.rotate()
    clock.now += HOUR + timedelta(hours=23, minutes=59)
    assert first in kids(keys)
    clock.now += timedelta(minutes=2)
    assert kids(keys) == [second]


def test_a_key_that_leaked_is_replaced_at_once(keys: ToolKeys) -> None:
    first = keys.signing().kid
    second = keys.rotate(at_once=True)
    assert keys.signing().kid == second
    assert first in kids(keys)


def test_rotating_twice_within_the_hour_leaves_one_key_that_signs_at_each_moment(keys: ToolKeys, clock: Clock) -> None:
    first = keys.signing().kid
    second = keys.rotate()
    clock.now += HOUR / 2
    third = keys.rotate()
    seen = []
    for _ in range(4):
        seen.append(keys.signing().kid)
        clock.now += HOUR / 2
    assert seen == [first, second, third, third]


def test_another_process_signs_with_the_new_key_within_a_minute(
    keys: ToolKeys, database: Database, clock: Clock
) -> None:
    other = ToolKeys(database, clock)
    first = other.signing().kid
    second = keys.rotate(at_once=True)
    assert second in kids(other), "the keyset is never older than the database"
    assert other.signing().kid == first
    clock.now += timedelta(seconds=61)
    assert other.signing().kid == second


def test_a_rotation_deletes_the_keys_that_have_left(keys: ToolKeys, database: Database, clock: Clock) -> None:
    keys.rotate(at_once=True)
    clock.now += timedelta(days=2)
    keys.rotate()
    assert len(stored(database)) == 2


def test_keys_are_encrypted_once_a_key_for_it_is_set(keys: ToolKeys, database: Database, clock: Clock) -> None:
    kid = keys.signing().kid
    assert stored(database)[0].startswith("-----BEGIN PRIVATE KEY")
    sealed = ToolKeys(database, clock, encryption_key=Fernet.generate_key().decode())
    sealed.ensure()
    assert all("PRIVATE KEY" not in value for value in stored(database))
    assert sealed.signing().kid == kid
    sealed.rotate()
    assert all("PRIVATE KEY" not in value for value in stored(database))


def test_a_rotation_encrypts_the_older_keys_too(keys: ToolKeys, database: Database, clock: Clock) -> None:
    ToolKeys(database, clock, encryption_key=Fernet.generate_key().decode()).rotate()
    assert all("PRIVATE KEY" not in value for value in stored(database))


@pytest.mark.parametrize("wrong", ["", Fernet.generate_key().decode()], ids=["none", "another"])
def test_a_wrong_encryption_key_is_refused_in_plain_words(wrong: str, database: Database, clock: Clock) -> None:
    ToolKeys(database, clock, encryption_key=Fernet.generate_key().decode()).ensure()
    locked = ToolKeys(database, clock, encryption_key=wrong)
    for attempt in (locked.signing, locked.published, locked.rotate, locked.ensure):
        with pytest.raises(Unavailable, match="tool-keys-locked"):
            attempt()
    assert len(stored(database)) == 1


def test_without_any_key_the_tool_says_that_it_is_not_ready(database: Database, clock: Clock) -> None:
    with pytest.raises(Unavailable, match="tool-without-key"):
        ToolKeys(database, clock).signing()


def test_the_keyset_shows_each_key_with_alg_use_and_kid_and_nothing_private(house: House) -> None:
    house.services.platforms.keys.rotate()
    document = house.browser().get("/lti/jwks", base_url=BASE).json
    assert document is not None
    assert len(document["keys"]) == 2
    for key in document["keys"]:
        assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
        assert (key["alg"], key["use"]) == ("RS256", "sig")
    assert jwt.PyJWKSet.from_dict(document).keys
