"""Reading a scenario's folder: what is accepted, and how what is wrong is said."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import strict_yaml
from activities.scenario import Record, ScenarioInvalid, load_scenario
from h5p_exports import scoring

GUIDE = Path(__file__).parents[2] / "docs" / "write-an-activity.md"

GOOD = """\
id: vrai-ou-faux
kind: h5p
title: Vrai ou faux
summary: Une question.
discipline: SES
niveaux: [seconde]
language: fr
licence: CC BY-SA 4.0
authors: [Une équipe]
h5p:
  library: H5P.TrueFalse 1.8
  params:
    question: <p>Le PIB mesure la production.</p>
    correct: "true"
"""


def load(folder: Path, text: str) -> ScenarioInvalid:
    (folder / "activity.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioInvalid) as caught:
        load_scenario(folder)
    return caught.value


def test_the_example_of_the_guide_is_a_whole_activity(tmp_path: Path) -> None:
    example = GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "activity.yaml").write_text(example, encoding="utf-8")
    settings = load_scenario(tmp_path).settings
    assert scoring.score(settings["library"], settings["params"], "true") == scoring.Score(1, 1, success=True)


def test_the_guide_names_every_key_of_the_record() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [key for key in Record.model_fields if f"`{key}`" not in guide] == []


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "activity.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "README.md").write_text("À propos", encoding="utf-8")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "carte.png").write_bytes(b"png")
    scenario = load_scenario(tmp_path)
    assert scenario.record.niveaux == ("seconde",)
    assert scenario.kind == "h5p"
    assert scenario.settings["params"]["correct"] == "true"
    assert scenario.media == (Path("images/carte.png"),)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("title: Vrai ou faux\n", "title: Un\ntitle: Deux\n", ("yaml-duplicate-key", 4, "title")),
        ("    correct:", "    question: Deux fois\n    correct:", ("yaml-duplicate-key", 14, "h5p.params.question")),
        ("authors: [Une équipe]", "authors: [&a Une, *a]", ("yaml-alias", 9, "authors[1]")),
        ("title: Vrai", "title: !!str Vrai", ("yaml-tag", 3, "title")),
        ("title: Vrai ou faux", "title: Vrai : faux", ("yaml-syntax", 3, "")),
        ("language: fr\n", "language: fr\nniveau: seconde\n", ("scenario-unknown-key", 8, "niveau")),
        ("id: vrai-ou-faux\n", "", ("scenario-missing-key", 1, "id")),
        ("kind: h5p\n", "", ("scenario-missing-key", 1, "kind")),
        ("h5p:\n", "chatbot:\n", ("scenario-missing-key", 1, "h5p")),
        ("id: vrai-ou-faux", "id: Vrai ou faux", ("scenario-wrong-value", 1, "id")),
        ("kind: h5p", "kind: title", ("scenario-wrong-value", 2, "kind")),
        ("title: Vrai ou faux", "title: 12", ("scenario-wrong-value", 3, "title")),
        ("niveaux: [seconde]", "niveaux: seconde", ("scenario-wrong-value", 6, "niveaux")),
        ("niveaux: [seconde]", "niveaux: [seconde, 1]", ("scenario-wrong-value", 6, "niveaux[1]")),
        ("authors: [Une équipe]", "authors: []", ("scenario-wrong-value", 9, "authors")),
        ("language: fr", "language: fr\nyear: '2025'", ("scenario-wrong-value", 8, "year")),
    ],
)
def test_a_mistake_is_named_with_its_line_and_its_key(
    tmp_path: Path, before: str, after: str, place: tuple[str, int, str]
) -> None:
    error = load(tmp_path, GOOD.replace(before, after, 1))
    assert (error.id, error.line, error.where) == place


def test_settings_that_are_not_a_mapping_are_refused(tmp_path: Path) -> None:
    error = load(tmp_path, GOOD.split("h5p:\n", maxsplit=1)[0] + "h5p: H5P.TrueFalse 1.8\n")
    assert (error.id, error.where) == ("scenario-wrong-value", "h5p")


@pytest.mark.parametrize("text", ["- a\n- b\n", "un mot"])
def test_a_file_that_is_not_a_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).id == "scenario-wrong-value"


def test_a_folder_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioInvalid, match="scenario-unreadable"):
        load_scenario(tmp_path)


def test_a_file_that_is_a_link_to_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(GOOD, encoding="utf-8")
    folder = tmp_path / "scenario"
    folder.mkdir()
    (folder / "activity.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(ScenarioInvalid, match="scenario-unreadable"):
        load_scenario(folder)


@pytest.mark.parametrize("name", ["images", "files/notes.txt"])
def test_a_medium_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "scenario"
    (folder / name).parent.mkdir(parents=True)
    (folder / "activity.yaml").write_text(GOOD, encoding="utf-8")
    (folder / name).symlink_to(tmp_path)
    with pytest.raises(ScenarioInvalid, match="scenario-medium-refused"):
        load_scenario(folder)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((word, word) for word in ("non", "oui", "on", "off", "y", "yes", "12:30", "2025-09-01", "1_000", "<<", "=")),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("012", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    value = strict_yaml.read(f"key: {written}\n".encode()).value
    assert value == {"key": meant}
    assert isinstance(value, dict)
    assert type(value["key"]) is type(meant)


@pytest.mark.parametrize(
    ("source", "id"),
    [
        (b"", "yaml-empty"),
        (b"# rien\n", "yaml-empty"),
        (b"a: 1\n---\nb: 2\n", "yaml-several-documents"),
        (b"a: \xe9\n", "yaml-not-utf8"),
        (b"a: \x00\n", "yaml-syntax"),
        (b'a: "\\0"\n', "yaml-control-character"),
        (b'a: "\\ud800"\n', "yaml-syntax"),
        (b"12: a\n", "yaml-key-not-text"),
        (b"? [a]\n: b\n", "yaml-key-not-text"),
        (b"a: .nan\n", "yaml-number"),
        (b"a: -.inf\n", "yaml-number"),
        (b"a: 1e999\n", "yaml-number"),
        (b"a: " + b"9" * 5000 + b"\n", "yaml-number"),
        (b"- " * 60 + b"a\n", "yaml-too-deep"),
        (b"[" * 60, "yaml-too-deep"),
        (b"[" * 100_000, "yaml-syntax"),
        (b"a: &a [*a]\n", "yaml-alias"),
        (b"a: !!python/name:os.system x\n", "yaml-tag"),
        (b"#" * (strict_yaml.LARGEST + 1), "yaml-too-large"),
    ],
)
def test_what_is_hostile_or_ambiguous_is_refused(source: bytes, id: str) -> None:
    with pytest.raises(strict_yaml.YamlRefused) as caught:
        strict_yaml.read(source)
    assert caught.value.id == id


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(source: bytes) -> None:
    with suppress(strict_yaml.YamlRefused):
        strict_yaml.read(source)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abcé"), inner),
        max_leaves=20,
    )
)
def test_json_reads_as_itself(value: object) -> None:
    assert strict_yaml.read(json.dumps(value, ensure_ascii=False).encode()).value == value
