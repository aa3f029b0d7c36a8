"""`traam h5p build`, `traam h5p convert` and `traam h5p accessibility`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from h5p_exports.package import read_package
from h5p_exports.profiles import load_profile
from lti_tool.cli import h5p
from tests.h5p_exports.build.samples import MEDIA

SCENARIOS = Path("activities/scenarios").absolute()
GOOD = "---\ntype: choix\ntitre: Capitales\n---\nLaquelle ?\n\n- [x] Dakar\n- [ ] Thiès\n"
PICTURE = "---\ntype: image\n---\n![{alt}](images/carte.png)\n"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(h5p.command, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def answer(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _ = run(*arguments, "--json")
    return status, json.loads(out)


def written(folder: Path, text: str, name: str = "exercice.md") -> Path:
    for path, data in MEDIA.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_a_text_becomes_a_package_that_lint_finds_valid(tmp_path: Path) -> None:
    source, target = written(tmp_path, GOOD), tmp_path / "a.h5p"

    status, made = answer("build", source, "-o", target, "--profile", "moodle-5.1")

    assert (status, made) == (
        0,
        {"file": str(target), "title": "Capitales", "library": "H5P.MultiChoice 1.16", "notices": []},
    )
    assert run("lint", target, *load_profile("moodle-5.1").libraries)[0] == 0


def test_the_same_text_makes_the_same_bytes(tmp_path: Path) -> None:
    source = written(tmp_path, GOOD)

    for name in ("a.h5p", "b.h5p"):
        run("build", source, "-o", tmp_path / name)

    assert (tmp_path / "a.h5p").read_bytes() == (tmp_path / "b.h5p").read_bytes()


def test_a_mistake_is_said_with_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    source, target = written(tmp_path, GOOD.replace("- [x] Dakar\n- [ ] Thiès\n", "")), tmp_path / "a.h5p"

    status, out = answer("build", source, "-o", target)
    _, _, said = run("build", source, "-o", target, "--language", "fr")

    assert (status, out["error"]["id"], out["error"]["line"]) == (1, "no-answers", 5)
    assert f"{source}:5: Il manque les réponses" in said
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".md"]


def test_what_is_left_out_of_a_bank_is_said_line_by_line(tmp_path: Path) -> None:
    source = written(tmp_path, "Oui ? {T}\n\nCombien ? {#4}\n", "banque.gift")

    _, made = answer("build", source, "-o", tmp_path / "a.h5p")

    assert [(notice["id"], notice["severity"], notice["line"]) for notice in made["notices"]] == [
        ("question-kind", "skipped", 3)
    ]


@pytest.mark.parametrize("folder", sorted(SCENARIOS.iterdir()), ids=lambda path: path.name)
def test_the_folder_of_an_activity_becomes_a_package(folder: Path, tmp_path: Path) -> None:
    status, made = answer("build", folder, "-o", tmp_path / "a.h5p", "--profile", "hub-1.28")

    assert status == 0
    with read_package(tmp_path / "a.h5p") as package:
        assert (package.library, package.title) == (made["library"], made["title"])


def test_a_profile_may_be_a_file(tmp_path: Path) -> None:
    profile = tmp_path / "site.toml"
    profile.write_text('core_api = "1.27"\n[libraries]\n"H5P.MultiChoice" = "1.14"\n')

    _, made = answer("build", written(tmp_path, GOOD), "-o", tmp_path / "a.h5p", "--profile", profile)

    assert made["library"] == "H5P.MultiChoice 1.14"


@pytest.mark.parametrize("profile", ["moodle-0.1", "absent.toml"])
def test_an_unknown_profile_is_named(profile: str, tmp_path: Path) -> None:
    status, out = answer("build", written(tmp_path, GOOD), "-o", tmp_path / "a.h5p", "--profile", profile)

    assert (status, out["error"]["id"]) == (1, "unknown-profile")
    assert "moodle-5.1" in out["error"]["message"]


def test_a_package_is_brought_to_other_versions_with_its_files(tmp_path: Path) -> None:
    series = f"---\ntype: série\ntitre: T\n---\n## Un {{choix}}\nLaquelle ?\n![Carte](images/carte.png)\n{GOOD[-29:]}"
    source, built, there = written(tmp_path, series), tmp_path / "a.h5p", tmp_path / "b.h5p"
    run("build", source, "-o", built, "--profile", "moodle-5.1")

    status, made = answer("convert", built, "-o", there, "--profile", "hub-1.28")

    assert (status, made) == (0, {"file": str(there), "library": "H5P.QuestionSet 1.21", "changed": True})
    with read_package(there) as package:
        assert [medium.path for medium in package.media] == ["images/carte.png"]


def test_what_cannot_be_converted_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    profile = tmp_path / "site.toml"
    profile.write_text('core_api = "1.27"\n[libraries]\n"H5P.Blanks" = "1.14"\n')
    run("build", written(tmp_path, GOOD), "-o", tmp_path / "a.h5p")

    status, out = answer("convert", tmp_path / "a.h5p", "-o", tmp_path / "b.h5p", "--profile", profile)

    assert (status, out["error"]["id"]) == (1, "not-in-profile")
    assert not (tmp_path / "b.h5p").exists()


def test_the_accessibility_report_says_what_to_mend(tmp_path: Path) -> None:
    run("build", written(tmp_path, PICTURE.format(alt="carte.png")), "-o", tmp_path / "a.h5p")

    status, out = answer("accessibility", tmp_path / "a.h5p", "--language", "fr")
    _, text, _ = run("accessibility", tmp_path / "a.h5p", "--language", "fr")

    (finding,) = out["findings"]
    assert (status, finding["id"], finding["criterion"], finding["where"]) == (
        1,
        "alternative-is-a-file-name",
        "1.1.1",
        "alt",
    )
    assert f"→ {finding['mend']}" in text


def test_a_package_that_everybody_can_use_ends_with_0(tmp_path: Path) -> None:
    run("build", written(tmp_path, PICTURE.format(alt="Carte de l’Afrique")), "-o", tmp_path / "a.h5p")

    assert answer("accessibility", tmp_path / "a.h5p") == (0, {"findings": []})


@pytest.mark.parametrize("command", ["accessibility", "convert"])
def test_a_file_that_is_no_package_is_refused_in_a_sentence(command: str, tmp_path: Path) -> None:
    target = ["-o", str(tmp_path / "b.h5p")] if command == "convert" else []

    status, _, said = run(command, written(tmp_path, GOOD), *target, "--language", "fr")

    assert status == 1
    assert "Le nom du fichier doit se terminer par .h5p." in said


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    status, _, said = run("build", written(tmp_path, GOOD), "-o", tmp_path / "absent" / "a.h5p")

    assert status == 1
    assert "No such file" in said
