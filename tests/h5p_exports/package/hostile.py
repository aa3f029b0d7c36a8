"""Packages that must not be let in, made byte by byte."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST: dict[str, Any] = {
    "title": "Les nombres",
    "language": "fr",
    "mainLibrary": "H5P.TrueFalse",
    "embedTypes": ["iframe"],
    "license": "U",
    "preloadedDependencies": [{"machineName": "H5P.TrueFalse", "majorVersion": 1, "minorVersion": "8"}],
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def package(
    files: Mapping[str | ZipInfo, bytes] | None = None, *, manifest: object = MANIFEST, params: object = None
) -> bytes:
    """A package in order, but for the files, the manifest or the params that are given."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("h5p.json", manifest if isinstance(manifest, bytes) else json.dumps(manifest))
        archive.writestr("content/content.json", params if isinstance(params, bytes) else json.dumps(params or {}))
        for name, data in (files or {}).items():
            archive.writestr(name, data, ZIP_DEFLATED)
    return file.getvalue()


def entry(name: str, **attributes: int | bytes) -> ZipInfo:
    """An entry with attributes of its own."""
    info = ZipInfo("placeholder")
    info.filename = name
    for key, value in attributes.items():
        setattr(info, key, value)
    return info


def patched(data: bytes, name: str, *, offset: int, local: int, value: bytes) -> bytes:
    """The archive with a field of the entry `name` changed in the directory, and before its bytes where it is too."""
    changed = bytearray(data)
    for signature, start, length in ((b"PK\x01\x02", offset, 46), (b"PK\x03\x04", local, 30)):
        at = changed.find(signature)
        while at != -1 and changed[at + length : at + length + len(name)] != name.encode():
            at = changed.find(signature, at + 4)
        if start >= 0:
            changed[at + start : at + start + len(value)] = value
    return bytes(changed)


def with_flag(data: bytes, name: str, flag: int) -> bytes:
    """The archive with the general-purpose flag of an entry set."""
    return patched(data, name, offset=8, local=6, value=struct.pack("<H", flag))


def with_declared_size(data: bytes, name: str, size: int) -> bytes:
    """The archive that lies about the unpacked size of an entry."""
    return patched(data, name, offset=24, local=22, value=struct.pack("<L", size))


def with_shared_bytes(data: bytes, name: str, other: str) -> bytes:
    """The archive where an entry points at the bytes of another one."""
    at = data.find(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(other)] != other.encode():
        at = data.find(b"PK\x01\x02", at + 4)
    return patched(data, name, offset=42, local=-1, value=data[at + 42 : at + 46])
