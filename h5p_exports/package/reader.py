"""Reading an `.h5p` file that nobody vouches for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from h5p_exports.errors import PackageRefused
from h5p_exports.package.archive import Archive
from h5p_exports.package.json_text import parse_json
from h5p_exports.package.limits import Limits
from h5p_exports.package.manifest import read_manifest
from h5p_exports.package.media import EXTENSIONS, HEAD, head_agrees, media_type
from h5p_exports.package.metadata import Metadata
from h5p_exports.package.names import extension
from h5p_exports.package.nested import ZIPPED, check_nested

_CONTENT = "content/"
_MANIFEST, _PARAMS = "h5p.json", "content/content.json"


@dataclass(frozen=True, slots=True)
class Medium:
    """A content file: its path inside the content folder, as params name it, and its size in bytes."""

    path: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds: its main library, such as ``H5P.Blanks 1.14``, the params of it, and its media.

    `metadata` are licence, authors and so on, as `h5p.json` writes them.
    Params are as the author wrote them: unsafe until `h5p_exports.filtering` has cleaned them.
    """

    title: str
    language: str
    library: str
    params: object
    media: tuple[Medium, ...]
    metadata: Metadata
    archive: Archive

    def open(self, path: str) -> IO[bytes]:
        """A medium as a file, to be read while the package is open."""
        return self.archive.open(_CONTENT + path)


@contextmanager
def read_package(
    source: Path | BinaryIO, *, filename: str | None = None, limits: Limits | None = None
) -> Iterator[Package]:
    """Open a package for the length of a `with` block. Raises `PackageRefused` unless every part of it is in order.

    `filename` is what the sender called the file, the name of the path by default; it must end with ``h5p``.
    Libraries that the package brings are never looked into. Media are read through once, so that sizes, checksums
    and first bytes are known to be right; memory stays flat whatever the package holds.
    """
    limits = limits or Limits()
    if filename is None and isinstance(source, Path):
        filename = source.name
    if filename is not None and not filename.lower().endswith("h5p"):
        raise PackageRefused("missing-h5p-extension")
    with ExitStack() as stack:
        file = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
        yield _read(Archive(file, limits), limits)


def _read(archive: Archive, limits: Limits) -> Package:
    if _MANIFEST not in archive.entries:
        raise PackageRefused(_absent(archive, _MANIFEST, "invalid-h5p-json-file"), property=_MANIFEST)
    if _PARAMS not in archive.entries:
        raise PackageRefused(_absent(archive, _PARAMS, "invalid-content-folder"), property=_PARAMS)
    for name in archive.entries:
        # In any case, as the reference looks for them; a folder entry is no exception: Moodle refuses it too.
        if name.lower().startswith(_CONTENT) and extension(name) not in EXTENSIONS:
            raise PackageRefused("not-in-whitelist", name=name)
    names = [name for name in archive.entries if name.startswith(_CONTENT) and name != _PARAMS]
    manifest = read_manifest(_json(archive, _MANIFEST, limits))
    return Package(
        title=manifest.title,
        language=manifest.language,
        library=manifest.library,
        params=_json(archive, _PARAMS, limits),
        media=tuple(_media(archive, names, limits)),
        metadata=manifest.metadata,
        archive=archive,
    )


def _absent(archive: Archive, name: str, id_: str) -> str:
    """The reference finds these two files in any case, and then cannot read them."""
    return "unable-to-read-package-file" if any(entry.lower() == name for entry in archive.entries) else id_


def _json(archive: Archive, name: str, limits: Limits) -> object:
    value = parse_json(archive.read(name, limit=limits.json_size), name=name, depth=limits.json_depth)
    if value is None or value is False:
        raise PackageRefused("unable-to-parse-package", name=name)
    return value


def _media(archive: Archive, names: list[str], limits: Limits) -> Iterator[Medium]:
    left = limits.total_size
    for name in names:
        size, head = 0, b""
        for chunk in archive.chunks(name):
            head = head or chunk[:HEAD]
            size += len(chunk)
            if size > left:
                raise PackageRefused("total-size-too-large", limit=limits.total_size)
        left -= size
        if not head_agrees(name, head):
            raise PackageRefused("file-type-mismatch", name=name)
        if extension(name) in ZIPPED:
            check_nested(archive, name, limits)
        yield Medium(path=name.removeprefix(_CONTENT), media_type=media_type(name), size=size)
