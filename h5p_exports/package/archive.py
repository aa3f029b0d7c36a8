"""The gate that an untrusted archive goes through. Nothing is ever unpacked to a path."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from h5p_exports.errors import PackageRefused
from h5p_exports.package.limits import MEBIBYTE, Limits
from h5p_exports.package.names import entry_name, is_passed_over, same_name_key

_CHUNK = 256 * 1024
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_SIGNATURE, _ZIP64_LOCATOR = b"PK\x06\x07", 20
_LONGEST_COMMENT = 0xFFFF
_LOCAL = struct.Struct("<26x2H")
_BYTES_PER_ENTRY = 1024
"""What one entry may take in the directory of the archive, on average."""


class Archive:
    """A zip archive whose every entry has passed the gate.

    `entries` goes from safe names to entries, without those that the reference passes over; `infos` are all of them.
    The file must be seekable; it stays open, and is the caller's to close.
    """

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self._limits = limits
        with _refusing():
            directory = _directory_start(file, limits)
            self._zip = ZipFile(file)
            self.infos = self._zip.infolist()
            if len(self.infos) > limits.entries:
                raise PackageRefused("too-many-entries", limit=limits.entries)
            _check_overlap(file, self.infos, directory)
        self.entries = _named(self.infos)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of an entry as a file; never more of them than its declared size, its checksum verified."""
        return self._zip.open(self.entries[name])

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry in pieces of at most 256 KiB, refused as soon as they are too many."""
        info, size = self.entries[name], 0
        if info.file_size > self._limits.file_size:
            raise PackageRefused("file-size-too-large", name=name, limit=self._limits.file_size)
        with _refusing(), self._zip.open(info) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > self._limits.file_size:
                    raise PackageRefused("file-size-too-large", name=name, limit=self._limits.file_size)
                if size > MEBIBYTE and size > self._limits.ratio * info.compress_size:
                    raise PackageRefused("zip-bomb", name=name)
                yield chunk
        if size != info.file_size:
            raise PackageRefused("unable-to-unzip")

    def read(self, name: str, *, limit: int) -> bytes:
        """All the bytes of an entry, `limit` at most."""
        data = bytearray()
        for chunk in self.chunks(name):
            data += chunk
            if len(data) > limit:
                raise PackageRefused("file-size-too-large", name=name, limit=limit)
        return bytes(data)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever a broken archive makes of the standard library into a refusal."""
    try:
        yield
    except (
        BadZipFile,
        LargeZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        OverflowError,
        RuntimeError,
        UnicodeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as error:
        raise PackageRefused("unable-to-unzip") from error


def _directory_start(file: IO[bytes], limits: Limits) -> int:
    """Where the directory starts, found before `zipfile` loads it: its size alone may fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _LONGEST_COMMENT))
    tail = file.read()
    # As `zipfile` looks for it: at the very end first, then the last one.
    at = len(tail) - _END.size
    if at < 0 or tail[at : at + 4] != _END_SIGNATURE or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) < at + _END.size:
        raise PackageRefused("unable-to-unzip")
    directory_size = _END.unpack_from(tail, at)[5]
    start = size - len(tail) + at - directory_size
    if tail[max(0, at - _ZIP64_LOCATOR) :].startswith(_ZIP64_SIGNATURE) or start < 0:
        raise PackageRefused("unable-to-unzip")
    if directory_size > limits.entries * _BYTES_PER_ENTRY:
        raise PackageRefused("too-many-entries", limit=limits.entries)
    return int(start)


def _check_overlap(file: IO[bytes], infos: list[ZipInfo], directory: int) -> None:
    """Entries follow one another from the first byte to the directory: none shares its bytes with another."""
    free = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if free == 0 and info.header_offset != 0:
            raise PackageRefused("unable-to-unzip")
        if info.header_offset < free:
            raise PackageRefused("overlapping-entries")
        file.seek(info.header_offset)
        name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
        free = info.header_offset + _LOCAL.size + name + extra + info.compress_size
    if free > directory:
        raise PackageRefused("overlapping-entries")


def _named(infos: list[ZipInfo]) -> dict[str, ZipInfo]:
    entries: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for info in infos:
        name = entry_name(info)
        if info.flag_bits & _ENCRYPTED:
            raise PackageRefused("encrypted-entry", name=name)
        if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise PackageRefused("special-entry", name=name)
        if (key := same_name_key(name)) in seen:
            raise PackageRefused("duplicate-entry", name=name)
        seen.add(key)
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise PackageRefused("unable-to-unzip")
        if not is_passed_over(name):
            entries[name] = info
    return entries
