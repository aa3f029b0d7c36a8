"""A source by its file: the format follows from the name."""

from __future__ import annotations

from pathlib import Path

from h5p_exports.errors import SourceRefused
from h5p_exports.formats.gift import read_gift
from h5p_exports.formats.moodle_xml import LARGEST, read_moodle_xml
from h5p_exports.formats.source import Source
from h5p_exports.formats.text import read_text

_TEXTS = frozenset({".md", ".markdown"})


def read_source(path: Path, *, language: str = "fr") -> Source:
    """The exercise of a file: ``.md`` (text), ``.gift``, ``.xml`` (Moodle) or ``.txt``.

    The last is a text where it starts with settings, GIFT otherwise. `language` is that of formats that do not say it.
    Raises `SourceRefused`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise SourceRefused("source-unreadable") from error
    suffix = path.suffix.lower()
    if suffix == ".xml":
        return read_moodle_xml(data, title=path.stem, language=language)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceRefused("not-utf8", line=data.count(b"\n", 0, error.start) + 1) from error
    if suffix in _TEXTS or (suffix == ".txt" and text.startswith("---")):
        return read_text(text, folder=path.parent)
    if suffix in {".gift", ".txt"}:
        return read_gift(text, title=path.stem, language=language)
    raise SourceRefused("unknown-source")
