"""Each hostile package is refused with a reason, by the gate and by the linter, and the checker writes nothing."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipExtFile, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import PackageRefused
from h5p_exports.lint import lint_package
from h5p_exports.package import check_package, read_package
from tests.h5p_exports.package.hostile import (
    MANIFEST,
    PNG,
    entry,
    package,
    with_declared_size,
    with_flag,
    with_shared_bytes,
)


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


BOMB = zipped({"word/document.xml": bytes(40_000_000)})
SMALL_BOMB = zipped({f"{number}.xml": b"" for number in range(5000)})
"""Of a kind that a document can hold by the thousand: they are next to nothing, packed, and all to be unpacked."""
LINK = entry("content/a.png", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
SHARED = with_shared_bytes(package({"content/a.png": PNG, "content/b.png": PNG}), "content/b.png", "content/a.png")

GATE: dict[str, tuple[bytes, str]] = {
    "slip up": (package({entry("content/../../evil.png"): PNG}), "zip-slip"),
    "slip from the root": (package({entry("/content/evil.png"): PNG}), "zip-slip"),
    "slip with a drive": (package({entry("C:content/evil.png"): PNG}), "zip-slip"),
    "slip with backslashes": (package({entry("content\\..\\..\\evil.png"): PNG}), "zip-slip"),
    "slip behind a NUL": (package({entry("content/a.png\x00/../evil"): PNG}), "zip-slip"),
    "slip with an empty segment": (package({entry("content//a.png"): PNG}), "zip-slip"),
    "bomb by ratio": (package({"content/a.txt": b" " * 5_000_000}), "zip-bomb"),
    "bomb by count": (package({f"content/{n}.txt": b"" for n in range(2001)}), "too-many-entries"),
    "bomb that lies": (
        with_declared_size(package({"content/a.txt": b" " * 5000}), "content/a.txt", 5),
        "unable-to-unzip",
    ),
    "bomb in a document": (package({"content/a.docx": BOMB}), "zip-bomb"),
    "bomb in a document in a document": (package({"content/a.pptx": zipped({"a.xlsx": BOMB})}), "zip-bomb"),
    "small bomb in a document in a document": (package({"content/a.pptx": zipped({"a.xlsx": SMALL_BOMB})}), "zip-bomb"),
    "archives too deep": (
        package({"content/a.odt": zipped({"a.odt": zipped({"a.odt": zipped({"a.odt": b""})})})}),
        "zip-bomb",
    ),
    "archive": (package({"content/a.zip": BOMB}), "not-in-whitelist"),
    "package in a package": (package({"content/a.h5p": package()}), "not-in-whitelist"),
    "document that is none": (package({"content/a.docx": b"PK\x03\x04" + bytes(100)}), "file-type-mismatch"),
    "overlap": (SHARED, "overlapping-entries"),
    "link": (package({LINK: b"/etc/passwd"}), "special-entry"),
    "encrypted": (with_flag(package({"content/a.png": PNG}), "content/a.png", 1), "encrypted-entry"),
    "byte order mark": (package(params=b"\xef\xbb\xbf{}"), "unable-to-parse-package"),
    "byte order mark in the manifest": (package(manifest=b"\xef\xbb\xbf{}"), "unable-to-parse-package"),
    "broken JSON": (package(params=b'{"a": }'), "unable-to-parse-package"),
    "deep JSON": (package(params=b'{"a":' * 5000 + b"1" + b"}" * 5000), "unable-to-parse-package"),
    "page": (package({"content/a.html": b"<script>alert(1)</script>"}), "not-in-whitelist"),
    "drawing": (package({"content/a.svg": b"<svg onload='alert(1)'/>"}), "not-in-whitelist"),
    "script": (package({"content/a.js": b"alert(1)"}), "not-in-whitelist"),
    "page under another name": (package({"content/a.png": b"<script>alert(1)</script>"}), "file-type-mismatch"),
}

LIBRARY = {
    "title": "Vrai ou faux",
    "machineName": "H5P.TrueFalse",
    "majorVersion": 1,
    "minorVersion": 8,
    "patchVersion": 999,
    "runnable": 1,
}


def with_text(text: str, key: str = "question") -> bytes:
    return package(params={key: text, "correct": "true"})


def with_library(folder: str, **changes: object) -> bytes:
    return package({f"{folder}/library.json": json.dumps(LIBRARY | changes).encode()})


CONTENT: dict[str, tuple[bytes, str]] = {
    "script": (with_text("<p>Vrai ?</p><script>alert(1)</script>"), "script-in-content"),
    "script in a plain text": (with_text("<SCRIPT/x>alert(1)", "title"), "script-in-content"),
    "script under an unknown key": (with_text("<script>", "n’importe quoi"), "script-in-content"),
    "script as a key": (package(params={"<script>alert(1)</script>": 1}), "script-in-content"),
    "event handler": (with_text("<img src=x onerror=alert(1)>"), "script-in-content"),
    "event handler behind a quote": (with_text('<img alt=">"onerror=alert(1)>'), "script-in-content"),
    "javascript link": (with_text('<a href="javascript:alert(1)">ici</a>'), "script-in-content"),
    "javascript link in disguise": (
        with_text("<a href='java&#x0A;script&colon;alert(1)'>ici</a>"),
        "script-in-content",
    ),
    "javascript path": (with_text("javascript:alert(1)", "path"), "script-in-content"),
    "frame": (with_text("<iframe src='https://example.org'></iframe>"), "script-in-content"),
    "drawing": (with_text("<svg><animate onbegin=alert(1)></svg>"), "script-in-content"),
    "data page": (with_text("<a href='data:text/html,<b>'>ici</a>"), "script-in-content"),
    "address on another site": (with_text("https://example.org/a.png", "path"), "external-url"),
    "address without a protocol": (with_text("//example.org/a.png", "path"), "external-url"),
    "path that leads out": (with_text("../../../etc/passwd", "path"), "unsafe-path"),
    "path to nothing": (with_text("images/a.png", "path"), "missing-media"),
    "forged library": (with_library("H5P.TrueFalse-1.8", machineName="H5P.Blanks"), "forged-library"),
    "library in another folder": (with_library("H5P.TrueFalse-1.9"), "forged-library"),
    "library with a page": (
        package({"H5P.TrueFalse-1.8/library.json": json.dumps(LIBRARY).encode(), "H5P.TrueFalse-1.8/a.html": b""}),
        "forged-library",
    ),
}


def problems(data: bytes, tmp_path: Path) -> set[str]:
    path = tmp_path / "a.h5p"
    path.write_bytes(data)
    found = {problem.id for problem in lint_package(path, installed=["H5P.TrueFalse 1.8"]).problems}
    assert list(tmp_path.iterdir()) == [path]
    return found


@pytest.mark.parametrize(("data", "id_"), GATE.values(), ids=GATE.keys())
def test_a_hostile_archive_is_refused_by_the_gate(data: bytes, id_: str, tmp_path: Path) -> None:
    with pytest.raises(PackageRefused) as caught, read_package(io.BytesIO(data), filename="a.h5p"):
        pass

    assert caught.value.id == id_
    assert problems(data, tmp_path) == {id_}


@pytest.mark.parametrize(("data", "id_"), CONTENT.values(), ids=CONTENT.keys())
def test_hostile_content_is_named_by_the_linter(data: bytes, id_: str, tmp_path: Path) -> None:
    assert id_ in problems(data, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "<p>La longueur d’onde = 3 m ; l'onde = 2.</p>",
        "<p>JavaScript : un langage. a < b et c > d</p>",
        "<p>data : des données</p><ul><li>un</li></ul>",
        "R&D : recherche",
    ],
)
def test_an_honest_text_is_no_script(text: str, tmp_path: Path) -> None:
    assert problems(with_text(text), tmp_path) == set()


def test_an_honest_document_is_let_in(tmp_path: Path) -> None:
    document = zipped({"[Content_Types].xml": b"<x/>", "_rels/.rels": b"", "word/document.xml": b"<x/>" * 100})
    data = package({"content/a.docx": document}, params={"path": "a.docx"})

    assert problems(data, tmp_path) == set()


def test_a_document_is_unpacked_once_however_many_archives_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A step back in a packed file unpacks it anew: thousands of them took minutes.
    monkeypatch.delattr(ZipExtFile, "seek")
    document = zipped({f"{number}.xlsx": zipped({"a.xml": b"<x/>"}) for number in range(50)})

    assert problems(package({"content/a.pptx": document}, params={"path": "a.pptx"}), tmp_path) == set()


def test_a_file_that_would_fill_the_memory_is_never_read_to_its_end() -> None:
    data = package(params=b'"' + b"a" * 50_000_000 + b'"')

    verdict = check_package(io.BytesIO(data), installed=["H5P.TrueFalse 1.8"])

    assert [error.code for error in verdict.errors] == ["file-size-too-large"]


@given(st.data())
def test_no_bytes_make_the_verdict_raise(data: st.DataObject) -> None:
    sound = package({"content/a.png": PNG, "H5P.TrueFalse-1.8/library.json": json.dumps(LIBRARY).encode()})
    at = data.draw(st.integers(0, len(sound) - 1))
    damaged = sound[:at] + data.draw(st.binary(max_size=8)) + sound[at + data.draw(st.integers(0, 8)) :]

    check_package(io.BytesIO(damaged), can_install=data.draw(st.booleans()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*MANIFEST, "coreApi", "editorDependencies", "authors"]), JSON)
def test_no_manifest_makes_the_verdict_raise(key: str, value: object) -> None:
    data = package(manifest=json.dumps(MANIFEST | {key: value}, ensure_ascii=True).encode())

    verdict = check_package(io.BytesIO(data), installed=["H5P.TrueFalse 1.8"])

    assert verdict.valid or verdict.errors or verdict.crashed


@given(st.sampled_from([*LIBRARY, "preloadedJs", "coreApi", "metadataSettings", "embedTypes"]), JSON)
def test_no_library_makes_the_verdict_raise(key: str, value: object) -> None:
    verdict = check_package(io.BytesIO(with_library("H5P.TrueFalse-1.8", **{key: value})), can_install=True)

    assert verdict.valid or verdict.errors or verdict.crashed
