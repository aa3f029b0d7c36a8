"""Libraries that a package brings, as the PHP reference looks into them. Nothing is unpacked to a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from h5p_exports.package.limits import Limits
from h5p_exports.package.php_json import php_json
from h5p_exports.package.rules import (
    LIBRARY_OPTIONAL,
    LIBRARY_REQUIRED,
    MACHINE_NAME,
    Breach,
    ReferenceCrash,
    breaches,
    items,
)

_LANGUAGE_FILE = re.compile(r"^-?[a-z]+(-[a-z]+){0,6}\.json$", re.IGNORECASE | re.ASCII)

Say = Callable[[Breach], None]
"""Told of everything that is wrong, in the order of the reference."""


class Readable(Protocol):
    """An archive, whichever way it was opened."""

    def read(self, name: str, *, limit: int) -> bytes:
        """All the bytes of an entry, `limit` at most."""
        ...


class BundledLibraries:
    """The folders that the reference would make of an archive's entries, read from the archive itself."""

    def __init__(self, archive: Readable, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._files: dict[str, str] = {}
        self._folders: dict[str, set[str]] = {"": set()}

    def add(self, name: str) -> None:
        """Take in an entry, as if it were unpacked."""
        segments = [segment for segment in name.split("/") if segment]
        for depth, segment in enumerate(segments):
            folder = "/".join(segments[:depth])
            self._folders.setdefault(folder, set()).add(segment)
        self._files["/".join(segments)] = name

    def folders(self) -> Iterator[str]:
        """The top folders but the content's, in order."""
        for name in self._names(""):
            if name != "content" and name in self._folders:
                yield name

    def check(self, folder: str, say: Say) -> dict[str, Any] | None:
        """The parsed `library.json` of a library that is in order, with nothing said; else nothing.

        Raises `ReferenceCrash` where the reference does, and as the archive does for a JSON file beyond the limits.
        """
        data = self._data(folder, say)
        if data is None:
            return None
        machine_name = data["machineName"]
        version = f"{data['majorVersion']}.{data['minorVersion']}"
        if data.get("patchVersionInFolderName"):
            version += f".{data['patchVersion']}"
        if folder not in {machine_name, f"{machine_name}-{version}"}:
            message = (
                "Library directory name must match machineName or machineName-majorVersion.minorVersion"
                f" (from library.json). (Directory: {folder} , machineName: {machine_name},"
                f" majorVersion: {data['majorVersion']}, minorVersion: {data['minorVersion']})"
            )
            say(Breach("machineName", "library-directory-name-mismatch", message))
            return None
        return data

    def _data(self, folder: str, say: Say) -> dict[str, Any] | None:
        if not MACHINE_NAME.search(folder.encode()):
            say(Breach("", "invalid-library-name", f"Invalid library name: {folder}"))
            return None
        try:
            data = self._json(f"{folder}/library.json")
        except ValueError:
            data = False
        if data is False:
            message = f"Could not find library.json file with valid json format for library {folder}"
            say(Breach("", "invalid-library-json-file", message))
            return None
        if not self._texts_hold(folder, say):
            return None
        if not isinstance(data, list | dict):
            raise ReferenceCrash(folder)
        found = False
        for breach in breaches(data, name=folder, required=LIBRARY_REQUIRED, optional=LIBRARY_OPTIONAL):
            say(breach)
            found = True
        fields = data if isinstance(data, dict) else {}
        lacks = [self._lacks(folder, fields.get(key), say) for key in ("preloadedJs", "preloadedCss")]
        return None if found or any(lacks) else fields

    def _texts_hold(self, folder: str, say: Say) -> bool:
        """Whether `semantics.json` and the language files can be read."""
        if f"{folder}/semantics.json" in self._files and not self._holds(f"{folder}/semantics.json"):
            message = f"Invalid semantics.json file has been included in the library {folder}"
            say(Breach("semantics.json", "invalid-semantics-json-file", message))
            return False
        for file in self._names(f"{folder}/language"):
            if not _LANGUAGE_FILE.search(file):
                message = f"Invalid language file {file} in library {folder}"
            elif not self._holds(f"{folder}/language/{file}"):
                message = f"Invalid language file {file} has been included in the library {folder}"
            else:
                continue
            say(Breach(f"language/{file}", "invalid-language-file", message))
            return False
        return True

    def _lacks(self, folder: str, files: object, say: Say) -> bool:
        for file in items(files):
            if isinstance(file, str):
                raise ReferenceCrash(folder)
            path = str(file.get("path", "") if isinstance(file, dict) else "").replace("\\", "/")
            if not self._exists(f"{folder}/{path}"):
                message = f'The file "{path}" is missing from library: "{folder}"'
                say(Breach(path, "library-missing-file", message))
                return True
        return False

    def _exists(self, path: str) -> bool:
        """Whether a path leads to a file or a folder; one that leaves the package leads nowhere."""
        here: list[str] = []
        for segment in path.split("/"):
            if "/".join(here) not in self._folders:
                return False
            if segment == "..":
                if not here:
                    return False
                here.pop()
            elif segment not in {"", "."}:
                here.append(segment)
        found = "/".join(here)
        return found in self._files or found in self._folders

    def _names(self, folder: str) -> list[str]:
        return sorted(self._folders.get(folder, ()), key=str.encode)

    def _holds(self, path: str) -> bool:
        try:
            self._json(path)
        except ValueError:
            return False
        return True

    def _json(self, path: str) -> object:
        if path not in self._files:
            raise ValueError(path)
        data = self._archive.read(self._files[path], limit=self._limits.json_size)
        return php_json(data, objects=False)
