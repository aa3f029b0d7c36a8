"""Libraries that are read to be installed: one bad sample per rule."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h5p_exports.errors import PackageRefused
from h5p_exports.package import Limits, check_package
from h5p_exports.package.libraries import (
    LIBRARY_LIMITS,
    LibraryFile,
    LibraryPackage,
    digest_of,
    preloaded_files,
    read_libraries,
)
from tests.h5p_exports.package.hostile import (
    MANIFEST,
    PNG,
    entry,
    package,
    with_declared_size,
    with_flag,
    with_shared_bytes,
)
from tests.support.h5p_libraries import Files, library, library_package, names

TOY = library("H5P.Toy 1.2", "Font 4.5", patch=7, semantics=[{"name": "text", "type": "text"}], runnable=1)
FONT = library("Font 4.5", files={"fonts/a.woff2": b"wOF2" + bytes(60), "icon.svg": b"<svg/>"})
LINK = entry("Font-4.5/link.js", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
SHARED = with_shared_bytes(library_package(TOY, FONT), "H5P.Toy-1.2/js/toy.js", "Font-4.5/js/toy.js")


def opened(data: bytes, limits: Limits = LIBRARY_LIMITS) -> LibraryPackage:
    with read_libraries(io.BytesIO(data), limits=limits) as read:
        return read


def refusal(data: bytes, limits: Limits = LIBRARY_LIMITS) -> PackageRefused:
    with pytest.raises(PackageRefused) as caught:
        opened(data, limits)
    return caught.value


def toy(**fields: object) -> bytes:
    return library_package(library("H5P.Toy 1.2", **fields))  # type: ignore[arg-type]


def content_package(*more: Mapping[str, bytes], **options: object) -> bytes:
    """A package with a content and both libraries."""
    files: dict[str | ZipInfo, bytes] = {name: data for part in (TOY, FONT, *more) for name, data in part.items()}
    return package(files, **options)


def with_files(**files: bytes | str) -> bytes:
    return toy(files={name: data if isinstance(data, bytes) else data.encode() for name, data in files.items()})


def plus(name: str, data: bytes = b"") -> bytes:
    """A package in order, and one entry more."""
    return library_package(TOY, FONT, {name: data})


# --- what is in order


def test_the_libraries_of_a_package_are_read() -> None:
    first, second = opened(library_package(TOY, FONT)).libraries

    assert (str(second), second.title, second.runnable) == ("H5P.Toy 1.2.7", "Toy H5P.Toy", True)
    assert [str(name) for name in second.needs] == ["Font 4.5"]
    assert second.semantics == [{"name": "text", "type": "text"}]
    assert {file.path: file.media_type for file in first.files} == {
        "library.json": "application/json",
        "js/toy.js": "text/javascript",
        "fonts/a.woff2": "font/woff2",
        "icon.svg": "image/svg+xml",
    }


def test_the_files_of_a_library_are_there_to_be_read() -> None:
    with read_libraries(io.BytesIO(library_package(FONT))) as read:
        found = read.libraries[0]
        file = next(file for file in found.files if file.path == "js/toy.js")
        with read.open(found, file) as stream:
            assert stream.read() == b"/* Font 4.5.0 */"


def test_the_content_of_a_package_is_not_looked_into() -> None:
    data = content_package({"content/evil.php": b"<?php", "readme.txt": b"-"}, params=b"{")
    assert len(opened(data).libraries) == 2


def test_a_folder_may_be_without_its_version() -> None:
    files = {name.replace("Font-4.5", "Font"): data for name, data in FONT.items()}
    assert str(opened(library_package(files)).libraries[0]) == "Font 4.5.0"


def test_what_an_administrator_may_install_is_what_the_reference_installs() -> None:
    verdict = check_package(io.BytesIO(content_package(manifest=manifest())), can_install=True)
    assert (verdict.valid, sorted(verdict.libraries_found)) == (True, ["Font 4.5", "H5P.Toy 1.2"])


def manifest() -> dict[str, object]:
    return {**MANIFEST, "mainLibrary": "H5P.Toy", "preloadedDependencies": names("H5P.Toy 1.2")}


# --- the digest


def test_the_digest_is_what_the_documentation_computes(tmp_path: Path) -> None:
    page = Path("docs/operate/h5p-libraries.md").read_text()
    command = next(line for line in page.splitlines() if line.startswith("find "))
    data = library_package(library("Font 4.5", files={"README.md": b"# Font", "js/b.js": b"", ".cache/c.js": b""}))
    with ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)

    printed = subprocess.run(command, shell=True, cwd=tmp_path / "Font-4.5", capture_output=True, check=True)  # noqa: S602

    assert opened(data).libraries[0].digest == printed.stdout.split()[0].decode()


def test_a_note_at_the_top_of_a_library_is_no_part_of_it() -> None:
    noted = library("Font 4.5", files={"README.md": b"# Font"})
    plain = library("Font 4.5")
    assert opened(library_package(noted)).libraries == opened(library_package(plain)).libraries


@settings(max_examples=30)
@given(st.dictionaries(st.text("ab/é", min_size=1), st.binary(min_size=32, max_size=32), max_size=5), st.randoms())
def test_the_digest_says_which_files_there_are_whatever_their_order(files: dict[str, bytes], random: object) -> None:
    listed = [LibraryFile(path, "", 0, digest.hex()) for path, digest in files.items()]
    shuffled = listed.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert digest_of(shuffled) == digest_of(listed)
    for changed in (listed[1:], [LibraryFile(f"{file.path}2", "", 0, file.sha256) for file in listed]):
        assert not listed or digest_of(changed) != digest_of(listed)


# --- what is refused

REFUSED: dict[str, tuple[bytes, str]] = {
    "no archive": (b"GIF89a", "unable-to-unzip"),
    "no library": (package(), "no-libraries"),
    "slip": (plus("Font-4.5/../../evil.js"), "zip-slip"),
    "slip from the root": (plus("/Font-4.5/evil.js"), "zip-slip"),
    "slip with backslashes": (library_package(TOY, FONT, {"Font-4.5\\evil.js": b""}), "zip-slip"),
    "link": (package({LINK: b"/etc/passwd"}), "special-entry"),
    "encrypted": (with_flag(library_package(FONT), "Font-4.5/js/toy.js", 1), "encrypted-entry"),
    "overlap": (SHARED, "overlapping-entries"),
    "two files of one name": (plus("Font-4.5/JS/Toy.js", b"-"), "duplicate-entry"),
    "bomb by ratio": (with_files(**{"js/b.js": b" " * 5_000_000}), "zip-bomb"),
    "bomb that lies": (
        with_declared_size(with_files(**{"b.js": b" " * 5000}), "H5P.Toy-1.2/b.js", 5),
        "unable-to-unzip",
    ),
    "archive": (plus("Font-4.5/a.zip", b"PK\x03\x04"), "not-in-whitelist"),
    "page": (plus("Font-4.5/a.html", b"<script>"), "not-in-whitelist"),
    "server program": (plus("Font-4.5/a.php", b"<?php"), "not-in-whitelist"),
    "file without an extension": (plus("Font-4.5/LICENSE", b"-"), "not-in-whitelist"),
    "folder": (plus("Font-4.5/css/"), "not-in-whitelist"),
    "name that no row holds": (plus(f"Font-4.5/{'a' * 253}.js"), "not-in-whitelist"),
    "program that is called a picture": (plus("Font-4.5/a.png", b"alert(1)"), "file-type-mismatch"),
    "binary that is called a script": (plus("Font-4.5/a.js", b"\x00\x01"), "file-type-mismatch"),
    "document that is a bomb": (plus("Font-4.5/a.docx", b"PK\x03\x04" + bytes(100)), "file-type-mismatch"),
    "folder of another library": (
        library_package({name.replace("Font-4.5", "H5P.Blanks-1.14"): data for name, data in FONT.items()}),
        "library-directory-name-mismatch",
    ),
    "folder of another version": (
        library_package({name.replace("Font-4.5", "Font-4.6"): data for name, data in FONT.items()}),
        "library-directory-name-mismatch",
    ),
    "one library twice": (
        library_package(FONT, {name.replace("Font-4.5", "Font"): data for name, data in FONT.items()}),
        "duplicate-entry",
    ),
    "folder without a library": (plus("Extra-1.0/a.js", b"-"), "invalid-library-json-file"),
    "folder whose name is none": (plus("Extra 1.0/library.json", b"{}"), "invalid-library-name"),
    "name that content cannot write": (library_package(library("1Toy 1.0")), "invalid-library-json-file"),
    "library.json with a mark": (
        library_package({"A-1.0/library.json": b"\xef\xbb\xbf{}"}),
        "invalid-library-json-file",
    ),
    "library.json that is a list": (library_package({"A-1.0/library.json": b"[]"}), "invalid-library-json-file"),
    "library.json that is too deep for PHP": (
        library_package({"A-1.0/library.json": b'{"a":' * 5000 + b"1" + b"}" * 5000}),
        "invalid-library-json-file",
    ),
    "library.json that is deep": (toy(extra=json.loads("[" * 300 + "]" * 300)), "unable-to-parse-package"),
    "library.json that is huge": (toy(author="x" * 5_000_000), "total-size-too-large"),
    "no title": (toy(title=None), "invalid-library-json-file"),
    "version that is no number": (toy(patchVersion="7b"), "invalid-library-json-file"),
    "newer core": (toy(coreApi={"majorVersion": 1, "minorVersion": 29}), "api-version-unsupported"),
    "much newer core": (toy(coreApi={"majorVersion": 2, "minorVersion": 0}), "api-version-unsupported"),
    "core that is no object": (toy(coreApi="1.29"), "invalid-library-json-file"),
    "dependency that is none": (toy(preloadedDependencies=[{"machineName": "A"}]), "invalid-library-json-file"),
    "dependencies that are no list": (toy(preloadedDependencies=names("A 1.0")[0]), "invalid-library-json-file"),
    "dependency on itself": (toy(dynamicDependencies=names("H5P.Toy 1.2")), "invalid-library-json-file"),
    "script that is not there": (toy(preloadedJs=[{"path": "js/gone.js"}]), "library-missing-file"),
    "script of another library": (
        library_package(FONT, library("H5P.Toy 1.2", preloadedJs=[{"path": "../Font-4.5/js/toy.js"}])),
        "zip-slip",
    ),
    "script outside the package": (toy(preloadedJs=[{"path": "../../evil.js"}]), "library-missing-file"),
    "semantics that are no list": (toy(semantics={"name": "a"}), "invalid-semantics-json-file"),
    "semantics that are no fields": (toy(semantics=[{"name": 7, "type": "text"}]), "invalid-semantics-json-file"),
    "semantics that are no JSON": (with_files(**{"semantics.json": b"{"}), "invalid-semantics-json-file"),
    "language with a wrong name": (with_files(**{"language/fr_FR.json": b"{}"}), "invalid-language-file"),
    "language that is no JSON": (with_files(**{"language/fr.json": b"{"}), "invalid-language-file"),
}


@pytest.mark.parametrize(("data", "id"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_in_order_is_refused(data: bytes, id: str) -> None:
    assert refusal(data).id == id


def test_a_library_without_its_library_json_is_told_what_it_lacks() -> None:
    assert refusal(plus("Extra-1.0/a.js", b"-")).params == {"name": "Extra-1.0", "property": "library.json"}


def test_a_file_of_another_extension_is_refused() -> None:
    with pytest.raises(PackageRefused) as caught, read_libraries(io.BytesIO(library_package(FONT)), filename="a.zip"):
        pass
    assert caught.value.id == "missing-h5p-extension"


@pytest.mark.parametrize(
    ("limits", "id"),
    [
        (Limits(entries=5), "too-many-entries"),
        (Limits(file_size=30), "file-size-too-large"),
        (Limits(total_size=500), "total-size-too-large"),
        (Limits(json_size=100), "file-size-too-large"),
    ],
)
def test_what_is_beyond_the_limits_is_refused(limits: Limits, id: str) -> None:
    assert refusal(library_package(TOY, FONT), limits).id == id


def test_what_is_too_much_in_all_is_refused_before_any_of_it_is_unpacked() -> None:
    data = with_files(**{"language/fr.json": b"{" * 1000, "a.css": b" " * 1000})
    assert refusal(data, Limits(total_size=2000)).id == "total-size-too-large"


def test_json_that_would_fill_the_memory_once_parsed_is_refused() -> None:
    numbers = list(range(200_000))
    bringing = [library(f"A{n} 1.0", semantics=[{"name": "a", "type": "text", "more": numbers}]) for n in range(4)]
    assert refusal(library_package(*bringing)).id == "total-size-too-large"
    assert len(opened(library_package(*bringing[:2])).libraries) == 2


def test_more_libraries_than_any_content_type_needs_are_refused() -> None:
    assert refusal(library_package(*(library(f"A{n} 1.0") for n in range(201)))).id == "too-many-entries"


@pytest.mark.parametrize("written", ["js/a.js", "./js/a.js", "/js/a.js", "js\\a.js", "js/./a.js"])
def test_a_script_is_found_however_its_path_is_written(written: str) -> None:
    assert preloaded_files({"preloadedJs": [{"path": written}]}, "Js") == ("js/a.js",)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["path", "machineName", "majorVersion", "minorVersion"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from([*json.loads(TOY["H5P.Toy-1.2/library.json"]), "coreApi", "dynamicDependencies"]), VALUES
    )
)
def test_no_library_json_makes_the_reader_fail_in_another_way(fields: dict[str, object]) -> None:
    data = {**json.loads(TOY["H5P.Toy-1.2/library.json"]), **fields}
    files: Files = {**TOY, "H5P.Toy-1.2/library.json": json.dumps(data).encode()}
    try:
        read = opened(library_package(files))
    except PackageRefused:
        return
    # What is let in can be worked with.
    for found in read.libraries:
        assert [preloaded_files(found.library_json, kind) for kind in ("Js", "Css")]
        assert found.needs is not None


def test_memory_stays_flat_whatever_the_package_holds(tmp_path: Path) -> None:
    path = tmp_path / "large.h5p"
    with ZipFile(path, "w") as archive:
        for name, data in FONT.items():
            archive.writestr(name, data, ZIP_DEFLATED)
        for number in range(100):
            archive.writestr(f"Font-4.5/images/{number}.png", PNG + bytes([number]) * 170_000, ZIP_STORED)
    tracemalloc.start()
    with read_libraries(path) as read:
        assert len(read.libraries[0].files) == 104
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
