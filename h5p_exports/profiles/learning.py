"""Learning a profile from a package that a site has exported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from h5p_exports.errors import PackageRefused
from h5p_exports.package import Limits
from h5p_exports.package.archive import Archive
from h5p_exports.package.json_text import parse_json
from h5p_exports.package.manifest import read_manifest
from h5p_exports.package.rules import MACHINE_NAME, items
from h5p_exports.profiles.profile import Profile

_KINDS = ("preloadedDependencies", "dynamicDependencies", "editorDependencies")
_NUMBER = re.compile(r"[0-9]{1,5}")
_LIBRARY = re.compile(r"[^/]+/library\.json")
_FAMILY = 100
"""Libraries that one package may bring: the largest content types bring some sixty."""


def learn_profile(source: Path | BinaryIO, *, name: str, limits: Limits | None = None) -> Profile:
    """The versions that the site which exported a package has. Raises `PackageRefused` for what is not a package.

    They come from the bundled libraries and from all dependencies; where a library has several versions, the
    highest is kept: it is the one that the site makes new content with. The core API is the highest that a library
    asks for.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return learn_profile(file, name=name, limits=limits)
    limits = limits or Limits()
    archive = Archive(source, limits)
    manifest = _json(archive, "h5p.json", limits)
    read_manifest(manifest)
    bundled = [entry for entry in archive.entries if _LIBRARY.fullmatch(entry)]
    if len(bundled) > _FAMILY:
        raise PackageRefused("too-many-entries", limit=_FAMILY)
    files = [manifest, *(_json(archive, entry, limits) for entry in bundled)]
    versions: dict[str, tuple[int, int]] = {}
    for library in (library for file in files for library in _libraries(file)):
        machine_name, version = library
        versions[machine_name] = max(version, versions.get(machine_name, version))
    apis = [_version(file.get("coreApi")) for file in files if isinstance(file, dict)]
    return Profile(name, max((api for api in apis if api), default=(0, 0)), versions)


def _json(archive: Archive, name: str, limits: Limits) -> object:
    if name not in archive.entries:
        raise PackageRefused("invalid-h5p-json-file", property=name)
    return parse_json(archive.read(name, limit=limits.json_size), name=name, depth=limits.json_depth)


def _libraries(file: object) -> Iterator[tuple[str, tuple[int, int]]]:
    """What a `h5p.json` or a `library.json` says of itself and of what it needs."""
    if not isinstance(file, dict):
        return
    for value in (file, *(item for kind in _KINDS for item in items(file.get(kind)))):
        machine_name = value.get("machineName") if isinstance(value, dict) else None
        version = _version(value)
        if version and isinstance(machine_name, str) and MACHINE_NAME.fullmatch(machine_name.encode()):
            yield machine_name, version


def _version(value: Any) -> tuple[int, int] | None:
    numbers = [str(value.get(key)) for key in ("majorVersion", "minorVersion")] if isinstance(value, dict) else []
    if not numbers or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    return int(numbers[0]), int(numbers[1])
