"""Bytes are kept once, by what they are, and never half."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.catalogue.blobs import Blob, LocalBlobs


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "media")


@given(st.binary(max_size=200_000))
def test_what_is_put_is_found_by_its_digest(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        blobs = LocalBlobs(Path(folder))
        blob = blobs.put(io.BytesIO(data))
        assert blob == Blob(hashlib.sha256(data).hexdigest(), len(data))
        assert blobs.path(blob.sha256).read_bytes() == data


def test_the_same_bytes_are_kept_once(blobs: LocalBlobs, tmp_path: Path) -> None:
    assert blobs.put(io.BytesIO(b"carte")) == blobs.put(io.BytesIO(b"carte"))
    assert len(files_in(tmp_path)) == 1


class Cut(io.BytesIO):
    """A stream that breaks after its first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError("cut")
        return data


def test_a_stream_that_breaks_leaves_nothing(blobs: LocalBlobs, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cut"):
        blobs.put(Cut(b"a" * 100_000))
    assert files_in(tmp_path) == []


def test_a_file_that_is_being_written_has_no_name_yet(blobs: LocalBlobs) -> None:
    data = b"carte"
    address = blobs.path(hashlib.sha256(data).hexdigest())
    seen: list[bool] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            seen.append(address.exists())
            return super().read(size)

    blobs.put(Watched(data))
    assert seen == [False, False]
    assert address.exists()


def test_a_second_writer_changes_nothing_for_a_reader(blobs: LocalBlobs) -> None:
    blob = blobs.put(io.BytesIO(b"carte"))
    with blobs.path(blob.sha256).open("rb") as reader:
        blobs.put(io.BytesIO(b"carte"))
        assert reader.read() == b"carte"
