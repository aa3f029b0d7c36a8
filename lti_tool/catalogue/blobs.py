"""Where the bytes of media live: named by their SHA-256, in a folder or wherever a `BlobStore` keeps them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from lti_tool.errors import NotFound

CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their SHA-256 in hexadecimal and their number."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """A content-addressed store: the same bytes are kept once, half-written ones are never seen. Threads share it."""

    def put(self, source: BinaryIO) -> Blob:
        """Copy a stream into the store."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a blob, as a stream that can seek; the caller closes it. Raises `NotFound("medium-unknown")`."""
        ...


def place_of(sha256: str) -> str:
    """Where a store keeps a blob, the same in each: `ab/abcdef…`, so that one can be copied to another."""
    return f"{sha256[:2]}/{sha256}"


class LocalBlobs:
    """A content-addressed folder: the same bytes are kept once, a half-written file is never seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: BinaryIO) -> Blob:
        """Copy a stream into the store."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-", delete=False) as target:
            try:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
                path = self.path(digest.hexdigest())
                path.parent.mkdir(exist_ok=True)
                Path(target.name).replace(path)
            except BaseException:
                Path(target.name).unlink(missing_ok=True)
                raise
        return Blob(digest.hexdigest(), size)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a blob. Raises `NotFound("medium-unknown")`."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound("medium-unknown") from None

    def path(self, sha256: str) -> Path:
        """The file of a blob."""
        return self._folder / place_of(sha256)
