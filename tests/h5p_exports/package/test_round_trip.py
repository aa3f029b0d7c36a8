from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from h5p_exports.errors import PackageRefused
from h5p_exports.package import Medium, read_package, write_package

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PARAMS = {"question": "<p>L’eau bout à 100 °C ?</p>", "correct": "true"}


def written(*media: str) -> bytes:
    file = io.BytesIO()
    write_package(
        file,
        title="L’eau",
        language="fr",
        library="H5P.TrueFalse 1.8",
        params=PARAMS,
        media=dict.fromkeys(media, PNG),
        dependencies=["H5P.Image 1.1"],
    )
    return file.getvalue()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "eau.h5p"
    path.write_bytes(written("images/b.png", "images/a.png"))

    with read_package(path) as package:
        assert (package.title, package.language, package.library) == ("L’eau", "fr", "H5P.TrueFalse 1.8")
        assert package.params == PARAMS
        assert package.media == (
            Medium("images/a.png", "image/png", len(PNG)),
            Medium("images/b.png", "image/png", len(PNG)),
        )
        with package.open("images/a.png") as file:
            assert file.read() == PNG


def test_the_same_content_makes_the_same_bytes() -> None:
    assert written("images/a.png", "images/b.png") == written("images/b.png", "images/a.png")


def test_a_written_package_has_files_alone_sorted() -> None:
    with ZipFile(io.BytesIO(written("images/b.png", "images/a.png"))) as archive:
        names = archive.namelist()

    assert names == sorted(names)
    assert not any(name.endswith("/") for name in names)


@pytest.mark.parametrize("name", ["../a.png", "/a.png", "images\\a.png", "a.svg", "a"])
def test_a_medium_that_no_reader_would_take_is_not_written(name: str) -> None:
    with pytest.raises(PackageRefused):
        written(name)
