"""The installed libraries, for whoever plays with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sqlalchemy import select

from h5p_exports.content_types.library import LibraryName
from h5p_exports.package.libraries import LibraryFile
from h5p_exports.semantics import load_semantics
from lti_tool.catalogue.blobs import BlobStore
from lti_tool.db import Database
from lti_tool.errors import NotFound
from lti_tool.libraries.library import InstalledLibrary
from lti_tool.libraries.models import is_named, libraries, library_files

LIBRARIES_IN_MEMORY = 256


class Libraries:
    """Gives the installed libraries back.

    A library is kept parsed. Which digest a name has is read from the database each time, in one statement: what
    another process has installed is seen at once.
    """

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self.blobs = blobs
        self._parsed = lru_cache(maxsize=LIBRARIES_IN_MEMORY)(self._load)

    def all(self) -> tuple[InstalledLibrary, ...]:
        """Every library, by its name."""
        return tuple(self._parsed(name, digest) for name, digest in self._digests().items())

    def find(self, name: LibraryName) -> InstalledLibrary | None:
        """A library at this major and minor version, its newest patch; none where it is not installed."""
        statement = select(libraries.c.digest).where(is_named(name))
        with self._database.read() as connection:
            digest = connection.execute(statement).scalar()
        return self._parsed(name, digest) if digest else None

    def closure(self, dependencies: Iterable[LibraryName]) -> tuple[InstalledLibrary, ...]:
        """These libraries and all that they preload, each once, what is needed before what needs it.

        Raises `NotFound("h5p-library-missing")` with the missing ones in the parameter `libraries`. Two libraries that
        preload each other, which none should, come in the order in which they were met.
        """
        digests = self._digests()
        found: dict[LibraryName, InstalledLibrary | None] = {}
        in_order: list[InstalledLibrary] = []
        waiting: list[Iterator[LibraryName]] = [iter(tuple(dependencies))]
        loading: list[InstalledLibrary] = []
        while waiting:
            name = next(waiting[-1], None)
            if name is None:
                waiting.pop()
                if loading:
                    in_order.append(loading.pop())
            elif name not in found:
                digest = digests.get(name)
                found[name] = library = self._parsed(name, digest) if digest else None
                if library is not None:
                    loading.append(library)
                    waiting.append(iter(library.preloaded))
        missing = sorted(str(name) for name, library in found.items() if library is None)
        if missing:
            raise NotFound("h5p-library-missing", libraries=", ".join(missing))
        return tuple(in_order)

    def open(self, library: InstalledLibrary, path: str) -> LibraryFile:
        """A file of a library, by its path inside it; its bytes are in `blobs` under its `sha256`.

        Raises `NotFound("medium-unknown")`, also when the library was replaced in the meantime.
        """
        columns = (library_files.c.path, library_files.c.media_type, library_files.c.size, library_files.c.sha256)
        statement = (
            select(*columns)
            .join(libraries, libraries.c.id == library_files.c.library_id)
            .where(is_named(library.name), libraries.c.digest == library.digest, library_files.c.path == path)
        )
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("medium-unknown")
        return LibraryFile(row.path, row.media_type, row.size, row.sha256)

    def _digests(self) -> dict[LibraryName, str]:
        named = (libraries.c.machine_name, libraries.c.major, libraries.c.minor)
        with self._database.read() as connection:
            rows = connection.execute(select(*named, libraries.c.digest).order_by(*named))
            return {LibraryName(row.machine_name, row.major, row.minor): row.digest for row in rows}

    def _load(self, name: LibraryName, digest: str) -> InstalledLibrary:
        statement = select(libraries).where(is_named(name), libraries.c.digest == digest)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:  # Replaced between two statements.
            raise NotFound("h5p-library-missing", libraries=str(name))
        return InstalledLibrary(
            name=name,
            patch=row.patch,
            title=row.title,
            runnable=row.runnable,
            digest=row.digest,
            library_json=json.loads(row.library_json),
            semantics=load_semantics(json.loads(row.semantics)),
            source=row.source,
            installed_at=row.installed_at,
        )
