"""Archives inside a package: office documents are zip archives, and may be bombs."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from h5p_exports.errors import PackageRefused
from h5p_exports.package.archive import Archive
from h5p_exports.package.limits import MEBIBYTE, Limits
from h5p_exports.package.names import extension

ZIPPED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp"})
_ARCHIVES = ZIPPED | {"zip", "jar", "h5p"}
_BOMBS = frozenset({"too-many-entries", "overlapping-entries", "file-size-too-large", "zip-bomb"})
_DEEPEST = 2
"""A slide show may hold a spreadsheet."""
_PACKED_TWICE = 20
"""Unpacked size over packed size that no archive in an archive has: what it holds is packed already."""


def check_nested(archive: Archive, name: str, limits: Limits, *, level: int = 1) -> None:
    """Look through the directory of an office document, nothing unpacked but what leads to it.

    Raises `PackageRefused`: ``zip-bomb``, or ``file-type-mismatch`` for what is no archive in order.
    """
    # Unpacked once: in a packed file, each step back would unpack it from its beginning.
    with SpooledTemporaryFile(max_size=MEBIBYTE) as file:
        try:
            for chunk in archive.chunks(name):
                file.write(chunk)
            inner = Archive(file, limits)
        except PackageRefused as error:
            is_bomb = error.id in _BOMBS
            raise PackageRefused("zip-bomb" if is_bomb else "file-type-mismatch", name=name) from error
        left = limits.total_size
        for info in inner.infos:
            left -= info.file_size
            too_dense = info.file_size > MEBIBYTE and info.file_size > limits.ratio * info.compress_size
            if left < 0 or too_dense:
                raise PackageRefused("zip-bomb", name=name)
        for entry, info in inner.entries.items():
            if extension(entry) in _ARCHIVES:
                if level == _DEEPEST or info.file_size > _PACKED_TWICE * info.compress_size:
                    raise PackageRefused("zip-bomb", name=name)
                check_nested(inner, entry, limits, level=level + 1)
