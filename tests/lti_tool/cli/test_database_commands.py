"""The database as an operator meets it: made, missing, out of reach."""

from __future__ import annotations

import pytest

from lti_tool.schema import HEAD
from tests.lti_tool.cli.conftest import Shell


def test_before_the_first_upgrade_a_command_says_what_to_run(bare_shell: Shell) -> None:
    for command in (["activities", "list"], ["keys", "show"], ["platforms", "list"], ["grades", "list"]):
        assert "run `traam db upgrade`" in bare_shell.bad(*command)


def test_upgrade_makes_everything_and_again_changes_nothing(bare_shell: Shell) -> None:
    assert "database ready" in bare_shell.good("db", "upgrade")
    keys, activities = bare_shell.json("keys", "show"), bare_shell.json("activities", "list")
    assert bare_shell.json("db", "upgrade")["migration"] == HEAD
    assert bare_shell.json("keys", "show") == keys
    assert bare_shell.json("activities", "list") == activities


def test_the_first_upgrade_makes_the_data_folder_where_the_secret_is_a_setting(bare_shell: Shell) -> None:
    bare_shell.settings |= {
        "TRAAM_SECRET_KEY": "s" * 40,
        "TRAAM_DATA_DIR": str(bare_shell.folder / "not" / "yet"),
        "TRAAM_DATABASE_URL": "",
    }
    assert "database ready" in bare_shell.good("db", "upgrade")


def test_the_password_of_a_database_is_never_printed(bare_shell: Shell) -> None:
    bare_shell.settings["TRAAM_DATABASE_URL"] = "postgresql://traam:motdepasse@127.0.0.1:1/traam"
    assert "motdepasse" not in bare_shell.bad("db", "upgrade")


@pytest.mark.parametrize("url", ["n’importe quoi", "foo://bar", "sqlite:////nulle/part/traam.sqlite", "mysql://h/d"])
def test_a_database_that_cannot_be_used_is_named_plainly(bare_shell: Shell, url: str) -> None:
    bare_shell.settings["TRAAM_DATABASE_URL"] = url
    assert "database" in bare_shell.bad("activities", "list").lower()


def test_a_data_folder_that_is_a_file_is_named_plainly(bare_shell: Shell) -> None:
    bare_shell.folder.write_text("un fichier")
    said = bare_shell.bad("activities", "list")
    assert str(bare_shell.folder) in said
    assert "TRAAM_DATA_DIR" in said
