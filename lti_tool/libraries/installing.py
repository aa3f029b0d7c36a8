"""Installing libraries: all of a package, or nothing."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.engine import Connection

from activities.h5p_official.kind import OfficialKind
from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import H5PError
from h5p_exports.package.libraries import Library, LibraryPackage, needs, read_libraries
from lti_tool.catalogue.blobs import BlobStore
from lti_tool.catalogue.models import activities, revisions
from lti_tool.db import AnyRow, Database, again_if_overtaken
from lti_tool.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from lti_tool.libraries.models import is_named, libraries, library_files

LONGEST_SOURCE = 255

_NAMED = (libraries.c.machine_name, libraries.c.major, libraries.c.minor)

Check = Callable[[Iterable[Library]], None]
"""Refuses libraries by raising."""

Stored = Callable[[int, int], None]
"""Told how many of how many files are written."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What became of the libraries of a package.

    `installed` are new here, or in the place of an older patch; `same` were here already, to the byte; `older` were
    passed over.
    """

    installed: tuple[Library, ...]
    same: tuple[Library, ...]
    older: tuple[Library, ...]


class Installer:
    """Installs what passed the gate; writes nothing of what did not."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    @again_if_overtaken
    def install(
        self,
        source: Path | BinaryIO,
        *,
        name: str,
        origin: str,
        expected: str | None = None,
        check: Check = lambda _libraries: None,
        stored: Stored = lambda _done, _all: None,
    ) -> Installation:
        """Install the libraries of a package, all or none, in one transaction; their bytes are written before it.

        `name` is what the file is called, `origin` where it came from; `expected` is a machine name that must be in
        it. `check` may refuse what would be here afterwards; `stored` is told how many of how many files are written.
        A newer patch takes the place of an older one; an older one is passed over.

        Raises `Invalid` with the id of the gate or ``h5p-library-not-in-package``,
        `Refused("h5p-library-poisoned")` for other bytes under a version that is installed, and
        `NotFound("h5p-library-missing")` for what is needed and neither installed nor in the package; and
        `Unavailable("storage-unavailable")` where there is no place for the bytes.
        """
        try:
            with read_libraries(source, filename=name) as package:
                if expected and expected not in {library.name.machine_name for library in package.libraries}:
                    raise Invalid("h5p-library-not-in-package", library=expected)
                return self._install(package, origin, check, stored)
        except H5PError as error:
            raise Invalid(error.id, **error.params) from None

    def _install(self, package: LibraryPackage, origin: str, check: Check, stored: Stored) -> Installation:
        with self._database.read() as connection:
            plan = _plan(connection, package.libraries)
        check(plan.installed + plan.same)
        self._store(package, plan.installed, stored)
        with self._database.write() as connection:
            if _plan(connection, package.libraries) != plan:
                raise Conflict("h5p-libraries-overtaken")
            for library in plan.installed:
                self._write(connection, library, origin)
        return plan

    def remove(self, name: LibraryName, *, force: bool = False) -> None:
        """Remove a library. Its bytes stay in the store: a backup under way may be copying them.

        Raises `NotFound("h5p-library-missing")` and, without `force`, `Conflict("h5p-library-in-use")` when another
        library or an activity, in whichever revision, needs it.
        """
        with self._database.write() as connection:
            rows = list(connection.execute(select(libraries.c.id, *_NAMED, libraries.c.library_json)))
            library_id = next((row.id for row in rows if _name_of(row) == name), None)
            if library_id is None:
                raise NotFound("h5p-library-missing", libraries=str(name))
            user = None if force else _user_of(connection, name, rows)
            if user is not None:
                raise Conflict("h5p-library-in-use", library=str(name), user=user)
            connection.execute(delete(libraries).where(libraries.c.id == library_id))

    def _store(self, package: LibraryPackage, brought: tuple[Library, ...], stored: Stored) -> None:
        files = [(library, file) for library in brought for file in library.files]
        for number, (library, file) in enumerate(files, 1):
            try:
                with package.open(library, file) as stream:
                    blob = self._blobs.put(cast("BinaryIO", stream))
            except OSError as error:
                raise Unavailable("storage-unavailable") from error
            except (BadZipFile, EOFError, zlib.error):
                blob = None
            if blob is None or blob.sha256 != file.sha256:  # Somebody is writing to the file.
                raise Conflict("h5p-libraries-overtaken")
            stored(number, len(files))

    def _write(self, connection: Connection, library: Library, origin: str) -> None:
        name = library.name
        # Only an older patch: where reading takes no lock, another installation may have come in since the plan. Its
        # row stays, this one cannot be inserted, and all is looked at again.
        connection.execute(delete(libraries).where(is_named(name), libraries.c.patch < library.patch))
        library_id = connection.execute(
            insert(libraries)
            .values(
                machine_name=name.machine_name,
                major=name.major,
                minor=name.minor,
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


def _plan(connection: Connection, brought: tuple[Library, ...]) -> Installation:
    """What is to become of the libraries of a package. Raises where one of them may not be here."""
    rows = connection.execute(select(*_NAMED, libraries.c.patch, libraries.c.digest))
    here = {_name_of(row): row for row in rows}
    installed: list[Library] = []
    same: list[Library] = []
    older: list[Library] = []
    for library in brought:
        row = here.get(library.name)
        if row is None or row.patch < library.patch:
            installed.append(library)
        elif row.patch > library.patch:
            older.append(library)
        elif row.digest == library.digest:
            same.append(library)
        else:
            raise Refused("h5p-library-poisoned", library=str(library), here=row.digest, brought=library.digest)
    known = here.keys() | {library.name for library in brought}
    missing = sorted({str(name) for library in installed + same for name in library.needs if name not in known})
    if missing:
        raise NotFound("h5p-library-missing", libraries=", ".join(missing))
    return Installation(tuple(installed), tuple(same), tuple(older))


def _name_of(row: AnyRow) -> LibraryName:
    return LibraryName(row.machine_name, row.major, row.minor)


def _user_of(connection: Connection, name: LibraryName, rows: list[AnyRow]) -> str | None:
    """A library among `rows`, or else an activity for the official player, that needs a library; none where none."""
    for row in rows:
        if name in needs(json.loads(row.library_json)):
            return str(_name_of(row))
    title: str | None = connection.execute(_activities_with(name)).scalar()
    return title


def _activities_with(name: LibraryName) -> Select[Any]:
    """The titles of activities for the official player whose content names this library."""
    return (
        select(activities.c.title)
        .join(revisions, revisions.c.activity_id == activities.c.id)
        .where(activities.c.kind == OfficialKind.name, revisions.c.settings.contains(f'"{name}"', autoescape=True))
        .limit(1)
    )
