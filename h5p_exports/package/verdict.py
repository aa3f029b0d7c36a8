"""The verdict of the PHP reference on a package (h5p.classes.php, `H5PValidator::isValidPackage`)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from h5p_exports.package.bundled import BundledLibraries
from h5p_exports.package.dependencies import library_string, missing
from h5p_exports.package.libzip import LibzipArchive, NotAnArchive, TooLarge
from h5p_exports.package.limits import Limits
from h5p_exports.package.media import EXTENSIONS, LIBRARY_EXTENSIONS
from h5p_exports.package.php_json import php_json
from h5p_exports.package.rules import MANIFEST_OPTIONAL, MANIFEST_REQUIRED, Breach, ReferenceCrash, breaches

_MANIFEST, _PARAMS, _CONTENT = "h5p.json", "content/content.json", "content/"
_SKIPPED = re.compile(r"(^|/|\\)[._]")


def _ends_with(extensions: Collection[str]) -> re.Pattern[str]:
    return re.compile(r"\.(" + "|".join(sorted(extensions)) + r")$")


_ALLOWED = (
    "json png jpg jpeg gif bmp tif tiff eot ttf woff woff2 otf webm mp4 ogg mp3 m4a wav txt pdf rtf doc docx xls xlsx"
    " ppt pptx odt ods odp csv diff patch swf md textile vtt webvtt gltf glb"
)
"""`EXTENSIONS` as the reference lists them in its message."""
_CONTENT_FILE, _LIBRARY_FILE = _ends_with(EXTENSIONS), _ends_with(LIBRARY_EXTENSIONS)


@dataclass(frozen=True, slots=True)
class Finding:
    """An error of the reference: its code, or its message where it has no code; where it is, as far as is known."""

    code: str
    message: str
    where: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the PHP reference answers; `libraries_found` are the bundled ones that it would install.

    `crashed`: the reference throws, and the package is as good as invalid.
    """

    valid: bool
    errors: tuple[Finding, ...]
    libraries_found: tuple[str, ...] = ()
    crashed: bool = False


class _Broken(Exception):
    """The reference gives up at once."""


