"""`traam h5p lint` and `traam h5p filter`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from lti_tool.cli import h5p

GOLDEN = Path("tests/golden").absolute()
CASES: list[dict[str, Any]] = json.loads((GOLDEN / "h5p_filter_a.json").read_text())
SOUND = str(GOLDEN / "h5p_packages_a" / "001_minimal.h5p")
LIBRARY = "H5P.Devinette 1.2"


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str]:
    result = CliRunner().invoke(h5p.command, list(arguments), input=stdin)
    return result.exit_code, result.stdout


def answers(data: bytes, *options: str) -> list[dict[str, Any]]:
    status, out = run("filter", *options, stdin=data)
    assert status == 0
    return [json.loads(line) for line in out.splitlines()]


def test_a_valid_package_is_said_to_be_so() -> None:
    assert run("lint", SOUND, "--installed", LIBRARY, "--json") == (
        0,
        '{"valid": true, "errors": [], "problems": []}\n',
    )


def test_libraries_may_follow_the_file() -> None:
    assert run("lint", SOUND, "H5P.Outils 1.0", LIBRARY)[0] == 0


def test_a_package_that_is_not_valid_ends_with_1_and_its_codes() -> None:
    status, out = run("lint", SOUND, "--json")

    assert status == 1
    assert [error["code"] for error in json.loads(out)["errors"]] == ["missing-main-library"]


def test_people_read_sentences_in_their_language(tmp_path: Path) -> None:
    path = tmp_path / "a.h5p"
    path.write_bytes(b"rien")

    assert "The archive is damaged" in run("lint", str(path))[1]
    assert "L’archive est abîmée" in run("lint", str(path), "--language", "fr")[1]


def test_a_name_in_a_package_does_not_drive_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a.h5p"
    with ZipFile(path, "w") as archive:
        archive.writestr("content/\x1b[2Ja.exe", b"")

    assert "\x1b" not in run("lint", str(path))[1]


def test_a_profile_stands_for_its_libraries() -> None:
    assert run("lint", SOUND, "--profile", "moodle-5.1")[0] == 1
    assert run("lint", SOUND, "--profile", "moodle-0")[0] == 2


def test_the_filter_answers_line_by_line() -> None:
    lines = b"".join(json.dumps(case).encode() + b"\n" for case in CASES)

    assert answers(lines, "--compatible") == [{"params": case["expected"]} for case in CASES]


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"null", "invalid-line"),
        (b"[]", "invalid-line"),
        (b'{"semantics": []}', "invalid-line"),
        (b'{"semantics": [], "params": {}, "libraries": []}', "invalid-line"),
        (b'{"semantics": 5, "params": {}}', "invalid-semantics"),
        (b'{"semantics": [{"type": 5}], "params": {}}', "invalid-semantics"),
        (b'{"semantics": [{"name": "a", "type": "image"}], "params": {"a": "b"}}', "reference-crash"),
        (b'{"semantics": [{"name": "a", "type": "number"}], "params": {"a": 1e999}}', "not-finite"),
    ],
)
def test_what_cannot_be_filtered_is_answered_with_an_error(line: bytes, id_: str) -> None:
    first, second = answers(line + b"\n" + json.dumps(CASES[0]).encode(), "--compatible")

    assert (first["error"]["id"], second["params"]) == (id_, CASES[0]["expected"])


@pytest.mark.parametrize(
    ("digits", "left"), [("9223372036854775807", 2**63 - 1), ("9223372036854775808", 2.0**63), ("9" * 5000, None)]
)
def test_a_whole_number_beyond_64_bits_is_a_float_as_in_php(digits: str, left: float | None) -> None:
    (answer,) = answers(b'{"semantics": [{"name": "a", "type": "boolean"}], "params": {"a": %s}}' % digits.encode())

    assert answer.get("params", {}).get("a") == left
    assert isinstance(answer.get("params", {}).get("a"), type(left))


@pytest.mark.parametrize("depth", [100, 300, 500, 700, 900, 1500])
def test_levels_without_end_are_answered_too(depth: int) -> None:
    field = b'{"semantics": [{"name": "g", "type": "group", "fields": []}], "params": {"g": %s}}'

    assert len(answers(field % (b"[" * depth + b"]" * depth), "--compatible")) == 1


def test_help_imports_neither_filter_nor_linter() -> None:
    code = "import sys, lti_tool.cli.h5p; sys.exit(any(name.startswith('h5p_exports') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
