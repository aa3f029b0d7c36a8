"""What the doctor finds of other machines: the platforms, the Redis, the bucket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
from pydantic import SecretStr

from lti_tool.administration.connections import examine_engines, examine_platforms
from lti_tool.administration.health import Finding
from lti_tool.app import make_services
from lti_tool.gradebook.celery_wake_ups import try_broker
from lti_tool.platforms.service import NewPlatform
from tests.support.databases import copy_data
from tests.support.house import BASE, House, settings_of
from tests.support.redis import RedisServer
from tests.support.servers import free_port

# --- The platforms


def of_platform(house: House) -> Finding:
    (finding,) = examine_platforms(house.services.platforms)
    return finding


def test_a_platform_that_publishes_its_keys_is_well(house: House) -> None:
    finding = of_platform(house)
    assert (finding.level, finding.says) == ("ok", "Moodle answers, and publishes its keys")


def test_a_platform_that_does_not_answer_is_worth_a_warning(house: House) -> None:
    house.http.down = True
    finding = of_platform(house)
    assert (finding.level, finding.id) == ("warning", "connection-platform-silent")


@pytest.mark.parametrize("document", [{}, {"keys": []}, {"keys": "none"}, {"keys": [{"kty": "EC", "kid": "1"}]}])
def test_an_address_without_keys_is_a_problem(house: House, document: dict[str, Any]) -> None:
    house.http.keyset = document
    finding = of_platform(house)
    assert (finding.level, finding.id) == ("problem", "connection-platform-no-keys")


def test_a_platform_that_is_switched_off_is_not_asked(house: House) -> None:
    ((registration, _),) = house.services.platforms.all()
    house.services.platforms.records.permit(registration.id, active=False, admin_launch=False, academie=None)
    assert list(examine_platforms(house.services.platforms)) == []
    assert house.http.calls == []


def test_the_doctor_goes_through_the_guarded_door(house_seed: Path, tmp_path: Path) -> None:
    copy_data(house_seed, tmp_path)
    services = make_services(settings_of(tmp_path))
    inside = "https://169.254.169.254"
    services.platforms.add(
        NewPlatform(inside, "client", auth_url=f"{inside}/auth", token_url=f"{inside}/token", jwks_url=f"{inside}/keys")
    )
    (finding,) = examine_platforms(services.platforms)
    services.database.engine.dispose()
    assert (finding.level, finding.id) == ("problem", "connection-platform-refused")


# --- The Redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_a_redis_that_nobody_listens_to_is_told(redis: RedisServer) -> None:
    assert try_broker(redis.url, seconds=0.1) == "unheard"


def test_a_worker_that_takes_messages_is_heard(redis: RedisServer) -> None:
    with redis_client.Redis.from_url(redis.url) as client:
        worker = threading.Thread(target=client.blpop, args=(["traam:deliveries"], 10))
        worker.start()
        assert try_broker(redis.url, seconds=10) == "heard"
        worker.join()


def test_a_redis_that_is_not_there_is_silent() -> None:
    assert try_broker(f"redis://127.0.0.1:{free_port()}/0") == "silent"


def test_a_redis_that_wants_a_password_refuses(redis: RedisServer) -> None:
    with redis_client.Redis.from_url(redis.url) as client:
        client.config_set("requirepass", "secret")
    assert try_broker(redis.url) == "refuses"


def test_what_is_found_of_the_redis_is_said_in_plain_words(tmp_path: Path) -> None:
    address = SecretStr(f"redis://:secret@127.0.0.1:{free_port()}/0")
    settings = settings_of(tmp_path).model_copy(update={"delivery": "celery", "broker_url": address})
    (finding,) = examine_engines(settings)
    assert (finding.level, "does not answer" in finding.says) == ("problem", True)
    assert "secret" not in finding.says


# --- The bucket


@pytest.mark.parametrize(
    ("key", "said"), [("", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), ("key", "TRAAM_S3_ENDPOINT")]
)
def test_a_bucket_that_cannot_be_used_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, said: str
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, key) if key else monkeypatch.delenv(name, raising=False)
    there = {"blobs_url": "s3://traam/media", "s3_endpoint": f"http://127.0.0.1:{free_port()}"}
    (finding,) = examine_engines(settings_of(tmp_path).model_copy(update=there))
    assert (finding.level, said in finding.says) == ("problem", True), finding


def test_what_is_on_this_machine_is_not_called(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert settings.base_url == BASE
    assert list(examine_engines(settings)) == []