def check_package(
    source: Path | BinaryIO,
    *,
    installed: Collection[str] = (),
    can_install: bool = False,
    filename: str | None = None,
    limits: Limits | None = None,
) -> Verdict:
    """The verdict on a file for a site that has the libraries `installed` (``H5P.Blanks 1.14``).

    `can_install`: the person who uploads may install the libraries that the package brings. A file that holds more
    than `limits` is never read to its end: ``file-size-too-large``. Nothing is written, no input makes it raise.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return check_package(
                file,
                installed=installed,
                can_install=can_install,
                filename=filename or source.name,
                limits=limits,
            )
    check = _Check(frozenset(installed), can_install=can_install, limits=limits or Limits())
    crashed = False
    try:
        valid = check.run(source, filename)
    except _Broken:
        valid = False
    except ReferenceCrash:
        valid, crashed = False, True
    return Verdict(valid, tuple(check.errors), tuple(check.libraries) if valid else (), crashed)


class _Check:
    def __init__(self, installed: frozenset[str], *, can_install: bool, limits: Limits) -> None:
        self.errors: list[Finding] = []
        self.libraries: dict[str, dict[str, Any]] = {}
        self._installed = installed
        self._can_install = can_install
        self._limits = limits

    def run(self, file: BinaryIO, filename: str | None) -> bool:
        # PHP only looks at the last three bytes.
        if filename is not None and not filename.lower().endswith("h5p"):
            self._say(
                "missing-h5p-extension",
                "The file you uploaded is not a valid HTML5 Package (It does not have the .h5p file extension)",
            )
            return False
        archive = self._open(file)
        names = [entry.name for entry in archive.entries if not _SKIPPED.search(entry.name)]
        self._check_names(names)
        params, manifest = self._params(archive, names), self._manifest(archive, names)
        if self.errors or params is None or not isinstance(manifest, dict):
            return False
        self._check_libraries(archive, names)
        if not self.errors:
            for code, library in missing(manifest, self.libraries, self._installed):
                kind = "main" if code == "missing-main-library" else "required"
                self._say(code, f"Missing {kind} library {library}", _MANIFEST)
        return not self.errors

    def _say(self, code: str, message: str, where: str = "") -> None:
        self.errors.append(Finding(code or message, message, where))

    def _open(self, file: BinaryIO) -> LibzipArchive:
        try:
            return LibzipArchive(file, self._limits)
        except NotAnArchive as error:
            if error.too_large:
                self._say("file-size-too-large", "The package has more files than are read")
            else:
                self._say(
                    "unable-to-unzip",
                    "The file you uploaded is not a valid HTML5 Package (We are unable to unzip it)",
                )
            raise _Broken from error

    def _check_names(self, names: list[str]) -> None:
        for name in names:
            lower = name.lower()
            if lower in {_MANIFEST, _PARAMS}:
                continue
            if lower.startswith(_CONTENT):
                pattern, allowed = _CONTENT_FILE, _ALLOWED
            elif self._can_install and "/" in lower:
                pattern, allowed = _LIBRARY_FILE, _ALLOWED + " js css svg xml"
            else:
                continue
            if not pattern.search(lower):
                message = f'File "{name}" not allowed. Only files with the following extensions are allowed: {allowed}.'
                self._say("not-in-whitelist", message, name)

    def _params(self, archive: LibzipArchive, names: list[str]) -> object:
        if not _holds(names, _PARAMS):
            self._say("invalid-content-folder", "A valid content folder is missing", _PARAMS)
            return None
        return self._json(archive, _PARAMS)

    def _manifest(self, archive: LibzipArchive, names: list[str]) -> object:
        if not _holds(names, _MANIFEST):
            self._say("invalid-h5p-json-file", "A valid main h5p.json file is missing", _MANIFEST)
            return None
        manifest = self._json(archive, _MANIFEST)
        if manifest is not None:
            found = False
            for breach in breaches(manifest, name=_MANIFEST, required=MANIFEST_REQUIRED, optional=MANIFEST_OPTIONAL):
                self._say(breach.code, breach.message, f"{_MANIFEST}#{breach.property}")
                found = True
            if found:
                self._say("invalid-h5p-json-file", "The main h5p.json file is not valid", _MANIFEST)
        return manifest

    def _json(self, archive: LibzipArchive, name: str) -> object:
        """The value of a JSON file; none where it is not in order."""
        self._check_readable(archive, name)
        try:
            value = php_json(archive.read(name, limit=self._limits.json_size), objects=name == _PARAMS)
        except TooLarge as error:
            raise self._too_large(name) from error
        except ValueError:
            self._say("unable-to-parse-package", f"Unable to parse JSON from the package: {name}", name)
            return None
        # The reference takes `false` for an error that it has told already.
        return None if value is False else value

    def _check_readable(self, archive: LibzipArchive, name: str) -> None:
        if not archive.readable(name):
            self._say("unable-to-read-package-file", f"Unable to read file from the package: {name}", name)
            raise _Broken

    def _too_large(self, name: str) -> _Broken:
        message = f"One of the files inside the package exceeds the maximum file size allowed. ({name})"
        self._say("file-size-too-large", message, name)
        return _Broken()

    def _check_libraries(self, archive: LibzipArchive, names: list[str]) -> None:
        bundled = BundledLibraries(archive, self._limits)
        for name in names:
            if name.startswith(_CONTENT) or (self._can_install and "/" in name):
                self._check_readable(archive, name)
                bundled.add(name)
        for folder in bundled.folders() if self._can_install else ():
            try:
                library = bundled.check(folder, partial(self._say_of_library, folder))
            except TooLarge as error:
                raise self._too_large(folder) from error
            if library is not None:
                self.libraries[library_string(library)] = library

    def _say_of_library(self, folder: str, breach: Breach) -> None:
        self._say(breach.code, breach.message, f"{folder}/library.json#{breach.property}")


def _holds(names: list[str], name: str) -> bool:
    """Whether a file is there, in upper or lower case: only then is it looked for, in lower case."""
    return any(entry.lower() == name for entry in names)
