"""How the reference's PHP opens an archive: each rule was seen in it, and is not in the golden files."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from h5p_exports.package import check_package

MANIFEST = {
    "title": "Devinette",
    "language": "fr",
    "mainLibrary": "H5P.Devinette",
    "embedTypes": ["iframe"],
    "preloadedDependencies": [{"machineName": "H5P.Devinette", "majorVersion": 1, "minorVersion": 2}],
}


def errors(data: bytes) -> list[str]:
    verdict = check_package(BytesIO(data), installed=["H5P.Devinette 1.2"], filename="a.h5p")
    return [error.code for error in verdict.errors]


def package(*names: str, method: int = ZIP_STORED, **more: object) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        archive.writestr("h5p.json", json.dumps(MANIFEST | more))
        archive.writestr("content/content.json", "{}" + " " * 200_000)
        for name in names:
            info = ZipInfo("a")
            info.filename = name
            archive.writestr(info, b"")
    return file.getvalue()


def test_an_empty_file_is_an_archive_of_nothing() -> None:
    assert errors(b"") == ["invalid-content-folder", "invalid-h5p-json-file"]


@pytest.mark.parametrize(
    ("method", "expected"),
    [(ZIP_STORED, []), (ZIP_DEFLATED, []), (ZIP_BZIP2, []), (ZIP_LZMA, ["unable-to-read-package-file"])],
)
def test_what_is_packed_by_bzip2_is_read_and_by_lzma_is_not(method: int, expected: list[str]) -> None:
    assert errors(package(method=method)) == expected


def test_broken_bzip2_does_not_make_the_verdict_raise() -> None:
    data = package(method=ZIP_BZIP2)

    for at in range(data.find(b"BZh"), data.find(b"BZh") + 60):
        assert check_package(BytesIO(data[:at] + b"\xff" + data[at + 1 :])) is not None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # A NUL is a space, whatever comes after it.
        ("content/a.exe\0.png", []),
        ("content/a.png\0", ["not-in-whitelist"]),
        # In code page 437, a control character is a sign.
        ("content/\x01.png", []),
        ("content/a.png\x7f", ["not-in-whitelist"]),
    ],
)
def test_a_strange_name_is_read_as_libzip_reads_it(name: str, expected: list[str]) -> None:
    assert errors(package(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Bytes that have the shape of UTF-8 are let by, though they are no characters.
        (b"content/\xed\xa0\x80.png", []),
        (b"content/\xc0\x80\xc0.png", ["unable-to-unzip"]),
        (b"content/\xc3\xa9\x00\x00.png", []),
        (b"content/\xc3\xa9\x01\x01.png", ["unable-to-unzip"]),
    ],
)
def test_a_name_that_is_said_to_be_in_utf_8_must_have_its_shape(name: bytes, expected: list[str]) -> None:
    stand_in = "content/" + "é" + "x" * (len(name) - len(b"content/.png") - 2) + ".png"
    data = package(stand_in).replace(stand_in.encode(), name)

    assert errors(data) == expected


@pytest.mark.parametrize("core_api", [None, False, 0, "", "0", [], {}], ids=repr)
def test_an_empty_version_of_the_core_asks_for_none(core_api: object) -> None:
    assert errors(package(coreApi=core_api)) == []
