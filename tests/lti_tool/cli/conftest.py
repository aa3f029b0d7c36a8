"""`traam` in this process, on a data folder of its own."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main
from tests.support.databases import copy_data, database_of


@dataclass
class Shell:
    """An operator's shell: a data folder, and an environment of which nothing else leaks in."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TRAAM_DATA_DIR": str(self.folder),
            "TRAAM_DATABASE_URL": database_of(self.folder),
            "TRAAM_BASE_URL": "http://localhost:8000",
            **self.settings,
        }

    def traam(self, *arguments: str, stdin: bytes | str | None = None) -> Result:
        """Run a command; an exception that is not an exit is a bug, and is raised."""
        return CliRunner().invoke(main, arguments, input=stdin, env=self.environment, catch_exceptions=False)

    def good(self, *arguments: str, stdin: bytes | str | None = None) -> str:
        """What a command prints that succeeds, and says nothing on standard error."""
        done = self.traam(*arguments, stdin=stdin)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The document that a command prints with `--json`."""
        return json.loads(self.good(*arguments, "--json"))

    def bad(self, *arguments: str, status: int = 1) -> str:
        """What a command says that fails: on standard error, plainly."""
        done = self.traam(*arguments)
        assert done.exit_code == status, done.output
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def quiet_machine(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No setting of ours, and no log of a web service that another test has started in this process."""
    caplog.set_level(logging.WARNING)
    for name in [name for name in os.environ if name.startswith("TRAAM_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def shell(house_seed: Path, tmp_path: Path, quiet_machine: None) -> Shell:
    """A shell on a migrated database."""
    copy_data(house_seed, tmp_path / "var")
    return Shell(tmp_path / "var")


@pytest.fixture
def bare_shell(tmp_path: Path, quiet_machine: None) -> Shell:
    """A shell on a machine where nothing was done yet."""
    return Shell(tmp_path / "var")
