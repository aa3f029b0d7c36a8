"""Pictures of a content, and their size."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from h5p_exports.build.draft import Value, given
from h5p_exports.errors import PackageRefused
from h5p_exports.package.media import EXTENSIONS, media_type
from h5p_exports.package.names import extension, safe_name

_PNG, _GIF, _JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SEGMENTS = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at a `path` inside the content folder; `alt` and `title` are plain text, sizes in pixels if known."""

    path: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    title: str = ""
    decorative: bool = False

    def file(self) -> dict[str, Value]:
        """The file as H5P writes it."""
        return {**file_of(self.path), **given(width=self.width, height=self.height)}


def file_of(path: str) -> dict[str, Value]:
    """A file of a content as H5P writes it. Raises `PackageRefused` for what H5P does not allow."""
    if extension(safe_name(path)) not in EXTENSIONS:
        raise PackageRefused("not-in-whitelist", name=path)
    return {"path": path, "mime": media_type(path), "copyright": {"license": "U"}}


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; `None` for anything else, and for what is cut short."""
    try:
        if data.startswith(_PNG):
            size = struct.unpack_from(">II", data, 16)
        elif data.startswith(_GIF):
            size = struct.unpack_from("<HH", data, 6)
        elif data.startswith(_JPEG):
            height, width = next(_jpeg_frames(data))
            size = (width, height)
        else:
            return None
    except (struct.error, StopIteration):
        return None
    width, height = size
    return (width, height) if width and height else None


def _jpeg_frames(data: bytes) -> Iterator[tuple[int, int]]:
    """Height and width of the frames that a JPEG announces."""
    position = len(_JPEG)
    for _ in range(_SEGMENTS):
        mark, kind = struct.unpack_from(">BB", data, position)
        if mark != 0xFF:  # noqa: PLR2004 # Every marker begins so (ITU-T T.81 §B.1.1.2).
            return
        if kind == 0xFF or kind in _ALONE:  # noqa: PLR2004 # A fill byte.
            position += 1 if kind == 0xFF else 2  # noqa: PLR2004 # Same.
            continue
        length, _, height, width = struct.unpack_from(">HBHH", data, position + 2)
        if kind in _FRAME_HEADERS:
            yield height, width
        position += 2 + length
