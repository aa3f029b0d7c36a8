"""One hostile sample per rule."""

from __future__ import annotations

import io
import stat
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import PackageRefused
from h5p_exports.package import Limits, read_package
from tests.h5p_exports.package.hostile import (
    MANIFEST,
    PNG,
    entry,
    package,
    with_declared_size,
    with_flag,
    with_shared_bytes,
)


def refusal(data: bytes, *, filename: str = "a.h5p", limits: Limits | None = None) -> PackageRefused:
    with pytest.raises(PackageRefused) as caught, read_package(io.BytesIO(data), filename=filename, limits=limits):
        pass
    return caught.value


def test_a_package_in_order_is_let_in() -> None:
    with read_package(io.BytesIO(package({"content/images/été.png": PNG}))) as content:
        assert content.library == "H5P.TrueFalse 1.8"
        assert [medium.path for medium in content.media] == ["images/été.png"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "content/../../evil.png",
        "content/..",
        "/etc/passwd.txt",
        "C:/evil.png",
        "c:evil.png",
        "content\\..\\evil.png",
        "content//a.png",
        "content/./a.png",
        "content/a\x00.png",
        "content/a\n.png",
        "content/a\x7f.png",
        "a" * 2000,
    ],
    ids=repr,
)
def test_an_entry_that_could_land_elsewhere_is_refused(name: str) -> None:
    assert refusal(package({entry(name): PNG})).id == "zip-slip"


def test_a_name_that_is_not_utf_8_is_refused() -> None:
    data = package({"content/aa.png": PNG}).replace(b"content/aa.png", b"content/\xe9\n.png")

    error = refusal(data)

    assert error.id == "zip-slip"
    assert "\n" not in str(error.params["name"])


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_an_entry_that_is_no_file_is_refused(kind: int) -> None:
    data = package({entry("content/a.png", external_attr=(kind | 0o777) << 16, create_system=3): b"/etc/passwd"})

    assert refusal(data).id == "special-entry"


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_an_encrypted_entry_is_refused(flag: int) -> None:
    assert refusal(with_flag(package({"content/a.png": PNG}), "content/a.png", flag)).id == "encrypted-entry"


@pytest.mark.parametrize("other", ["content/A.PNG", "Content/a.png", "content/a.png/", "content/ſ.png"])
def test_two_names_that_some_disk_takes_for_one_are_refused(other: str) -> None:
    twin = "content/s.png" if "ſ" in other else "content/a.png"

    assert refusal(package({twin: PNG, other: b""})).id == "duplicate-entry"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused() -> None:
    assert refusal(package({"h5p.json": b"{}"})).id == "duplicate-entry"


def test_entries_that_share_their_bytes_are_refused() -> None:
    data = with_shared_bytes(package({"content/a.png": PNG, "content/b.png": PNG}), "content/b.png", "content/a.png")

    assert refusal(data).id == "overlapping-entries"


def test_too_many_entries_are_refused() -> None:
    data = package({f"H5P.X-1.0/{number}.js": b"" for number in range(50)})

    assert refusal(data, limits=Limits(entries=51)).id == "too-many-entries"


def test_a_directory_that_would_fill_the_memory_is_refused_unread() -> None:
    data = package({entry(f"content/{number}.png", comment=b"x" * 5000): b"" for number in range(9)})

    assert refusal(data, limits=Limits(entries=12)).id == "too-many-entries"


def test_a_bomb_is_refused() -> None:
    data = package({"content/a.txt": bytes(range(1, 2)) * 5_000_000})

    assert refusal(data).id == "zip-bomb"


def test_a_file_too_large_is_refused() -> None:
    data = package({"content/a.txt": b"a" * 2000})

    assert refusal(data, limits=Limits(file_size=1999)).id == "file-size-too-large"


def test_files_too_large_together_are_refused() -> None:
    data = package({f"content/{number}.txt": b"a" * 1000 for number in range(3)})

    assert refusal(data, limits=Limits(total_size=2999)).id == "total-size-too-large"


@pytest.mark.parametrize("size", [10, 10_000])
def test_an_entry_that_lies_about_its_size_is_refused(size: int) -> None:
    data = with_declared_size(package({"content/a.txt": b"a" * 1000}), "content/a.txt", size)

    assert refusal(data).id == "unable-to-unzip"


SOUND = package()
BROKEN = {
    "empty": b"",
    "two bytes": b"PK",
    "a page": b"<html>not a zip</html>" * 10,
    "without its end": SOUND[:-30],
    "half of it": SOUND[: len(SOUND) // 2],
    "with bytes in front": b"GIF89a" + SOUND,
    "with a byte changed": SOUND[:60] + b"!" + SOUND[61:],
    "with other signatures": SOUND.replace(b"PK\x03\x04", b"PK\x03\x05"),
    "with a directory elsewhere": SOUND[:-6] + b"\xff\xff\xff\x7f\x00\x00",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_archive_is_refused(data: bytes) -> None:
    assert refusal(data).id == "unable-to-unzip"


def test_another_extension_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(package())

    assert refusal(package(), filename="a.zip").id == "missing-h5p-extension"
    with pytest.raises(PackageRefused, match="missing-h5p-extension"), read_package(path):
        pass


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.xml", "a.js", "a.png.php", "a.webp", "a", "images/", "a.", "images/évil.svg"]
)
def test_a_file_that_h5p_does_not_allow_is_refused(name: str) -> None:
    assert refusal(package({f"content/{name}": b"" if name.endswith("/") else PNG})).id == "not-in-whitelist"


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.mp4", "a.mp3", "a.wav", "a.pdf", "a.docx", "a.woff2"])
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str) -> None:
    assert refusal(package({f"content/{name}": b"<script>alert(1)</script>"})).id == "file-type-mismatch"


