"""`traam h5p libraries`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import tomllib
from pathlib import Path

import pytest

from lti_tool.cli import h5p_libraries
from tests.lti_tool.cli.conftest import Shell
from tests.lti_tool.cli.test_progress import all_of
from tests.lti_tool.libraries.fake_hub import FakeHub
from tests.support.h5p_libraries import Files, library, library_package
from tests.support.servers import PROJECT, SCRIPTS

FONT = library("Font 4.5", patch=4)
TOY = library("H5P.Toy 1.2", "Font 4.5", patch=7, runnable=1)
POISONED = library("Font 4.5", patch=4, files={"js/toy.js": b"steal()"})
LOCK = "h5p-libs.lock"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return packed(tmp_path / "pack.h5p", TOY, FONT)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """The hub behind the door, with one content type."""
    acted = FakeHub({"H5P.Toy": library_package(TOY, FONT)})
    monkeypatch.setattr(h5p_libraries, "open_door", lambda _settings: acted)
    return acted


def packed(path: Path, *libraries: Files) -> Path:
    path.write_bytes(library_package(*libraries))
    return path


def pins(path: Path) -> dict[str, str]:
    return tomllib.loads(path.read_text())


def test_a_file_is_installed_and_what_is_installed_is_listed(shell: Shell, pack: Path) -> None:
    out = shell.good("h5p", "libraries", "install", str(pack))
    assert out.splitlines() == [str(pack), "    installed Font 4.5.4", "    installed H5P.Toy 1.2.7"]

    listed = shell.json("h5p", "libraries", "list")
    assert [(line["name"], line["version"], line["runnable"], line["source"]) for line in listed] == [
        ("Font", "4.5.4", False, "pack.h5p"),
        ("H5P.Toy", "1.2.7", True, "pack.h5p"),
    ]
    assert f"sha256:{listed[0]['sha256']}" in shell.good("h5p", "libraries", "list")


def test_nothing_installed_says_what_to_do(shell: Shell) -> None:
    assert "install --help" in shell.good("h5p", "libraries", "list")
    assert shell.json("h5p", "libraries", "list") == []


def test_what_is_here_and_what_is_older_is_told(shell: Shell, tmp_path: Path, pack: Path) -> None:
    shell.good("h5p", "libraries", "install", str(packed(tmp_path / "new.h5p", library("Font 4.5", patch=5))))
    told = shell.json("h5p", "libraries", "install", str(pack), str(pack))
    assert told == [
        {"package": str(pack), "installed": ["H5P.Toy 1.2.7"], "same": [], "older": ["Font 4.5.4"]},
        {"package": str(pack), "installed": [], "same": ["H5P.Toy 1.2.7"], "older": ["Font 4.5.4"]},
    ]


def test_a_poisoned_library_is_refused_in_plain_words(shell: Shell, tmp_path: Path, pack: Path) -> None:
    shell.good("h5p", "libraries", "install", str(pack))
    said = shell.bad("h5p", "libraries", "install", str(packed(tmp_path / "bad.h5p", POISONED)), "--lock", "other")
    assert "h5p-library-poisoned" in said
    assert "Font 4.5.4" in said


def test_what_was_installed_before_a_refusal_is_told_in_json_too(shell: Shell, tmp_path: Path, pack: Path) -> None:
    bad = packed(tmp_path / "bad.h5p", POISONED)
    done = shell.traam("h5p", "libraries", "install", str(pack), str(bad), "--json")
    assert (done.exit_code, [line["package"] for line in json.loads(done.stdout)]) == (1, [str(pack)])
    assert "h5p-library-poisoned" in done.stderr


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_file_whose_name_is_not_utf_8_is_installed(shell: Shell, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = packed(tmp_path / os.fsdecode(b"caf\xe9.h5p"), FONT)
    shell.good("h5p", "libraries", "install", str(file), *options)
    assert [line["source"] for line in shell.json("h5p", "libraries", "list")] == ["caf\ufffd.h5p"]


def test_what_is_installed_is_pinned_in_the_data_folder(shell: Shell, pack: Path) -> None:
    shell.good("h5p", "libraries", "install", str(pack))
    listed = shell.json("h5p", "libraries", "list")
    assert pins(shell.folder / LOCK) == {
        f"{line['name']} {line['version']}": f"sha256:{line['sha256']}" for line in listed
    }


def test_what_is_pinned_is_held_to_where_nothing_is_installed_yet(shell: Shell, tmp_path: Path, pack: Path) -> None:
    shell.good("h5p", "libraries", "install", str(pack))
    shell.good("h5p", "libraries", "remove", "H5P.Toy 1.2")
    shell.good("h5p", "libraries", "remove", "Font 4.5")

    assert "h5p-library-not-as-locked" in shell.bad(
        "h5p", "libraries", "install", str(packed(tmp_path / "bad.h5p", POISONED))
    )
    assert shell.json("h5p", "libraries", "list") == []


def test_locked_takes_what_is_pinned_and_nothing_else(shell: Shell, tmp_path: Path, pack: Path) -> None:
    lock = tmp_path / "site.lock"
    shell.good("h5p", "libraries", "install", str(packed(tmp_path / "font.h5p", FONT)), "--lock", str(lock))
    before = lock.read_bytes()
    options = ("--lock", str(lock), "--locked")

    shell.good("h5p", "libraries", "install", str(tmp_path / "font.h5p"), *options)
    assert "h5p-library-not-locked" in shell.bad("h5p", "libraries", "install", str(pack), *options)

    assert lock.read_bytes() == before
    assert not (shell.folder / LOCK).exists()
    assert len(shell.json("h5p", "libraries", "list")) == 1


def test_a_content_type_comes_from_the_hub(shell: Shell, hub: FakeHub) -> None:
    out = shell.good("h5p", "libraries", "install", "--hub", "H5P.Toy", "--profile", "hub-1.28")
    assert out.splitlines()[0] == "H5P.Toy"
    assert hub.called[-1] == "GET https://hub-api.h5p.org/v1/content-types/H5P.Toy"
    assert {line["source"] for line in shell.json("h5p", "libraries", "list")} == {"https://hub-api.h5p.org"}
    assert len(pins(shell.folder / LOCK)) == 2


def test_a_hub_that_sends_another_package_than_it_was_asked_for_is_refused(shell: Shell, hub: FakeHub) -> None:
    hub.packages["H5P.Toy"] = library_package(FONT)
    assert "h5p-library-not-in-package" in shell.bad("h5p", "libraries", "install", "--hub", "H5P.Toy")
    assert not (shell.folder / LOCK).exists()


def test_a_hub_that_is_silent_is_said_so(shell: Shell, hub: FakeHub) -> None:
    hub.silent = True
    said = shell.bad("h5p", "libraries", "install", "--hub", "H5P.Toy")
    assert "hub-slow" in said
    assert "api.h5p.org" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["install"], "--hub"),
        (["install", "--hub", "H5P.Toy", "--profile", "none"], "none"),
        (["remove", "H5P.Toy"], "H5P.Timeline 1.1"),
    ],
)
def test_a_command_that_means_nothing_is_a_mistake_of_use(shell: Shell, arguments: list[str], told: str) -> None:
    assert told in shell.bad("h5p", "libraries", *arguments, status=2)


def test_what_another_library_needs_is_not_removed(shell: Shell, pack: Path) -> None:
    shell.good("h5p", "libraries", "install", str(pack))
    said = shell.bad("h5p", "libraries", "remove", "Font 4.5")
    assert "h5p-library-in-use" in said
    assert "H5P.Toy 1.2" in said


def test_a_bad_copy_that_is_needed_can_be_replaced_by_the_genuine_one(shell: Shell, tmp_path: Path, pack: Path) -> None:
    shell.good("h5p", "libraries", "install", str(packed(tmp_path / "bad.h5p", TOY, POISONED)))
    assert "h5p-library-in-use" in shell.bad("h5p", "libraries", "remove", "Font 4.5")

    shell.good("h5p", "libraries", "remove", "Font 4.5", "--force")
    (shell.folder / LOCK).unlink()

    assert shell.json("h5p", "libraries", "install", str(pack))[0]["installed"] == ["Font 4.5.4"]


def test_a_terminal_shows_a_bar_while_files_are_stored(shell: Shell, pack: Path) -> None:
    watcher, terminal = pty.openpty()
    done = subprocess.run(
        [SCRIPTS / "traam", "h5p", "libraries", "install", pack],
        cwd=PROJECT,
        env={**os.environ, **shell.environment, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=True,
    )
    os.close(terminal)
    assert b"H5P.Toy 1.2.7" in done.stdout
    assert b"pack.h5p" in all_of(watcher)
