"""The composition root: what it starts on, and what it refuses to start on."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from lti_tool.app import EXTENSION, Services, create_app, make_services
from lti_tool.app.secret_key import secret_key
from lti_tool.settings import Settings, SettingsRefused
from tests.support.house import BASE, House, settings_of

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def environment(house: House, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings of a house that is ready, as an operator gives them."""
    monkeypatch.setenv("TRAAM_DATA_DIR", str(house.services.settings.data_dir))
    monkeypatch.setenv("TRAAM_DATABASE_URL", house.services.settings.database_url)
    monkeypatch.setenv("TRAAM_BASE_URL", BASE)
    return monkeypatch


def test_the_app_starts_on_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TRAAM_SECRET_KEY", "k" * 32)
    app = create_app()
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}
    services: Services = app.extensions[EXTENSION]
    services.database.engine.dispose()


def test_a_web_worker_starts_without_what_only_the_command_line_needs(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TRAAM_LOG_FORMAT", "json")
    look = (
        "import sys, wsgi; heavy = {'alembic', 'rich', 'PIL', 'lti_tool.cli', 'lti_tool.demo_lms', 'celery', 'boto3'};"
        "print(*sorted(heavy & set(sys.modules)), 'structlog' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", look], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"


@pytest.mark.parametrize("secret", ["short", "k" * 31])
def test_a_short_secret_is_refused(secret: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TRAAM_SECRET_KEY", secret)
    with pytest.raises(SettingsRefused, match="at least 32 characters") as refusal:
        create_app()
    assert secret not in str(refusal.value)


def test_a_short_secret_is_refused_in_settings_made_by_hand() -> None:
    with pytest.raises(ValidationError):
        Settings(secret_key=SecretStr("short"))


def test_an_unknown_setting_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TRAAM_BASE_ULR", "https://activites.example")
    with pytest.raises(SettingsRefused, match="TRAAM_BASE_ULR"):
        create_app()


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_of_authorities_that_is_none_is_refused_by_name(
    content: str | None, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_text(content)
    environment.setenv("TRAAM_CA_FILE", str(file))
    with pytest.raises(SettingsRefused, match=r"TRAAM_CA_FILE.*authorities\.pem"):
        create_app()


def without_secret(folder: Path) -> Settings:
    return settings_of(folder).model_copy(update={"secret_key": SecretStr("")})


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = without_secret(tmp_path / "new")
    first = secret_key(settings)
    assert len(first) >= 32
    assert secret_key(settings) == first
    [file] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    settings = without_secret(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(secret_key, [settings] * 8))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("kept", ["", "\n", "short"])
def test_a_kept_secret_that_was_cut_short_is_refused(kept: str, tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text(kept)
    with pytest.raises(SettingsRefused, match=r"secret\.key"):
        make_services(without_secret(tmp_path))


def test_making_the_services_writes_no_row_and_calls_nobody(tmp_path: Path) -> None:
    services = make_services(settings_of(tmp_path))
    assert list(tmp_path.iterdir()) == []
    services.database.engine.dispose()


@pytest.mark.parametrize("path", ["/", "/healthz", "/lti/jwks"])
def test_the_pages_for_everyone_need_no_session(path: str, house: House) -> None:
    assert house.browser().get(path).status_code == 200


def test_no_page_of_a_session_is_kept_by_the_browser(house: House) -> None:
    assert house.launch().page.headers["Cache-Control"] == "no-store"


def test_the_addresses_that_administrators_copy_are_where_they_were(house: House) -> None:
    rules = {rule.rule for rule in house.app.url_map.iter_rules()}
    assert {
        "/lti/login",
        "/lti/launch",
        "/lti/jwks",
        "/lti/register/<invitation>",
        "/healthz",
        "/readyz",
        "/metrics",
    } <= rules
