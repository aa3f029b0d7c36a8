"""An archive as PHP opens it (libzip without consistency checks): for a verdict, never for letting in."""

from __future__ import annotations

import bz2
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from h5p_exports.package.limits import Limits

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_LOCATOR = 20
_TAIL = 0x10000 + _END.size + _ZIP64_LOCATOR
_ENTRY = struct.Struct("<4s6H3L5H2L")
_ENTRY_SIGNATURE = b"PK\x01\x02"
_LOCAL = struct.Struct("<26x2H")
_EXTRA = struct.Struct("<2H")
_UTF_8_NAME, _ENCRYPTED = 0x800, 0x1
_STORED, _DEFLATED, _BZIP2 = 0, 8, 12
_UTF_8 = re.compile(rb"(?:[\t\n\r -\x7f]|[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3})*")
"""What libzip takes for UTF-8."""
_CP437_SIGNS = dict(zip((*range(1, 32), 127), "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂", strict=True))
"""Control characters as code page 437 shows them."""
_CHUNK = 64 * 1024
_BYTES_PER_ENTRY = 1024


class NotAnArchive(Exception):
    """It cannot be opened; or, `too_large`, its directory is more than may be read."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__()
        self.too_large = too_large


class TooLarge(Exception):
    """An entry holds more bytes than may be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the directory, its name decoded."""

    name: str
    encrypted: bool
    method: int
    packed_size: int
    offset: int


class LibzipArchive:
    """The entries in the order of the directory; none in an empty file. Raises `NotAnArchive`.

    `file` must be seekable, and stays open.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._most = limits.entries * _BYTES_PER_ENTRY
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        self.entries = self._directory(file.read(), max(0, size - _TAIL)) if size else []
        self._by_name: dict[str, Entry] = {}
        for entry in self.entries:
            # Of entries with the same name, PHP sees the first.
            self._by_name.setdefault(entry.name, entry)

    def readable(self, name: str) -> bool:
        """Whether PHP gets a stream for the entry of this name."""
        entry = self._by_name.get(name)
        return (
            entry is not None
            and not entry.encrypted
            and entry.method in {_STORED, *_INFLATERS}
            and self._start(entry) is not None
        )

    def read(self, name: str, *, limit: int) -> bytes:
        """The bytes of a readable entry, up to the first error; checksums are not looked at. Raises `TooLarge`."""
        entry = self._by_name[name]
        data = bytearray()
        for chunk in self._unpacked(entry):
            data += chunk
            if len(data) > limit:
                raise TooLarge
        return bytes(data)

    def _directory(self, tail: bytes, tail_start: int) -> list[Entry]:
        """The entries of the first end record that holds together: its comment may look like another one."""
        at = tail.find(_END_SIGNATURE)
        while at != -1:
            entries = self._entries(tail, tail_start, at)
            if entries is not None:
                return entries
            at = tail.find(_END_SIGNATURE, at + 1)
        raise NotAnArchive

    def _entries(self, tail: bytes, tail_start: int, at: int) -> list[Entry] | None:
        if len(tail) - at < _END.size:
            return None
        _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
        if disk or first_disk or here != count or offset + size > tail_start + at:
            return None
        if comment > len(tail) - at - _END.size:
            return None
        if size > self._most:
            raise NotAnArchive(too_large=True)
        self._file.seek(offset)
        return _parse(self._file.read(size), count)

    def _start(self, entry: Entry) -> int | None:
        """Where the bytes of an entry start; nothing without the header in front of them."""
        self._file.seek(entry.offset)
        header = self._file.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            return None
        name, extra = _LOCAL.unpack(header)
        return entry.offset + _LOCAL.size + int(name) + int(extra)

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        if entry.method == _STORED:
            yield from self._packed(entry)
            return
        yield from _INFLATERS[entry.method](self._packed(entry))

    def _packed(self, entry: Entry) -> Iterator[bytes]:
        start, left = self._start(entry) or 0, entry.packed_size
        self._file.seek(start)
        while left and (chunk := self._file.read(min(left, _CHUNK))):
            left -= len(chunk)
            yield chunk


def _parse(directory: bytes, count: int) -> list[Entry] | None:
    entries: list[Entry] = []
    at = 0
    while at < len(directory):
        if len(directory) - at < _ENTRY.size or len(entries) == count:
            return None
        fields = _ENTRY.unpack_from(directory, at)
        signature, _, _, flags, method, _, _, _, packed, _, name, extra, comment, _, _, _, offset = fields
        start = at + _ENTRY.size
        at = start + name + extra + comment
        if signature != _ENTRY_SIGNATURE or at > len(directory) or not _extra_holds(directory[start + name :][:extra]):
            return None
        text = _name(directory[start : start + name], is_utf_8=bool(flags & _UTF_8_NAME))
        if text is None:
            return None
        entries.append(Entry(text, bool(flags & _ENCRYPTED), method, packed, offset))
    return entries if len(entries) == count else None


def _extra_holds(extra: bytes) -> bool:
    """Whether extra fields follow one another up to the end, but for padding."""
    at = 0
    while len(extra) - at >= _EXTRA.size:
        at += _EXTRA.size + int(_EXTRA.unpack_from(extra, at)[1])
        if at > len(extra):
            return False
    return not extra[at:].strip(b"\0")


def _name(name: bytes, *, is_utf_8: bool) -> str | None:
    """The name in UTF-8, else in code page 437; none where it is said to be in UTF-8 and is not."""
    name = name.replace(b"\0", b" ")
    if _UTF_8.fullmatch(name):
        return name.decode("utf-8", "replace")
    return None if is_utf_8 else name.decode("cp437").translate(_CP437_SIGNS)


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        waiting = chunk
        while waiting and not inflater.eof:
            try:
                yield inflater.decompress(waiting, _CHUNK)
            except zlib.error:
                return
            waiting = inflater.unconsumed_tail


def _from_bzip2(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = bz2.BZ2Decompressor()
    for chunk in packed:
        waiting = chunk
        while not inflater.eof and (waiting or not inflater.needs_input):
            try:
                yield inflater.decompress(waiting, _CHUNK)
            except OSError:
                return
            waiting = b""


_INFLATERS: dict[int, Callable[[Iterator[bytes]], Iterator[bytes]]] = {_DEFLATED: _inflated, _BZIP2: _from_bzip2}
"""How packed bytes are unpacked, up to the first error: as Debian's libzip does, without LZMA and Zstandard."""
