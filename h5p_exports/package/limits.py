"""How much a package may hold."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a package; sizes in bytes, once unpacked, counted while they are read."""

    entries: int = 2_000
    """Entries of the archive, bundled libraries included."""

    file_size: int = 64 * MEBIBYTE
    """One content file."""

    total_size: int = 256 * MEBIBYTE
    """All content files together."""

    ratio: int = 200
    """Unpacked size of a file over its packed size; files under 1 MiB are not judged."""

    json_size: int = 4 * MEBIBYTE
    """`h5p.json` or `content.json`."""

    json_depth: int = 200
    """Levels of lists and objects in these two (the PHP reference stops at 512)."""
