from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from h5p_exports.errors import PackageRefused, UnknownProfile
from h5p_exports.profiles import learn_profile, load_profile, profile_names
from tests.h5p_exports.package.hostile import MANIFEST, package


def library(name: str, minor: int, *, core: int | None = None, needs: tuple[str, int] | None = None) -> bytes:
    data: dict[str, object] = {"machineName": name, "majorVersion": 1, "minorVersion": minor}
    if core is not None:
        data["coreApi"] = {"majorVersion": 1, "minorVersion": core}
    if needs is not None:
        data["preloadedDependencies"] = [{"machineName": needs[0], "majorVersion": 1, "minorVersion": needs[1]}]
    return json.dumps(data).encode()


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_that_comes_along_knows_the_common_types(name: str) -> None:
    profile = load_profile(name)

    assert profile.library("H5P.MultiChoice") == "H5P.MultiChoice 1.16"
    assert profile.library("H5P.Blanks") in profile.libraries
    assert profile.library("H5P.Unheard") is None


def test_the_two_lines_differ() -> None:
    moodle, hub = load_profile("moodle-5.1"), load_profile("hub-1.28")

    assert (moodle.core_api, hub.core_api) == ((1, 27), (1, 28))
    assert moodle.library("H5P.QuestionSet") == "H5P.QuestionSet 1.20"
    assert hub.library("H5P.QuestionSet") == "H5P.QuestionSet 1.21"


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(UnknownProfile, match="moodle-1"):
        load_profile("moodle-1.0")


@pytest.mark.parametrize("text", ["", "core_api = 1", 'core_api = "1.27"\n[libraries]\na = "x"', "\x00"])
def test_a_file_that_is_no_profile_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(text)

    with pytest.raises(UnknownProfile):
        load_profile(path)


def test_a_profile_is_learnt_from_what_a_site_exports(tmp_path: Path) -> None:
    data = package(
        {
            "H5P.TrueFalse-1.8/library.json": library("H5P.TrueFalse", 8, core=27, needs=("H5P.Question", 5)),
            "H5P.JoubelUI-1.3/library.json": library("H5P.JoubelUI", 3, core=19),
        }
    )

    profile = learn_profile(io.BytesIO(data), name="elea")

    assert profile.core_api == (1, 27)
    assert profile.libraries == ("H5P.JoubelUI 1.3", "H5P.Question 1.5", "H5P.TrueFalse 1.8")
    path = tmp_path / "elea.toml"
    path.write_text(profile.to_toml())
    assert load_profile(path) == profile


def test_of_two_versions_the_higher_one_is_learnt() -> None:
    data = package({f"H5P.TrueFalse-1.{minor}/library.json": library("H5P.TrueFalse", minor) for minor in (9, 10)})

    assert learn_profile(io.BytesIO(data), name="site").library("H5P.TrueFalse") == "H5P.TrueFalse 1.10"


def test_a_content_only_package_tells_what_it_needs() -> None:
    assert learn_profile(io.BytesIO(package()), name="site").libraries == ("H5P.TrueFalse 1.8",)


@pytest.mark.parametrize("data", [b"", package(manifest=MANIFEST | {"title": ""}), package({"a/library.json": b"{"})])
def test_what_is_no_package_teaches_nothing(data: bytes) -> None:
    with pytest.raises(PackageRefused):
        learn_profile(io.BytesIO(data), name="site")
