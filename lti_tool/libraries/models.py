"""Tables of the installed libraries and their files."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

from h5p_exports.content_types.library import LibraryName
from lti_tool.db import Instant, metadata

libraries = Table(
    "h5p_library",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("machine_name", String(255), nullable=False),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    # The newest that was installed: there is one patch of each version.
    Column("patch", Integer, nullable=False),
    Column("title", String(255), nullable=False),
    Column("runnable", Boolean, nullable=False),
    # SHA-256 over the names and the bytes of all files. A row of one digest never changes.
    Column("digest", String(64), nullable=False),
    # `library.json` and `semantics.json` (`[]` where there is none), as JSON.
    Column("library_json", Text, nullable=False),
    Column("semantics", Text, nullable=False),
    # Where it came from: the name of a file, or the address of a hub.
    Column("source", String(255), nullable=False),
    Column("installed_at", Instant, nullable=False),
    UniqueConstraint("machine_name", "major", "minor"),
)

library_files = Table(
    "h5p_library_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("h5p_library.id", ondelete="CASCADE"), nullable=False),
    # Inside the folder of the library, e.g. `js/blanks.js`.
    Column("path", String(255), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    # The bytes are in the blob store under this name, with those of media.
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("library_id", "path"),
)


def is_named(name: LibraryName) -> ColumnElement[bool]:
    """The row of a library, if it is installed."""
    return and_(
        libraries.c.machine_name == name.machine_name,
        libraries.c.major == name.major,
        libraries.c.minor == name.minor,
    )
