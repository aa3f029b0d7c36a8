"""The libraries that a package brings, read to be installed. Nothing is ever unpacked to a path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, NoReturn

from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import InvalidSemantics, PackageRefused, UnsupportedContentType
from h5p_exports.package.archive import Archive
from h5p_exports.package.bundled import BundledLibraries
from h5p_exports.package.json_text import parse_json
from h5p_exports.package.limits import MEBIBYTE, Limits
from h5p_exports.package.media import HEAD, LIBRARY_EXTENSIONS, head_agrees, library_media_type
from h5p_exports.package.names import extension, safe_name
from h5p_exports.package.nested import ZIPPED, check_nested
from h5p_exports.package.rules import Breach, ReferenceCrash, items
from h5p_exports.semantics import load_semantics

LIBRARY_LIMITS = Limits(entries=20_000, file_size=64 * MEBIBYTE, total_size=512 * MEBIBYTE)
"""Limits of a package that an administrator installs: the largest content types bring thousands of small files."""

MOST_LIBRARIES = 200
"""Libraries that one package may bring: the largest content types bring some sixty."""

MOST_JSON = 4 * MEBIBYTE
"""Bytes of all `library.json` and `semantics.json` of a package: they are kept, and parsed take forty times as much."""

LONGEST_PATH = 255
"""Characters of a path inside a library."""

_CONTENT = "content/"
_OF_A_PROPERTY = frozenset({"", "missing-required-property", "illegal-option-in-library"})
"""Codes that say nothing of the file: the reference uses them of `h5p.json` too."""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file of a library: its path inside the library's folder, the type to serve it with, its size in bytes."""

    path: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Library:
    """A library of a package, checked from end to end. Notes at its top (`README.md`) are no files of it.

    `library_json` and `semantics` (empty where there are none) are as their files have them; `digest` tells two
    builds of one version apart.
    """

    name: LibraryName
    patch: int
    title: str
    runnable: bool
    library_json: Mapping[str, Any]
    semantics: list[Any]
    files: tuple[LibraryFile, ...]
    folder: str

    @property
    def needs(self) -> tuple[LibraryName, ...]:
        """What it cannot run without; see `needs`."""
        return needs(self.library_json)

    @property
    def digest(self) -> str:
        """SHA-256 over all files; see `digest_of`."""
        return digest_of(self.files)

    def __str__(self) -> str:
        return f"{self.name}.{self.patch}"


@dataclass(frozen=True, slots=True)
class LibraryPackage:
    """The libraries of a package, in the order of their folders."""

    libraries: tuple[Library, ...]
    archive: Archive

    def open(self, library: Library, file: LibraryFile) -> IO[bytes]:
        """A file of a library, to be read while the package is open."""
        return self.archive.open(f"{library.folder}/{file.path}")


@contextmanager
def read_libraries(
    source: Path | BinaryIO, *, filename: str | None = None, limits: Limits = LIBRARY_LIMITS
) -> Iterator[LibraryPackage]:
    """Open the libraries of a package for the length of a `with` block.

    Raises `PackageRefused` unless every library is in order: the gate of the archive, then all that the reference
    asks of a library (folder, `library.json`, `semantics.json`, languages, extensions, core API), then first bytes,
    and scripts and styles inside their own folder. ``no-libraries`` where there is none. The content is not looked
    into, and need not be there. Files are read through piece by piece; only JSON is kept, `MOST_JSON` of it.
    """
    if filename is None and isinstance(source, Path):
        filename = source.name
    if filename is not None and not filename.lower().endswith("h5p"):
        raise PackageRefused("missing-h5p-extension")
    with ExitStack() as stack:
        file = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
        yield _read(Archive(file, limits), limits)


def dependencies(library_json: Mapping[str, Any], kind: str) -> tuple[LibraryName, ...]:
    """The ``preloaded``, ``dynamic`` or ``editor`` dependencies of a `library.json`, in its order.

    Raises `PackageRefused` (``invalid-library-json-file``) for what is no list of libraries.
    """
    key = f"{kind}Dependencies"
    return tuple(_name(item, key) for item in _list(library_json, key))


def needs(library_json: Mapping[str, Any]) -> tuple[LibraryName, ...]:
    """What a library cannot run without: preloaded and dynamic dependencies. Those of editors are not asked for."""
    return dependencies(library_json, "preloaded") + dependencies(library_json, "dynamic")


