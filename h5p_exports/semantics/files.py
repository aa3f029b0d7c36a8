"""Fields that hold files: `file`, `image`, `audio`, `video`."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import normpath
from typing import Any

from h5p_exports.php import PhpError, escape, to_int, to_text
from h5p_exports.semantics.fields import DEEPEST, Field

_FROM_ANOTHER_CONTENT = re.compile(r"^((\.\./){1,2})(.*content/)?([0-9]+|editor)/(.+)$")
_TEMPORARY = "#tmp"
_KEYS = ("path", "mime", "copyright")
_KEYS_OF = {
    "file": (),
    "image": ("width", "height", "originalImage"),
    "audio": (),
    "video": ("width", "height", "codecs", "quality", "bitrate"),
}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)

Copyright = Callable[[object, int], object]
"""Filters the group `copyright` of a file, at a level."""


class FileFilter:
    """Strictly, a path must be one inside the content or an address on the web; otherwise the file is removed."""

    def __init__(self, copyright_: Copyright, *, compatible: bool) -> None:
        self._copyright = copyright_
        self._compatible = compatible

    def file(self, value: Any, field: Field, level: int) -> dict[str, Any]:
        """A file with its known keys. Raises `PhpError` for what is no object."""
        if not isinstance(value, dict):
            raise PhpError(field.name)
        left = {key: item for key, item in value.items() if key in self._keys(field)}
        left["path"] = self._path(value.get("path"), field)
        for key in ("mime", "codecs"):
            if left.get(key) is not None:
                left[key] = escape(left[key])
        for key in ("width", "height", "bitrate"):
            if left.get(key) is not None:
                left[key] = to_int(left[key])
        if left.get("quality") is not None:
            left["quality"] = _quality(left["quality"])
            if left["quality"] is None:
                del left["quality"]
        if "metadata" in left:
            left["metadata"] = _with_plain_quality_name(left["metadata"])
        if left.get("copyright") is not None:
            left["copyright"] = self._copyright(left["copyright"], level)
        return left if self._compatible else self._strict(left, field, level)

    def variants(self, value: Any, field: Field, level: int) -> object:
        """A list of files. Anything but a list or an object passes unfiltered in the reference."""
        if isinstance(value, list):
            return [item for item in (self._variant(item, field, level) for item in value) if item is not None]
        if isinstance(value, dict):
            left = {key: self._variant(item, field, level) for key, item in value.items()}
            return {key: item for key, item in left.items() if item is not None}
        return value if self._compatible else None

    def plain(self, value: object, level: int = 0) -> object:
        """Any value with every text in it escaped."""
        if isinstance(value, str):
            return escape(value)
        if level > DEEPEST:
            return None
        if isinstance(value, list):
            return [self.plain(item, level + 1) for item in value]
        if isinstance(value, dict):
            return {escape(key): self.plain(item, level + 1) for key, item in value.items()}
        return value

    def _keys(self, field: Field) -> tuple[str, ...]:
        return (*_KEYS, *_KEYS_OF[field.type], *field.extra_attributes)

    def _variant(self, value: object, field: Field, level: int) -> object:
        try:
            return self.file(value, field, level)
        except PhpError:
            if self._compatible:
                raise
            return None

    def _path(self, value: object, field: Field) -> str:
        path = to_text(value)
        if match := _FROM_ANOTHER_CONTENT.search(path):
            path = match[5]
        path = escape(path.removesuffix(_TEMPORARY))
        if not self._compatible and not _is_safe(path):
            raise PhpError(field.name)
        return path

    def _strict(self, left: dict[str, Any], field: Field, level: int) -> dict[str, Any]:
        if "copyright" in left and not isinstance(left["copyright"], dict):
            del left["copyright"]
        if "originalImage" in left:
            original = self._variant(left.pop("originalImage"), field, level + 1) if level <= DEEPEST else None
            if isinstance(original, dict):
                left["originalImage"] = original
        for key in field.extra_attributes:
            if key in left and key not in (*_KEYS, *_KEYS_OF[field.type]):
                left[key] = self.plain(left[key])
        return left


def _is_safe(path: str) -> bool:
    if _WEB.match(path):
        return True
    return not _SCHEME.match(path) and not normpath(path.replace("\\", "/")).startswith(("/", ".."))


def _quality(value: object) -> dict[str, Any] | None:
    if not isinstance(value, dict) or value.get("level") is None or value.get("label") is None:
        return None
    return {"level": to_int(value["level"]), "label": escape(value["label"])}


def _with_plain_quality_name(metadata: object) -> object:
    if isinstance(metadata, dict) and metadata.get("qualityName") is not None:
        return metadata | {"qualityName": escape(metadata["qualityName"])}
    return metadata
