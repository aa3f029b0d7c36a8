"""Licence, authors and so on: written, read back, kept; and what H5P would not take is refused."""

from __future__ import annotations

import io
import random
import tracemalloc
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import PackageRefused
from h5p_exports.migrate import convert_package
from h5p_exports.package import check_package, read_package, write_package, written_metadata
from h5p_exports.profiles import load_profile

LIBRARY = "H5P.TrueFalse 1.8"
FULL = {
    "license": "CC BY-SA",
    "licenseVersion": "4.0",
    "authors": [{"name": "Awa Diop", "role": "Author"}],
    "source": "https://exemple.fr/eau",
    "yearsFrom": "2024",
    "yearsTo": "2026",
    "changes": [{"date": "01-02-26 10:00:00", "author": "Awa Diop", "log": "Relu"}],
}


def written(metadata: dict[str, Any], **media: Any) -> io.BytesIO:
    target = io.BytesIO()
    params = {"question": "<p>Vrai ?</p>", "correct": "true"}
    write_package(
        target, title="L’eau", language="fr", library=LIBRARY, params=params, metadata=metadata,
        media={f"images/{name}.jpg": file for name, file in media.items()},
    )  # fmt: skip
    return target


def metadata_of(package: io.BytesIO) -> dict[str, Any]:
    with read_package(package) as read:
        return dict(read.metadata)


def test_what_is_written_is_read_and_kept_in_another_version() -> None:
    package = written(FULL)
    assert metadata_of(package) == FULL
    converted = io.BytesIO()
    convert_package(package, converted, profile=load_profile("hub-1.28"))
    assert metadata_of(converted) == FULL


@pytest.mark.parametrize(
    "wrong",
    [
        {"license": "CC BY-SA 4.0"}, {"licenseVersion": "5"}, {"source": "ftp://x"}, {"yearsFrom": "hier"},
        {"authors": [{"name": "A", "role": "Prof. de SVT"}]}, {"authors": "Awa"}, {"authors": ["Awa"]}, {"title": "x"},
    ],
)  # fmt: skip
def test_what_h5p_does_not_take_is_refused_and_nothing_written(wrong: dict[str, Any]) -> None:
    target = io.BytesIO()
    with pytest.raises(PackageRefused):
        write_package(target, title="x", language="fr", library=LIBRARY, params={}, metadata=wrong)
    assert target.getvalue() == b""


@pytest.mark.parametrize(
    ("licence", "meant"),
    [
        ("CC BY-SA 4.0", {"license": "CC BY-SA", "licenseVersion": "4.0"}),
        ("cc-by-nc-sa-3.0", {"license": "CC BY-NC-SA", "licenseVersion": "3.0"}),
        ("CC BY", {"license": "CC BY"}),
        ("CC0", {"license": "CC0 1.0"}),
        ("domaine public", {"license": "PD"}),
        ("Licence Ouverte 2.0", {"license": "U", "licenseExtras": "Licence Ouverte 2.0"}),
        ("CC BY-SA 5.0", {"license": "U", "licenseExtras": "CC BY-SA 5.0"}),
    ],
)
def test_a_licence_is_known_by_its_name(licence: str, meant: dict[str, str]) -> None:
    assert written_metadata(licence=licence) == meant


LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=300)


@given(LINES, st.lists(LINES, max_size=3))
def test_whatever_an_author_writes_makes_a_package_in_order(licence: str, authors: list[str]) -> None:
    package = written(written_metadata(licence=licence, authors=authors))
    assert check_package(package, installed=[LIBRARY]).valid


def test_files_are_written_alike_from_memory_and_piece_by_piece() -> None:
    picture = b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(200_000)  # noqa: S311 # The same in every run.
    assert written({}, a=picture).getvalue() == written({}, a=partial(io.BytesIO, picture)).getvalue()


def test_a_large_file_is_never_held_in_memory() -> None:
    picture = b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(8_000_000)  # noqa: S311 # Same.
    package = written({}, a=picture)
    target = io.BytesIO(bytes(9_000_000))
    tracemalloc.start()
    try:
        convert_package(package, target, profile=load_profile("hub-1.28"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000
