"""A progress bar where somebody watches long work, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from lti_tool.cli import h5p
from tests.lti_tool.cli.conftest import Shell
from tests.lti_tool.desk import BLANKS, h5p_file
from tests.support.servers import PROJECT, SCRIPTS


def test_no_bar_goes_into_a_file(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(h5p, "LONG_WORK", 0)
    path = tmp_path / "marche.h5p"
    path.write_bytes(h5p_file())
    shell.good("h5p", "import", str(path))  # Which says nothing on standard error.


@pytest.mark.parametrize("size", [0, 5_000_000])
def test_a_terminal_shows_a_bar_while_a_large_file_is_read(shell: Shell, tmp_path: Path, size: int) -> None:
    path = tmp_path / "marche.h5p"
    path.write_bytes(h5p_file(params=BLANKS, media={"files/notes.pdf": b"%PDF-" + os.urandom(size)} if size else {}))
    watcher, terminal = pty.openpty()
    done = subprocess.run(
        [SCRIPTS / "traam", "h5p", "import", path, "--json"],
        cwd=PROJECT,
        env={**os.environ, **shell.environment, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=True,
    )
    os.close(terminal)
    seen = all_of(watcher)
    assert b"Le march" in done.stdout
    assert (b"marche.h5p" in seen) == (size > 0)


def all_of(watcher: int) -> bytes:
    """What a terminal was sent: its other end is closed, so reading ends with an error."""
    seen = b""
    try:
        while piece := os.read(watcher, 4096):
            seen += piece
    except OSError:
        pass
    finally:
        os.close(watcher)
    return seen
