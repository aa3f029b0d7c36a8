"""What a source says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from h5p_exports.build import Draft
from h5p_exports.formats.notice import Notice
from h5p_exports.package import Metadata


@dataclass(frozen=True, slots=True)
class Source:
    """A content read from a source: its draft, title (plain text), language, files by path, what is to be said of it.

    `metadata` are licence and authors as `h5p.json` writes them.
    A question that could not be read has a notice of severity ``skipped``.
    """

    draft: Draft
    title: str
    language: str
    media: Mapping[str, Path]
    notices: tuple[Notice, ...]
    metadata: Metadata = field(default_factory=dict)
