"""`traam admin`, `traam keys rotate`, and `traam platforms invite`, `merge` and `move`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from lti_tool.cli import main
from tests.support.administrator import Administrator
from tests.support.house import BASE, House

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `traam …` on the data of the house."""
    monkeypatch.setenv("TRAAM_BASE_URL", BASE)
    monkeypatch.setenv("TRAAM_DATA_DIR", str(house.services.settings.data_dir))
    monkeypatch.setenv("TRAAM_DATABASE_URL", house.services.settings.database_url)
    monkeypatch.setenv("TRAAM_SECRET_KEY", "s" * 40)

    def traam(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return traam


def last_word(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.split()[-1]


def test_the_sign_in_link_is_the_last_word(run: Run, house: House) -> None:
    link = last_word(run("admin", "link"))
    assert link.startswith(f"{BASE}/admin/sign-in/")
    assert Administrator(house.browser()).post(link.removeprefix(f"{BASE}/admin/")).status_code == 303


def test_the_invitation_is_the_last_word(run: Run, house: House) -> None:
    link = last_word(run("platforms", "invite", "--name", "Éléa Versailles", "--academie", "Versailles"))
    page = house.browser().get(link, base_url=BASE)
    assert "Éléa Versailles" in page.text
    (invitation,) = house.services.platforms.invitations.all()
    assert (invitation.academie, invitation.time_zone) == ("Versailles", "Europe/Paris")


@pytest.mark.parametrize("option", [("--academie", "Atlantide"), ("--time-zone", "Mars/Olympus"), ("--name", "")])
def test_an_invitation_that_cannot_be_is_refused(option: tuple[str, str], run: Run, house: House) -> None:
    assert run("platforms", "invite", "--name", "Éléa", *option).exit_code != 0
    assert house.services.platforms.invitations.all() == []


def test_a_rotation_prints_the_new_key(run: Run, house: House) -> None:
    kid = last_word(run("keys", "rotate"))
    assert house.services.platforms.tool_keys()[0].kid == kid
    assert house.services.platforms.signing_key().kid != kid
    now = json.loads(run("keys", "rotate", "--now", "--json").stdout)["kid"]
    states = {state.kid: state.state for state in house.services.platforms.keys.states()}
    assert (states[now], states[kid]) == ("signing", "retired")


def test_a_wrong_encryption_key_is_told_in_plain_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_KEY_ENCRYPTION_KEY", Fernet.generate_key().decode())
    assert run("db", "upgrade").exit_code == 0
    monkeypatch.setenv("TRAAM_KEY_ENCRYPTION_KEY", Fernet.generate_key().decode())
    for command in (("keys", "rotate"), ("keys", "show"), ("db", "upgrade")):
        result = run(*command)
        assert result.exit_code == 1
        assert "tool-keys-locked" in result.stderr
        assert "Traceback" not in result.output


def test_an_encryption_key_that_is_none_is_refused_at_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_KEY_ENCRYPTION_KEY", "pas-une-clé")
    result = run("keys", "show")
    assert result.exit_code == 1
    assert "TRAAM_KEY_ENCRYPTION_KEY" in result.stderr
    assert "pas-une-clé" not in result.output


def test_a_platform_is_moved_and_merged_by_number(run: Run, house: House) -> None:
    moved = run("platforms", "move", "1", "--issuer", "https://nouveau.example", "--json")
    assert json.loads(moved.stdout) == {"moved": [1], "issuer": "https://nouveau.example"}
    added = ["--issuer", "https://a.example", "--client-id", "c", "--deployment", "1", "--name", "Autre"]
    urls = [part for name in ("auth", "token", "jwks") for part in (f"--{name}-url", f"https://a.example/{name}")]
    assert run("platforms", "add", *added, *urls).exit_code == 0
    assert run("platforms", "merge", "1", "2").exit_code == 0
    (record,) = house.services.platforms.records.all()
    assert record.name == "Autre"


def test_a_merge_that_cannot_be_says_why(run: Run) -> None:
    result = run("platforms", "merge", "1", "99")
    assert result.exit_code == 1
    assert "platform-not-here" in result.stderr