def preloaded_files(library_json: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """The paths, inside the library, of its ``Js`` or ``Css`` files, in the order in which they are loaded.

    Raises `PackageRefused`: ``zip-slip`` for a path that leaves the library.
    """
    key = f"preloaded{kind}"
    paths = (item.get("path") if isinstance(item, dict) else None for item in _list(library_json, key))
    return tuple(_inside(path) if isinstance(path, str) else _invalid(key) for path in paths)


def digest_of(files: Iterable[LibraryFile]) -> str:
    """SHA-256 of what ``sha256sum`` prints for the files of a library, in the order of their paths' bytes."""
    lines = (f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda file: file.path.encode()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _read(archive: Archive, limits: Limits) -> LibraryPackage:
    bundled = BundledLibraries(archive, limits)
    names: dict[str, list[str]] = {}
    for name in archive.entries:
        folder, slash, path = name.partition("/")
        if not slash or name.startswith(_CONTENT):
            continue
        if extension(name) not in LIBRARY_EXTENSIONS or len(path) > LONGEST_PATH:
            raise PackageRefused("not-in-whitelist", name=name)
        if _is_note(path):
            continue
        names.setdefault(folder, []).append(path)
        bundled.add(name)
    if not names:
        raise PackageRefused("no-libraries")
    if len(names) > MOST_LIBRARIES:
        raise PackageRefused("too-many-entries", limit=MOST_LIBRARIES)
    _check_sizes(archive, names, limits)
    libraries: dict[LibraryName, Library] = {}
    for folder in bundled.folders():
        _check(bundled, folder)
        files = tuple(_files(archive, folder, names[folder], limits))
        library = _library(archive, folder, files, limits)
        if library.name in libraries:
            raise PackageRefused("duplicate-entry", name=folder)
        libraries[library.name] = library
    return LibraryPackage(tuple(libraries.values()), archive)


def _is_note(path: str) -> bool:
    """Whether it is a `README.md` or the like: some sites export them, others do not, and no page ever asks for one."""
    return "/" not in path and extension(path) == "md"


def _check_sizes(archive: Archive, names: Mapping[str, list[str]], limits: Limits) -> None:
    """Refuse too much before any of it is unpacked: an entry never gives more than the size that it declares."""
    sizes = {
        (folder, path): archive.entries[f"{folder}/{path}"].file_size for folder in names for path in names[folder]
    }
    kept = sum(size for (_, path), size in sizes.items() if path in {"library.json", "semantics.json"})
    for size, limit in ((sum(sizes.values()), limits.total_size), (kept, MOST_JSON)):
        if size > limit:
            raise PackageRefused("total-size-too-large", limit=limit)


def _check(bundled: BundledLibraries, folder: str) -> None:
    """Refuse what the reference refuses."""

    def refuse(breach: Breach) -> NoReturn:
        id_ = "invalid-library-json-file" if breach.code in _OF_A_PROPERTY else breach.code
        raise PackageRefused(id_, name=folder, property=breach.property or "library.json")

    try:
        bundled.check(folder, refuse)
    except ReferenceCrash:
        raise PackageRefused("invalid-library-json-file", name=folder, property=folder) from None


def _library(archive: Archive, folder: str, files: tuple[LibraryFile, ...], limits: Limits) -> Library:
    data = _json(archive, f"{folder}/library.json", limits)
    has_semantics = any(file.path == "semantics.json" for file in files)
    semantics = _json(archive, f"{folder}/semantics.json", limits) if has_semantics else []
    try:
        load_semantics(semantics)
    except InvalidSemantics:
        raise PackageRefused("invalid-semantics-json-file", name=folder) from None
    if not isinstance(data, dict) or not isinstance(semantics, list):
        _invalid(folder)
    paths = {file.path for file in files}
    for path in preloaded_files(data, "Js") + preloaded_files(data, "Css"):
        if path not in paths:
            raise PackageRefused("library-missing-file", name=folder, property=path)
    library = Library(
        name=_name(data, folder),
        patch=int(data["patchVersion"]),
        title=str(data["title"]).strip(),
        runnable=int(data["runnable"]) == 1,
        library_json=data,
        semantics=semantics,
        files=files,
        folder=folder,
    )
    # Read now, so that a dependency which is none is refused now.
    if library.name in (*library.needs, *dependencies(data, "editor")):
        _invalid(folder)
    return library


def _files(archive: Archive, folder: str, paths: list[str], limits: Limits) -> Iterator[LibraryFile]:
    for path in paths:
        name = f"{folder}/{path}"
        digest, size, head = hashlib.sha256(), 0, b""
        for chunk in archive.chunks(name):
            head = head or chunk[:HEAD]
            digest.update(chunk)
            size += len(chunk)
        if not head_agrees(name, head):
            raise PackageRefused("file-type-mismatch", name=name)
        if extension(name) in ZIPPED:
            check_nested(archive, name, limits)
        yield LibraryFile(path, library_media_type(name), size, digest.hexdigest())


def _json(archive: Archive, name: str, limits: Limits) -> object:
    return parse_json(archive.read(name, limit=limits.json_size), name=name, depth=limits.json_depth)


def _list(library_json: Mapping[str, Any], key: str) -> list[Any]:
    value = library_json.get(key)
    if isinstance(value, dict):
        # PHP writes a list with gaps as an object.
        value = items(value)
    return value if isinstance(value, list) else _invalid(key) if value is not None else []


def _name(value: object, where: str) -> LibraryName:
    fields = value if isinstance(value, dict) else {}
    try:
        numbers = f"{int(fields['majorVersion'])}.{int(fields['minorVersion'])}"
        return LibraryName.parse(f"{fields['machineName']} {numbers}")
    except (KeyError, TypeError, ValueError, UnsupportedContentType):
        return _invalid(where)


def _inside(path: str) -> str:
    """The path of a file of the library, however it is written."""
    segments = path.replace("\\", "/").lstrip("/").split("/")
    return safe_name("/".join(segment for segment in segments if segment != "."))


def _invalid(where: str) -> NoReturn:
    raise PackageRefused("invalid-library-json-file", name=where, property=where)
