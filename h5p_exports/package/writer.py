"""Writing a content-only `.h5p`: no bundled library, the same bytes for the same content."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import PackageRefused
from h5p_exports.package.media import EXTENSIONS
from h5p_exports.package.metadata import Metadata, check_metadata
from h5p_exports.package.names import extension, safe_name

_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644
_UNIX = 3
_CHUNK = 64 * 1024

Bytes = bytes | Path | Callable[[], IO[bytes]]
"""A file to write: its bytes, where it is, or how to open it. The last two are read piece by piece."""


def write_package(
    target: Path | BinaryIO,
    *,
    title: str,
    language: str,
    library: str,
    params: object,
    media: Mapping[str, Bytes] | None = None,
    dependencies: Sequence[str] = (),
    metadata: Metadata | None = None,
) -> None:
    """Write a package of `library` (``H5P.Blanks 1.14``) to a path or a seekable file.

    `media` goes from paths inside the content folder to files; `dependencies` are other libraries to be listed;
    `metadata` are licence, authors and so on as `h5p.json` writes them. Names are sorted, dates fixed; folders have no
    entry, since Moodle refuses them. Raises `PackageRefused`; nothing is written then.
    """
    check_metadata(metadata or {})
    main = LibraryName.parse(library)
    manifest = {
        "title": title,
        "language": language,
        "mainLibrary": main.machine_name,
        "embedTypes": ["iframe"],
        "license": "U",
        **(metadata or {}),
        "preloadedDependencies": [
            {"machineName": name.machine_name, "majorVersion": name.major, "minorVersion": name.minor}
            for name in (main, *map(LibraryName.parse, dependencies))
        ],
    }
    files: dict[str, Bytes] = {"h5p.json": _json(manifest), "content/content.json": _json(params)}
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
            with _opened(files[name]) as source, archive.open(info, "w") as sink:
                shutil.copyfileobj(source, sink, _CHUNK)


def _opened(file: Bytes) -> IO[bytes]:
    if isinstance(file, bytes):
        return io.BytesIO(file)
    return file.open("rb") if isinstance(file, Path) else file()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
