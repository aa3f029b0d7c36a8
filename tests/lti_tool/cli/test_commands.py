"""Every command says what it did, for people and for machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import update

from lti_tool.cli import COMMANDS
from lti_tool.db import Database
from lti_tool.demo_lms import DemoConfig
from lti_tool.gradebook.models import deliveries
from lti_tool.platforms.models import registrations
from tests.lti_tool.cli.conftest import Shell
from tests.lti_tool.desk import desk_with, h5p_file, send
from tests.support.databases import engine_of
from tests.support.house import House
from tests.support.servers import free_port

PLATFORM = {
    "--issuer": "https://moodle.example.fr",
    "--client-id": "abc123",
    "--auth-url": "https://moodle.example.fr/mod/lti/auth.php",
    "--token-url": "https://moodle.example.fr/mod/lti/token.php",
    "--jwks-url": "https://moodle.example.fr/mod/lti/certs.php",
    "--deployment": "7",
}


def add(**changed: str) -> list[str]:
    """`platforms add` with some options changed: `auth_url="…"`."""
    options = PLATFORM | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return ["platforms", "add", *[part for option in options.items() for part in option]]


# --- traam


def test_help_lists_every_command(bare_shell: Shell) -> None:
    said = bare_shell.good("--help")
    for name, help_text in COMMANDS.items():
        assert re.search(rf"^  {name} ", said, re.MULTILINE)
        assert help_text.split(",")[0][:30] in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(bare_shell: Shell, name: str) -> None:
    assert "Usage:" in bare_shell.good(name, "--help")


def test_every_module_of_a_command_is_listed() -> None:
    folder = Path(__file__).parents[3] / "lti_tool" / "cli"
    parts = {"__init__", "common", "h5p_libraries", "h5p_make"}
    assert {path.stem for path in folder.glob("*.py")} - parts == set(COMMANDS)


def test_the_version_is_told(bare_shell: Shell) -> None:
    assert re.search(r"\d+\.\d+\.\d+", bare_shell.good("--version"))


def test_a_command_that_is_not_there_is_refused(bare_shell: Shell) -> None:
    assert "No such command 'cheat'" in bare_shell.bad("cheat", status=2)


@pytest.mark.parametrize("command", [["activities", "list"], ["doctor"], ["db", "upgrade"]])
def test_a_setting_that_is_not_known_is_refused(shell: Shell, command: list[str]) -> None:
    shell.settings["TRAAM_BASE_ULR"] = "https://activites.example.fr"
    done = shell.traam(*command)
    assert done.exit_code == 1
    assert "TRAAM_BASE_ULR" in done.output


def test_a_short_secret_is_refused(shell: Shell) -> None:
    shell.settings["TRAAM_SECRET_KEY"] = "court"
    said = shell.bad("activities", "list")
    assert "TRAAM_SECRET_KEY" in said
    assert "32" in said


# --- Platforms


def test_a_platform_is_added_and_listed(shell: Shell) -> None:
    made = json.loads(shell.good(*add(name="Moodle"), "--json"))
    assert made == {"id": made["id"], "issuer": "https://moodle.example.fr", "client_id": "abc123", "deployment": "7"}
    (listed,) = shell.json("platforms", "list")
    assert listed == {
        "id": made["id"],
        "name": "Moodle",
        "issuer": "https://moodle.example.fr",
        "client_id": "abc123",
        "auth_url": PLATFORM["--auth-url"],
        "token_url": PLATFORM["--token-url"],
        "jwks_url": PLATFORM["--jwks-url"],
        "active": True,
        "deployments": ["7"],
    }
    assert "Moodle" in shell.good("platforms", "list")


def test_adding_again_updates(shell: Shell) -> None:
    shell.good(*add(name="Moodle"))
    shell.good(*add(auth_url="https://moodle.example.fr/nouveau", deployment="8"))
    (listed,) = shell.json("platforms", "list")
    assert (listed["name"], listed["auth_url"]) == ("Moodle", "https://moodle.example.fr/nouveau")
    assert listed["deployments"] == ["7", "8"]


def test_two_tools_of_one_moodle_are_two_platforms(shell: Shell) -> None:
    shell.good(*add())
    shell.good(*add(client_id="def456"))
    assert [listed["client_id"] for listed in shell.json("platforms", "list")] == ["abc123", "def456"]


@pytest.mark.parametrize("option", ["auth_url", "token_url", "jwks_url"])
@pytest.mark.parametrize(
    "url",
    ["", "moodle.example.fr", "ftp://a/b", "https://", "https://h:port/", "https://a@b/", "https://a/#b", "a\x7f:"],
)
def test_an_address_that_cannot_be_called_is_refused(shell: Shell, option: str, url: str) -> None:
    said = shell.bad(*add(**{option: url}), status=2)
    assert f"--{option.replace('_', '-')}" in said
    assert shell.json("platforms", "list") == []


@pytest.mark.parametrize("option", ["issuer", "client_id", "deployment", "name"])
@pytest.mark.parametrize("value", ["", "x" * 256, "a\ud800"])
def test_an_identifier_of_another_shape_is_refused(shell: Shell, option: str, value: str) -> None:
    assert f"--{option.replace('_', '-')}" in shell.bad(*add(**{option: value}), status=2)


def test_an_option_that_is_missing_is_named(shell: Shell) -> None:
    assert "--client-id" in shell.bad("platforms", "add", "--issuer", "https://moodle.example.fr", status=2)


def test_no_platform_yet_is_told(shell: Shell) -> None:
    assert "no platform yet" in shell.good("platforms", "list")


# --- Keys and activities


def test_keys_are_shown_without_their_private_part(shell: Shell) -> None:
    (key,) = shell.json("keys", "show")["keys"]
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
    said = shell.good("keys", "show")
    assert "http://localhost:8000/lti/jwks" in said
    assert "BEGIN PUBLIC KEY" in said
    assert "PRIVATE" not in said


def test_activities_are_listed_with_what_to_paste(shell: Shell) -> None:
    listed = shell.json("activities", "list")
    assert listed
    for line in listed:
        assert set(line) == {"slug", "title", "kind", "custom"}
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", line["custom"])
    said = shell.good("activities", "list")
    assert all(f"activity={line['custom']}" in said for line in listed)


# --- Grades


@pytest.fixture
def graded(house: House, quiet_machine: None) -> Shell:
    """A house where a pupil has handed in, and the shell of its operator."""
    send(desk_with(house).open(), "offre", action="finish")
    return Shell(house.services.settings.data_dir)


def set_state(shell: Shell, state: str, reason: str = "grade-refused") -> None:
    database = Database(engine_of(shell.folder))
    with database.write() as connection:
        connection.execute(update(deliveries).values(state=state, reason=reason, tries=3))
    database.engine.dispose()


def test_grades_are_listed_without_names(graded: Shell) -> None:
    (line,) = graded.json("grades", "list")
    assert (line["state"], line["score"], line["maximum"], line["tries"]) == ("open", 1.0, 2.0, 0)
    assert "1/2" in graded.good("grades", "list")
    assert graded.json("grades", "list", "--state", "delivered") == []


@pytest.mark.parametrize("state", ["refused", "parked"])
def test_a_grade_that_was_given_up_is_sent_again(graded: Shell, state: str) -> None:
    set_state(graded, state)
    assert graded.json("grades", "list", "--state", state)[0]["reason"] == "grade-refused"
    assert graded.json("grades", "retry") == {"retried": 1}
    (line,) = graded.json("grades", "list")
    assert (line["state"], line["tries"]) == ("open", 0)


def test_only_the_grades_named_are_sent_again(graded: Shell) -> None:
    set_state(graded, "refused")
    (line,) = graded.json("grades", "list")
    assert "0 grades" in graded.good("grades", "retry", str(line["id"] + 1))
    assert "1 grade will" in graded.good("grades", "retry", str(line["id"]))


def test_the_columns_of_a_platform_that_is_switched_off_stay_unread(graded: Shell) -> None:
    set_state(graded, "delivered")
    database = Database(engine_of(graded.folder))
    with database.write() as connection:
        connection.execute(update(registrations).values(active=False))
    database.engine.dispose()
    figures = json.loads(graded.traam("grades", "reconcile", "--json").stdout)
    assert {name: count for name, count in figures.items() if count} == {"columns": 1, "unread": 1}
    assert "1  columns that the platform did not show" in graded.traam("grades", "reconcile").stdout


def test_a_platform_that_is_not_there_has_no_grades_to_compare(graded: Shell) -> None:
    assert "platform" in graded.bad("grades", "reconcile", "--platform", "99")


def test_a_column_known_to_be_deleted_is_made_anew_on_request(graded: Shell) -> None:
    set_state(graded, "refused", reason="grade-column-gone")
    assert graded.json("grades", "reconcile")["recreated"] == 0
    assert graded.json("grades", "reconcile", "--recreate")["recreated"] == 1
    assert graded.json("grades", "list")[0]["state"] == "open"


@pytest.mark.parametrize("id", ["x", "0", "9" * 30])
def test_a_number_that_no_grade_has_is_refused(graded: Shell, id: str) -> None:
    assert "IDS" in graded.bad("grades", "retry", id, status=2)


# --- Importing


def imported(folder: Path, data: bytes, name: str = "marche.h5p") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_an_h5p_file_becomes_an_activity_for_every_course(shell: Shell, tmp_path: Path) -> None:
    made = shell.json("h5p", "import", imported(tmp_path, h5p_file()))
    assert (made["title"], made["kind"]) == ("Le marché", "h5p")
    assert made in shell.json("activities", "list")


def test_the_same_file_twice_is_the_same_activity(shell: Shell, tmp_path: Path) -> None:
    path = imported(tmp_path, h5p_file())
    first = shell.json("h5p", "import", path)
    assert first["custom"] in shell.good("h5p", "import", path)
    assert len([line for line in shell.json("activities", "list") if line["title"] == "Le marché"]) == 1


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "vide.h5p", "unable-to-unzip"),
        (h5p_file(), "marche.zip", "missing-h5p-extension"),
        (h5p_file("H5P.Blanks 1.14", {"questions": ["<p>Rien</p>"]}), "rien.h5p", "h5p-nothing-to-answer"),
    ],
)
def test_a_bad_file_is_refused_plainly(shell: Shell, tmp_path: Path, data: bytes, name: str, error: str) -> None:
    before = shell.json("activities", "list")
    said = shell.bad("h5p", "import", imported(tmp_path, data, name))
    assert error in said
    assert "Rien n’a été enregistré" in said
    assert shell.json("activities", "list") == before


def test_a_file_that_is_not_there_is_refused_plainly(shell: Shell, tmp_path: Path) -> None:
    assert "does not exist" in shell.bad("h5p", "import", str(tmp_path / "absent.h5p"), status=2)
    assert "directory" in shell.bad("h5p", "import", str(tmp_path), status=2)


# --- The doctor


def findings(shell: Shell, *, status: int) -> dict[str, list[str]]:
    done = shell.traam("doctor", "--json")
    assert done.exit_code == status, done.output
    levels: dict[str, list[str]] = {"ok": [], "warning": [], "problem": []}
    for finding in json.loads(done.stdout):
        levels[finding["level"]].append(finding["says"])
    return levels


def test_a_good_house_has_no_problem(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its platform is made up: nobody answers there.
    monkeypatch.setattr("lti_tool.cli.doctor.examine_platforms", lambda _platforms: iter(()))
    shell.good(*add())
    assert findings(shell, status=0)["problem"] == []
    assert "✓ the database answers" in shell.good("doctor")


def test_the_doctor_changes_nothing_where_nothing_is(bare_shell: Shell) -> None:
    (problem,) = findings(bare_shell, status=1)["problem"]
    assert "run `traam db upgrade`" in problem
    assert not bare_shell.folder.exists()


def test_a_missing_migration_is_a_problem(bare_shell: Shell) -> None:
    bare_shell.folder.mkdir()
    (problem,) = findings(bare_shell, status=1)["problem"]
    assert "run `traam db upgrade`" in problem


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TRAAM_BASE_URL", "http://activites.example.invalid", "not https"),
        ("TRAAM_BASE_URL", "https://activites.example.invalid/chemin", "TRAAM_BASE_URL"),
        ("TRAAM_DELIVERY", "off", "no grade is sent"),
        ("TRAAM_DELIVERY", "sometimes", "TRAAM_DELIVERY"),
        ("TRAAM_SECRET_KEY", "court", "TRAAM_SECRET_KEY"),
        ("TRAAM_DATABASE_URL", "foo://bar", "TRAAM_DATABASE_URL"),
        ("TRAAM_DATABASE_URL", "sqlite:////nulle/part/x.sqlite", "does not answer"),
        ("TRAAM_CA_FILE", "/nulle/part.pem", "TRAAM_CA_FILE"),
        ("TRAAM_TYPO", "1", "TRAAM_TYPO"),
    ],
)
def test_what_is_misconfigured_is_a_problem(shell: Shell, name: str, value: str, said: str) -> None:
    shell.settings[name] = value
    assert said in " ".join(findings(shell, status=1)["problem"])


def test_a_data_folder_that_is_a_file_is_a_problem(bare_shell: Shell) -> None:
    bare_shell.folder.write_text("un fichier")
    (problem,) = findings(bare_shell, status=1)["problem"]
    assert "is not a folder" in problem


def test_a_platform_of_this_machine_is_a_problem_for_a_public_tool(shell: Shell) -> None:
    demo = DemoConfig()
    shell.good(*add(issuer=demo.base_url, auth_url=demo.auth_url, token_url=demo.token_url, jwks_url=demo.jwks_url))
    assert findings(shell, status=0)["problem"] == []
    shell.settings["TRAAM_BASE_URL"] = "https://activites.example.invalid"
    assert "on this machine" in " ".join(findings(shell, status=1)["problem"])


def test_a_platform_without_https_is_a_problem(shell: Shell) -> None:
    shell.good(*add(jwks_url="http://moodle.example.fr/certs"))
    assert "https" in " ".join(findings(shell, status=1)["problem"])


def test_a_platform_that_does_not_answer_is_worth_a_warning(shell: Shell) -> None:
    demo = DemoConfig(base_url=f"http://127.0.0.1:{free_port()}")
    shell.good(*add(issuer=demo.base_url, auth_url=demo.auth_url, token_url=demo.token_url, jwks_url=demo.jwks_url))
    assert any("does not answer" in warning for warning in findings(shell, status=0)["warning"])


def test_no_platform_is_worth_a_warning(shell: Shell) -> None:
    assert any("no platform" in warning for warning in findings(shell, status=0)["warning"])


def test_grades_that_are_stuck_are_worth_a_warning(graded: Shell) -> None:
    set_state(graded, "refused")
    assert any("traam grades list" in warning for warning in findings(graded, status=0)["warning"])


# --- The demo


def test_the_demo_refuses_a_public_address(shell: Shell) -> None:
    shell.settings["TRAAM_BASE_URL"] = "https://activites.example.fr"
    assert "on this machine" in shell.bad("demo")


@pytest.mark.parametrize("port", ["0", "-1", "65536", "x"])
def test_the_demo_refuses_a_port_that_is_none(shell: Shell, port: str) -> None:
    assert "--lms-port" in shell.bad("demo", "--lms-port", port, status=2)
