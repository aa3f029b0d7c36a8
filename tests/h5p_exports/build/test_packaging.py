from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from h5p_exports.build import build_package, picture_size, true_false
from h5p_exports.errors import BuildRefused, UnknownProfile
from h5p_exports.lint import lint_package
from h5p_exports.package import read_package
from h5p_exports.profiles import load_profile, profile_names
from tests.h5p_exports.build.samples import BOOK, DRAFTS, MEDIA, PNG, RIVER


def test_the_same_source_gives_the_same_bytes() -> None:
    one, two = io.BytesIO(), io.BytesIO()

    build_package(BOOK, one, profile="moodle-5.1", media=MEDIA)
    build_package(BOOK, two, profile="moodle-5.1", media=dict(reversed(MEDIA.items())))

    assert one.getvalue() == two.getvalue()


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("name", DRAFTS)
def test_a_package_is_valid_where_its_libraries_are_installed(name: str, profile: str, tmp_path: Path) -> None:
    path = tmp_path / "exercice.h5p"
    used = {medium: data for medium, data in MEDIA.items() if medium in repr(DRAFTS[name])}

    build_package(DRAFTS[name], path, profile=profile, media=used)
    report = lint_package(path, installed=load_profile(profile).libraries)

    assert report.verdict.valid
    assert report.problems == ()


def test_a_package_lists_what_it_needs() -> None:
    target = io.BytesIO()

    build_package(BOOK, target, profile="moodle-5.1", media=MEDIA)

    with ZipFile(target) as archive:
        manifest = archive.read("h5p.json").decode()
    assert manifest.index('"H5P.InteractiveBook"') < manifest.index('"H5P.Column"')


def test_a_long_title_is_cut_where_h5p_wants_it() -> None:
    target = io.BytesIO()

    build_package(true_false("<p>?</p>", correct=True), target, profile="moodle-5.1", title="é" * 200)

    with read_package(target, filename="a.h5p") as package:
        assert package.title == "é" * 127


def test_a_picture_that_is_not_given_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "a.h5p"

    with pytest.raises(BuildRefused, match=r"missing-media.*images/carte.png"):
        build_package(DRAFTS["Image"], path, profile="moodle-5.1")
    assert not path.exists()


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(UnknownProfile):
        build_package(RIVER, io.BytesIO(), profile="moodle-0.1")


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, (2, 1)),
        (b"GIF89a\x10\x00\x20\x00", (16, 32)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20", (32, 16)),
        (PNG[:18], None),
        (b"\xff\xd8\xff\xda", None),
        (b"%PDF-1.7", None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_first_bytes(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size
