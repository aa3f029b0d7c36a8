"""Pinned libraries."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h5p_exports.package.libraries import Library, read_libraries
from lti_tool.errors import Invalid, Refused
from lti_tool.libraries.lock import Lock
from tests.support.h5p_libraries import Files, library, library_package


def read(files: Files) -> Library:
    with read_libraries(io.BytesIO(library_package(files))) as package:
        return package.libraries[0]


FONT = read(library("Font 4.5", patch=4))
CHANGED = read(library("Font 4.5", patch=4, files={"js/toy.js": b"steal()"}))
NEWER = read(library("Font 4.5", patch=5))


PIN = f"sha256:{FONT.digest}"
NO_LIBRARIES = ("Font 4.5", "Font 4.5.04", "Font 4.5.x", "Font", '"Font 4.5.4', "Font 4.5.4 ", "Font 4.5.٤")
"""What no library is called: a line that would pin nothing, in silence."""


def test_a_file_that_is_not_there_pins_nothing(tmp_path: Path) -> None:
    lock = Lock.load(tmp_path / "none.lock")
    lock.check([FONT, CHANGED])
    assert lock == Lock()


def test_what_is_pinned_passes_and_other_bytes_do_not(tmp_path: Path) -> None:
    Lock().with_pins([FONT]).write(tmp_path / "h5p-libs.lock")
    lock = Lock.load(tmp_path / "h5p-libs.lock")

    lock.check([FONT, NEWER])

    with pytest.raises(Refused) as caught:
        lock.check([CHANGED])
    assert (caught.value.id, caught.value.params) == ("h5p-library-not-as-locked", {"library": "Font 4.5.4"})


def test_only_what_is_pinned_passes_where_that_is_asked_for() -> None:
    lock = Lock().with_pins([FONT])
    lock.check([FONT], only=True)
    with pytest.raises(Refused) as caught:
        lock.check([FONT, NEWER], only=True)
    assert (caught.value.id, caught.value.params) == ("h5p-library-not-locked", {"library": "Font 4.5.5"})


def test_a_newer_patch_takes_the_place_of_the_older_pin_and_leaves_the_others() -> None:
    other = read(library("Font 4.50", patch=1))
    assert list(Lock().with_pins([FONT, other]).with_pins([NEWER]).pins) == ["Font 4.50.1", "Font 4.5.5"]


def test_the_file_can_be_read_by_people_and_compared_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "h5p-libs.lock"
    Lock().with_pins([NEWER, read(library("Drop 1.0"))]).write(path)
    comment, empty, first, second = path.read_text().splitlines()
    assert (comment[0], empty) == ("#", "")
    assert first.startswith('"Drop 1.0.0" = "sha256:')
    assert second == f'"Font 4.5.5" = "sha256:{NEWER.digest}"'


@pytest.mark.parametrize(
    "text",
    [
        *("[", '"Font 4.5.4" = 7', '"Font 4.5.4" = "sha256:0"', '"Font 4.5.4" = "md5:0"'),
        *('["Font 4.5.4"]\na = 1', "\udce9", *(f"'{name}' = '{PIN}'" for name in NO_LIBRARIES)),
    ],
)
def test_a_file_that_is_no_lock_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "h5p-libs.lock"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Invalid) as caught:
        Lock.load(path)
    assert (caught.value.id, caught.value.params) == ("h5p-lock-unreadable", {"file": "h5p-libs.lock"})


def test_a_lock_that_cannot_be_written_is_said_and_leaves_no_half(tmp_path: Path) -> None:
    (tmp_path / "h5p-libs.lock").mkdir()
    with pytest.raises(Invalid, match="h5p-lock-not-written"):
        Lock().with_pins([FONT]).write(tmp_path / "h5p-libs.lock")
    assert [path.name for path in tmp_path.iterdir()] == ["h5p-libs.lock"]


def test_an_older_patch_leaves_the_newer_pin_where_it_is() -> None:
    assert list(Lock().with_pins([NEWER]).with_pins([FONT]).pins) == ["Font 4.5.5", "Font 4.5.4"]


def test_what_another_process_has_pinned_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "h5p-libs.lock"
    Lock.load(path)
    Lock.pin(path, [read(library("Drop 1.0"))])
    assert list(Lock.pin(path, [FONT]).pins) == ["Drop 1.0.0", "Font 4.5.4"] == list(Lock.load(path).pins)


def test_the_folder_of_a_lock_is_made(tmp_path: Path) -> None:
    Lock.pin(tmp_path / "data" / "h5p-libs.lock", [FONT])
    assert len(Lock.load(tmp_path / "data" / "h5p-libs.lock").pins) == 1


@settings(max_examples=20)
@given(st.lists(st.integers(0, 9), max_size=4))
def test_pinning_twice_is_pinning_once(patches: list[int]) -> None:
    lock = Lock()
    for patch in patches:
        pinned = lock.with_pins([read(library("Font 4.5", patch=patch))])
        assert pinned.with_pins([read(library("Font 4.5", patch=patch))]) == pinned
        lock = pinned
    assert not patches or f"Font 4.5.{max(patches)}" in lock.pins
