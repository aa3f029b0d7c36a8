"""What `/metrics` and `/readyz` tell, and whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, text, update
from werkzeug.test import TestResponse

from lti_tool.app import create_app, make_services
from lti_tool.gradebook.models import deliveries
from lti_tool.platforms.models import tool_keys
from tests.lti_tool.desk import WORDS, desk_with, send
from tests.support.house import House, settings_of

TOKEN = "m" * 40


def ask(house: House, headers: dict[str, str] | None = None, address: str = "127.0.0.1") -> TestResponse:
    return house.browser().get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})


def figures(house: House) -> dict[str, float]:
    """The value of each series by its full name."""
    read = re.findall(r"^([a-z_]+(?:\{[^}]*\})?) ([0-9.e+-]+)$", ask(house).text, re.MULTILINE)
    return {name: float(value) for name, value in read}


def with_token(house: House, folder: Path) -> House:
    settings = settings_of(house.services.settings.data_dir).model_copy(update={"metrics_token": SecretStr(TOKEN)})
    return House(make_services(settings, http=house.http), house.lms, house.http)


def test_launches_are_counted_by_outcome(house: House) -> None:
    login = house.login()
    token = house.lms.id_token("3", "1", nonce=login.nonce)
    house.post_token(login, token)
    house.post_token(login, token)
    house.launch()
    counted = figures(house)
    assert counted['traam_launches_total{outcome="opened"}'] == 2
    assert counted['traam_launches_total{outcome="launch-replayed"}'] == 1


def test_a_refused_login_counts_as_a_launch_that_failed(house: House) -> None:
    house.browser().get("/lti/login?iss=https://unknown.example&login_hint=1&target_link_uri=x")
    [name] = [name for name in figures(house) if name.startswith("traam_launches_total")]
    assert "opened" not in name


def test_the_time_of_each_page_is_counted_and_unknown_addresses_are_one(house: House) -> None:
    house.browser().get("/healthz")
    for path in ("/wp-login.php", "/.env"):
        house.browser().get(path)
    counted = figures(house)
    assert counted['traam_request_seconds_count{endpoint="healthz"}'] == 1
    assert counted['traam_request_seconds_count{endpoint="none"}'] == 2


def test_the_outbox_is_told_by_state_and_platform(house: House) -> None:
    send(desk_with(house).open(), *WORDS, action="finish")
    platform = house.services.platforms.all()[0][0].id
    waiting = figures(house)
    assert waiting["traam_outbox_depth"] == 1
    assert waiting[f'traam_deliveries{{platform="{platform}",state="open"}}'] == 1
    assert 0 <= waiting["traam_outbox_oldest_seconds"] < 60
    with house.services.database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered"))
    assert figures(house)["traam_outbox_depth"] == 0


def test_no_person_and_no_secret_is_in_the_figures(house: House) -> None:
    visit = house.launch(overrides={"sub": "4711000815", "name": "Zoé Marqueterie"})
    visit.get("play")
    said = ask(house).text
    assert not any(secret in said for secret in ("4711000815", "Marqueterie", visit.secret))


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("203.0.113.7", {"Authorization": "Bearer "}),
        ("203.0.113.7", {"Authorization": f"Bearer {TOKEN}"}),
    ],
)
def test_nobody_else_reads_the_figures(address: str, headers: dict[str, str], house: House) -> None:
    assert ask(house, headers, address).status_code == 404


def test_the_token_opens_the_figures_to_another_machine(house: House, tmp_path: Path) -> None:
    guarded = with_token(house, tmp_path)
    assert ask(guarded, {"Authorization": f"Bearer {TOKEN}"}, "203.0.113.7").status_code == 200
    assert ask(guarded, {"Authorization": "Bearer é" + TOKEN}, "203.0.113.7").status_code == 404
    assert ask(guarded, {"Authorization": f"Bearer {TOKEN}x"}, "203.0.113.7").status_code == 404


def test_a_database_that_is_silent_is_a_figure(house: House) -> None:
    with house.services.database.write() as connection:
        connection.execute(text("ALTER TABLE grade_delivery RENAME TO gone"))
    assert figures(house)["traam_database_up"] == 0


def test_a_house_in_order_is_ready(house: House) -> None:
    answer = house.browser().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_a_database_of_another_release_is_not_ready(house: House) -> None:
    with house.services.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = house.browser().get("/readyz")
    assert (answer.status_code, answer.get_json()["missing"]) == (503, "schema")


def test_a_tool_without_its_key_is_not_ready(house: House) -> None:
    with house.services.database.write() as connection:
        connection.execute(delete(tool_keys))
    app = create_app(make_services(house.services.settings, http=house.http))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["missing"]) == (503, "key")
