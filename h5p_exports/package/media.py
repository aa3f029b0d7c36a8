"""Formats of content files: extensions, media types, first bytes."""

from __future__ import annotations

from h5p_exports.package.names import extension

HEAD = 64
"""How many bytes from the start of a file are looked at."""

_Signatures = tuple[tuple[int, bytes], ...]
"""Pairs (offset, bytes), one of which a file must show; none for texts, which must hold no NUL."""

_BINARY = "application/octet-stream"
_OFFICE: _Signatures = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)
_OPEN_TYPE: _Signatures = ((0, b"OTTO"), (0, b"\0\1\0\0"), (0, b"true"))
_JPEG: _Signatures = ((0, b"\xff\xd8\xff"),)
_MP3: _Signatures = ((0, b"ID3"), *((0, bytes((0xFF, layer))) for layer in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2)))
_TIFF: _Signatures = ((0, b"II*\0"), (0, b"MM\0*"))
_ZIPPED: _Signatures = ((0, b"PK\x03\x04"),)

_FORMATS: dict[str, tuple[str, _Signatures]] = {
    "bmp": ("image/bmp", ((0, b"BM"),)),
    "csv": ("text/csv", ()),
    "diff": (_BINARY, ()),
    "doc": (_BINARY, _OFFICE),
    "docx": (_BINARY, _ZIPPED),
    "eot": (_BINARY, ((34, b"LP"),)),
    "gif": ("image/gif", ((0, b"GIF87a"), (0, b"GIF89a"))),
    "glb": (_BINARY, ((0, b"glTF"),)),
    "gltf": (_BINARY, ()),
    "jpeg": ("image/jpeg", _JPEG),
    "jpg": ("image/jpeg", _JPEG),
    "json": (_BINARY, ()),
    "m4a": ("audio/mp4", ((4, b"ftyp"),)),
    "md": (_BINARY, ()),
    "mp3": ("audio/mpeg", _MP3),
    "mp4": ("video/mp4", ((4, b"ftyp"),)),
    "odp": (_BINARY, _ZIPPED),
    "ods": (_BINARY, _ZIPPED),
    "odt": (_BINARY, _ZIPPED),
    "ogg": ("audio/ogg", ((0, b"OggS"),)),
    "otf": ("font/otf", _OPEN_TYPE),
    "patch": (_BINARY, ()),
    "pdf": ("application/pdf", ((0, b"%PDF-"),)),
    "png": ("image/png", ((0, b"\x89PNG\r\n\x1a\n"),)),
    "ppt": (_BINARY, _OFFICE),
    "pptx": (_BINARY, _ZIPPED),
    "rtf": (_BINARY, ((0, b"{\\rtf"),)),
    "swf": (_BINARY, ((0, b"FWS"), (0, b"CWS"), (0, b"ZWS"))),
    "textile": (_BINARY, ()),
    "tif": (_BINARY, _TIFF),
    "tiff": (_BINARY, _TIFF),
    "ttf": ("font/ttf", _OPEN_TYPE),
    "txt": ("text/plain", ()),
    "vtt": ("text/vtt", ()),
    "wav": ("audio/wav", ((8, b"WAVE"),)),
    "webm": ("video/webm", ((0, b"\x1a\x45\xdf\xa3"),)),
    "webvtt": ("text/vtt", ()),
    "woff": ("font/woff", ((0, b"wOFF"),)),
    "woff2": ("font/woff2", ((0, b"wOF2"),)),
    "xls": (_BINARY, _OFFICE),
    "xlsx": (_BINARY, _ZIPPED),
}

_LIBRARY_FORMATS: dict[str, tuple[str, _Signatures]] = {
    "css": ("text/css", ()),
    "js": ("text/javascript", ()),
    "json": ("application/json", ()),
    "svg": ("image/svg+xml", ()),
    "xml": ("application/xml", ()),
}

EXTENSIONS = frozenset(_FORMATS)
"""What a content file may end with (`H5PCore::$defaultContentWhitelist`): no svg, html, xml or webp."""

LIBRARY_EXTENSIONS = EXTENSIONS | _LIBRARY_FORMATS.keys()
"""What a file of a library may end with (`H5PCore::$defaultLibraryWhitelistExtras`)."""


def media_type(name: str) -> str:
    """The type to serve a content file with; ``application/octet-stream`` for what a page does not show."""
    return _FORMATS[extension(name)][0]


def library_media_type(name: str) -> str:
    """The type to serve a file of a library with."""
    ending = extension(name)
    return (_LIBRARY_FORMATS.get(ending) or _FORMATS[ending])[0]


def head_agrees(name: str, head: bytes) -> bool:
    """Whether the first bytes of a file, of a content or of a library, are those of its extension."""
    ending = extension(name)
    signatures = (_FORMATS.get(ending) or _LIBRARY_FORMATS[ending])[1]
    if not signatures:
        return b"\0" not in head
    return any(head.startswith(signature, offset) for offset, signature in signatures)
