"""From a draft to a package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from h5p_exports.build.assembling import Assembled, assemble
from h5p_exports.build.draft import Draft
from h5p_exports.errors import BuildRefused
from h5p_exports.package import Bytes, Metadata, write_package
from h5p_exports.profiles import Profile, load_profile

_LONGEST_TITLE = 255
"""Bytes of UTF-8 (h5p.classes.php, `$h5pRequired`)."""


def build_package(
    draft: Draft,
    target: Path | BinaryIO,
    *,
    profile: Profile | str,
    title: str = "",
    language: str = "fr",
    media: Mapping[str, Bytes] | None = None,
    metadata: Metadata | None = None,
) -> Assembled:
    """Write a content-only package at the versions of a profile, which may be named; the same source, the same bytes.

    `media` and `metadata` are those of `write_package`. Raises `BuildRefused`, `PackageRefused` and
    `UnknownProfile`; nothing is written then.
    """
    known = load_profile(profile) if isinstance(profile, str) else profile
    assembled = assemble(draft, profile=known, language=language)
    files = media or {}
    for path in _paths(assembled.params):
        if path not in files:
            raise BuildRefused("missing-media", path=path)
    write_package(
        target,
        title=package_title(title or draft.title),
        language=language,
        library=assembled.library,
        params=assembled.params,
        media=files,
        dependencies=assembled.dependencies,
        metadata=metadata,
    )
    return assembled


def package_title(title: str) -> str:
    """A title in one line, no longer than H5P takes."""
    line = " ".join(title.split())
    return line.encode()[:_LONGEST_TITLE].decode(errors="ignore").strip() or "H5P"


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _paths(item)
    elif isinstance(value, dict):
        path = value.get("path")
        if isinstance(path, str):
            yield path
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _paths(item)
