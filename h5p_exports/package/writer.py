"""Writing a content-only `.h5p`: no bundled library, the same bytes for the same content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import PackageRefused
from h5p_exports.package.media import EXTENSIONS
from h5p_exports.package.names import extension, safe_name

_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644
_UNIX = 3


def write_package(
    target: Path | BinaryIO,
    *,
    title: str,
    language: str,
    library: str,
    params: object,
    media: Mapping[str, bytes] | None = None,
    dependencies: Sequence[str] = (),
) -> None:
    """Write a package of `library` (``H5P.Blanks 1.14``) to a path or a seekable file.

    `media` goes from paths inside the content folder to bytes; `dependencies` are other libraries to be listed.
    Names are sorted, dates fixed; folders have no entry, since Moodle refuses them.
    """
    main = LibraryName.parse(library)
    manifest = {
        "title": title,
        "language": language,
        "mainLibrary": main.machine_name,
        "embedTypes": ["iframe"],
        "license": "U",
        "preloadedDependencies": [
            {"machineName": name.machine_name, "majorVersion": name.major, "minorVersion": name.minor}
            for name in (main, *map(LibraryName.parse, dependencies))
        ],
    }
    files = {"h5p.json": _json(manifest), "content/content.json": _json(params)}
    for path, data in (media or {}).items():
        if extension(path) not in EXTENSIONS:
            raise PackageRefused("not-in-whitelist", name=path)
        files[f"content/{safe_name(path)}"] = data
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = ZipInfo(name, _DATE)
            info.compress_type = ZIP_DEFLATED
            info.create_system = _UNIX
            info.external_attr = _REGULAR_FILE << 16
            archive.writestr(info, files[name])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
