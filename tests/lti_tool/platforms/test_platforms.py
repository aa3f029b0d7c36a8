"""Which platforms are trusted, how soon a change is seen, and our own keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from lti_tool.app import Services, make_services
from lti_tool.cli.db import migrate
from lti_tool.errors import Refused, Unavailable, Unknown
from lti_tool.platforms.models import registrations
from lti_tool.platforms.service import NewPlatform
from lti_tool.settings import Settings
from tests.support.databases import database_of
from tests.support.house import House
from tests.support.school import platform_of

MOODLE = NewPlatform(
    issuer="https://moodle.example",
    client_id="client-1",
    auth_url="https://moodle.example/auth",
    token_url="https://moodle.example/token",
    jwks_url="https://moodle.example/certs",
    deployment_id="1",
    name="Moodle",
)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def here(house: House, clock: Clock) -> Iterator[Services]:
    """A process of the tool."""
    services = make_services(house.services.settings, http=house.http, clock=clock)
    yield services
    services.database.engine.dispose()


@pytest.fixture
def elsewhere(house: House, clock: Clock) -> Iterator[Services]:
    """Another process, on the same database."""
    services = make_services(house.services.settings, http=house.http, clock=clock)
    yield services
    services.database.engine.dispose()


def test_a_platform_is_found_by_issuer_and_client(here: Services) -> None:
    here.platforms.add(MOODLE)
    found = here.platforms.find(MOODLE.issuer, MOODLE.client_id)
    assert (found.issuer, found.client_id, found.name) == ("https://moodle.example", "client-1", "Moodle")


def test_an_issuer_alone_is_enough_while_it_has_one_client(here: Services) -> None:
    first = here.platforms.add(MOODLE)
    assert here.platforms.find(MOODLE.issuer, None).id == first
    here.platforms.add(replace(MOODLE, client_id="client-2"))
    with pytest.raises(Unknown, match="platform-unknown"):
        here.platforms.find(MOODLE.issuer, None)


def test_adding_a_known_platform_updates_it_and_keeps_its_name(here: Services) -> None:
    first = here.platforms.add(MOODLE)
    again = here.platforms.add(replace(MOODLE, name=None, token_url="https://moodle.example/new", deployment_id="2"))
    assert again == first
    [(registration, deployments)] = [entry for entry in here.platforms.all() if entry[0].id == first]
    assert (registration.name, registration.token_url) == ("Moodle", "https://moodle.example/new")
    assert deployments == ("1", "2")


def test_adding_the_same_platform_twice_changes_nothing(here: Services) -> None:
    here.platforms.add(MOODLE)
    before = here.platforms.all()
    here.platforms.add(MOODLE)
    assert here.platforms.all() == before


def test_adding_a_platform_contacts_nobody(here: Services, house: House) -> None:
    here.platforms.add(MOODLE)
    assert house.http.calls == []


def test_a_change_of_another_process_is_seen_after_five_seconds(
    here: Services, elsewhere: Services, clock: Clock
) -> None:
    here.platforms.add(MOODLE)
    here.platforms.find(MOODLE.issuer, MOODLE.client_id)
    elsewhere.platforms.add(replace(MOODLE, auth_url="https://moodle.example/auth2"))
    clock.now += timedelta(seconds=5)
    assert here.platforms.find(MOODLE.issuer, MOODLE.client_id).auth_url == "https://moodle.example/auth2"


def test_a_platform_that_another_process_adds_is_known_at_once(here: Services, elsewhere: Services) -> None:
    with pytest.raises(Unknown):
        here.platforms.find(MOODLE.issuer, MOODLE.client_id)
    elsewhere.platforms.add(MOODLE)
    here.platforms.find(MOODLE.issuer, MOODLE.client_id)


def test_what_a_login_has_found_is_remembered_for_its_launch(here: Services, elsewhere: Services) -> None:
    here.platforms.add(MOODLE)
    registration = here.platforms.find(MOODLE.issuer, MOODLE.client_id)
    elsewhere.platforms.add(replace(MOODLE, name="Autre nom"))
    assert here.platforms.by_id(registration.id) is registration


def test_a_deactivated_platform_is_refused_and_adding_it_again_lets_it_in(here: Services, clock: Clock) -> None:
    id = here.platforms.add(MOODLE)
    with here.database.write() as connection:
        connection.execute(update(registrations).where(registrations.c.id == id).values(active=False))
    clock.now += timedelta(seconds=5)
    with pytest.raises(Refused, match="platform-inactive"):
        here.platforms.by_id(id)
    here.platforms.add(MOODLE)
    assert here.platforms.by_id(id).active


def public(settings: Settings) -> Services:
    return make_services(settings.model_copy(update={"base_url": "https://activites.example"}))


@pytest.mark.parametrize("field", ["issuer", "auth_url", "token_url", "jwks_url"])
@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost", "[::1]", "127.9.9.9", "lms.localhost"])
def test_a_public_tool_refuses_a_platform_with_an_address_on_this_machine(field: str, host: str, house: House) -> None:
    services = public(house.services.settings)
    changed: dict[str, Any] = {field: f"http://{host}/x"}
    id = services.platforms.add(replace(MOODLE, **changed))
    with pytest.raises(Refused, match="platform-on-this-machine"):
        services.platforms.by_id(id)
    services.database.engine.dispose()


def test_a_tool_on_this_machine_knows_the_demo_lms(house: House) -> None:
    config = house.lms.config
    assert house.services.platforms.find(config.base_url, config.client_id).is_loopback


def test_a_corrected_keyset_address_is_used_at_once(house: House) -> None:
    house.http.down = True
    assert house.launch().error == "platform-keys-unavailable"
    house.http.down = False
    corrected = replace(platform_of(house.lms.config), jwks_url=f"{house.lms.config.base_url}/corrected")
    house.services.platforms.add(corrected)
    assert house.launch().page.status_code == 200
    assert house.http.calls[-1] == corrected.jwks_url


def test_the_keys_of_the_old_address_are_forgotten_with_it(house: House) -> None:
    house.launch()
    platforms = house.services.platforms
    id = platforms.find(house.lms.config.base_url, house.lms.config.client_id).id
    assert platforms.load_keyset(id) is not None
    platforms.add(replace(platform_of(house.lms.config), jwks_url="http://127.0.0.1:8001/other"))
    assert platforms.load_keyset(id) is None


# --- our own keys


def test_the_tools_key_stays_when_the_database_is_upgraded_again(house: House) -> None:
    kid, secret = house.services.platforms.signing_key().kid, house.services.platforms.kept_secret("placement")
    house.services.platforms.ensure_keys()
    assert house.services.platforms.signing_key().kid == kid
    assert house.services.platforms.kept_secret("placement") == secret


def test_the_keyset_of_the_tool_is_what_platforms_want(house: House) -> None:
    answer = house.browser().get("/lti/jwks")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    [key] = answer.get_json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


def test_a_database_without_a_key_says_that_the_tool_is_not_ready(tmp_path: Path) -> None:
    services = make_services(
        Settings(data_dir=tmp_path, database_url=database_of(tmp_path), secret_key=SecretStr("s" * 40))
    )
    migrate(services.database.engine)
    with pytest.raises(Unavailable, match="tool-without-key"):
        services.platforms.signing_key()
    with pytest.raises(Unavailable, match="tool-without-key"):
        services.platforms.kept_secret("placement")
    services.database.engine.dispose()
