"""Installing libraries: all of a package, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import H5PError
from h5p_exports.package.libraries import Library, LibraryPackage, read_libraries
from lti_tool.catalogue.blobs import BlobStore
from lti_tool.db import AnyRow, Database, again_if_overtaken
from lti_tool.errors import Conflict, Invalid, NotFound, Refused
from lti_tool.libraries.models import libraries, library_files

LONGEST_SOURCE = 255


@dataclass(frozen=True, slots=True)
class Installation:
    """What became of a package: the libraries that were installed, and those that were there, or are newer, already.

    Each is named with its patch, such as ``H5P.Blanks 1.14.37``.
    """

    installed: tuple[str, ...]
    kept: tuple[str, ...]


class Installer:
    """Installs what passed the gate; writes nothing of what did not."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    @again_if_overtaken
    def install(self, source: Path | BinaryIO, *, name: str, origin: str) -> Installation:
        """Install the libraries of a package, in one transaction; their bytes are written before it.

        `name` is what the file is called, `origin` where it came from. A newer patch takes the place of an older one;
        an older one is passed over. Nothing is written where a library is refused. Raises `Invalid` with the id of
        the gate, `Refused("h5p-library-poisoned")` for other bytes under a version that is installed,
        `NotFound("h5p-library-missing")` for what is neither installed nor in the package.
        """
        try:
            with read_libraries(source, filename=name) as package:
                return self._install(package, origin)
        except H5PError as error:
            raise Invalid(error.id, **error.params) from None

    def _install(self, package: LibraryPackage, origin: str) -> Installation:
        with self._database.read() as connection:
            wanted = _wanted(connection, package.libraries)
        for library in wanted:
            self._store(package, library)
        with self._database.write() as connection:
            if _wanted(connection, package.libraries) != wanted:
                raise Conflict("h5p-libraries-overtaken")
            for library in wanted:
                self._write(connection, library, origin)
        kept = [library for library in package.libraries if library not in wanted]
        return Installation(tuple(map(str, wanted)), tuple(map(str, kept)))

    def _store(self, package: LibraryPackage, library: Library) -> None:
        for file in library.files:
            with package.open(library, file) as stream:
                blob = self._blobs.put(cast("BinaryIO", stream))
            if blob.sha256 != file.sha256:
                raise Conflict("h5p-libraries-overtaken")

    def _write(self, connection: Connection, library: Library, origin: str) -> None:
        name = library.name
        key = {"machine_name": name.machine_name, "major": name.major, "minor": name.minor}
        connection.execute(delete(libraries).where(*(libraries.c[column] == value for column, value in key.items())))
        library_id = connection.execute(
            insert(libraries)
            .values(
                **key,
                patch=library.patch,
                title=library.title,
                runnable=library.runnable,
                digest=library.digest,
                library_json=json.dumps(library.library_json, ensure_ascii=False),
                semantics=json.dumps(library.semantics, ensure_ascii=False),
                source=origin[:LONGEST_SOURCE],
                installed_at=self._clock(),
            )
            .returning(libraries.c.id)
        ).scalar_one()
        connection.execute(
            insert(library_files),
            [
                {
                    "library_id": library_id,
                    "path": file.path,
                    "media_type": file.media_type,
                    "size": file.size,
                    "sha256": file.sha256,
                }
                for file in library.files
            ],
        )


def _wanted(connection: Connection, brought: Iterable[Library]) -> tuple[Library, ...]:
    """The libraries of a package that are to be written. Raises where one of them may not."""
    named = (libraries.c.machine_name, libraries.c.major, libraries.c.minor)
    rows = connection.execute(select(*named, libraries.c.patch, libraries.c.digest))
    installed: dict[LibraryName, AnyRow] = {LibraryName(row[0], row[1], row[2]): row for row in rows}
    brought = tuple(brought)
    known = installed.keys() | {library.name for library in brought}
    missing = sorted({str(name) for library in brought for name in library.needs if name not in known})
    if missing:
        raise NotFound("h5p-library-missing", libraries=", ".join(missing))
    for library in brought:
        row = installed.get(library.name)
        if row is not None and row.patch == library.patch and row.digest != library.digest:
            raise Refused("h5p-library-poisoned", library=str(library))
    return tuple(
        library for library in brought if library.name not in installed or installed[library.name].patch < library.patch
    )