def test_bundled_libraries_and_hidden_files_are_passed_over() -> None:
    data = package(
        {
            "H5P.TrueFalse-1.8/library.json": b"not json",
            "H5P.TrueFalse-1.8/evil.php": b"<?php",
            "__MACOSX/content/._a.svg": b"",
            "content/.DS_Store": b"",
            "readme.exe": b"MZ",
        }
    )

    with read_package(io.BytesIO(data)) as content:
        assert content.media == ()


@pytest.mark.parametrize(
    "params",
    [
        b"\xef\xbb\xbf{}",
        b"",
        b"{",
        b"null",
        b"false",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": "\\u0000"}',
        b'{"a": "\xe9"}',
        "{}".encode("utf-16"),
        b"[" * 201 + b"]" * 201,
        b"[" * 200_000,
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
    ids=lambda params: f"{params[:20]!r} ({len(params)})",
)
def test_params_that_php_or_a_database_cannot_hold_are_refused(params: bytes) -> None:
    assert refusal(package(params=params)).id == "unable-to-parse-package"


def test_params_too_long_are_refused() -> None:
    params = b'"' + b"a" * 5000 + b'"'

    assert refusal(package(params=params), limits=Limits(json_size=5000)).id == "file-size-too-large"


def test_levels_up_to_the_limit_are_let_in() -> None:
    with read_package(io.BytesIO(package(params=b"[" * 200 + b"]" * 200))) as content:
        assert isinstance(content.params, list)


@pytest.mark.parametrize(
    ("changes", "id_", "name"),
    [
        ({"title": None}, "missing-required-property", "title"),
        ({"title": ""}, "invalid-h5p-json-file", "title"),
        ({"title": "é" * 128}, "invalid-h5p-json-file", "title"),
        ({"title": "a\nb"}, "invalid-h5p-json-file", "title"),
        ({"title": True}, "invalid-h5p-json-file", "title"),
        ({"language": "fr_FR"}, "invalid-h5p-json-file", "language"),
        ({"mainLibrary": "H5P.TrueFalse 1.8"}, "invalid-h5p-json-file", "mainLibrary"),
        ({"embedTypes": ["object"]}, "illegal-option-in-library", "embedTypes"),
        ({"embedTypes": "div"}, "invalid-h5p-json-file", "embedTypes"),
        ({"preloadedDependencies": []}, "missing-required-property", "machineName"),
        ({"preloadedDependencies": ["a"]}, "missing-required-property", "machineName"),
        ({"license": "CC BY-SA 4.0"}, "invalid-h5p-json-file", "license"),
        ({"source": ""}, "invalid-h5p-json-file", "source"),
        ({"authors": []}, "missing-required-property", "name"),
        ({"dynamicDependencies": []}, "missing-required-property", "machineName"),
    ],
)
def test_a_manifest_out_of_order_is_refused(changes: dict[str, Any], id_: str, name: str) -> None:
    error = refusal(package(manifest=MANIFEST | changes))

    assert (error.id, error.params["property"]) == (id_, name)


@pytest.mark.parametrize("title", ["é" * 127, "<b>", 42, "fin\n"])
def test_a_title_within_the_rules_is_let_in(title: str | int) -> None:
    with read_package(io.BytesIO(package(manifest=MANIFEST | {"title": title}))) as content:
        assert content.title == str(title).strip()


def test_a_main_library_without_a_version_is_refused() -> None:
    assert refusal(package(manifest=MANIFEST | {"mainLibrary": "H5P.Blanks"})).id == "missing-main-library"


@pytest.mark.parametrize("manifest", [b"[]", b"3", b'"a"', b"{}"])
def test_a_manifest_of_another_shape_is_refused(manifest: bytes) -> None:
    assert refusal(package(manifest=manifest)).id == "missing-required-property"


@given(st.data())
def test_a_damaged_package_is_let_in_or_refused(data: st.DataObject) -> None:
    sound = package({"content/a.png": PNG})
    at = data.draw(st.integers(0, len(sound) - 1))
    damaged = sound[:at] + data.draw(st.binary(max_size=8)) + sound[at + data.draw(st.integers(0, 8)) :]

    try:
        with read_package(io.BytesIO(damaged)) as content:
            assert content.title
    except PackageRefused:
        pass


def test_memory_stays_flat_whatever_the_package_holds() -> None:
    data = package({f"content/{number}.txt": bytes([97 + number]) * 20_000_000 for number in range(3)})
    tracemalloc.start()
    with read_package(io.BytesIO(data), limits=Limits(ratio=2000)):
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2_000_000
