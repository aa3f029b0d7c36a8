"""A library that is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from h5p_exports.content_types.library import LibraryName
from h5p_exports.package.libraries import dependencies, preloaded_files
from h5p_exports.semantics.fields import Field


@dataclass(frozen=True, slots=True)
class InstalledLibrary:
    """A library as it was installed; another patch of it is another one, with another `digest`.

    `library_json` is as its file has it, `semantics` the fields that its params have (none for most libraries).
    """

    name: LibraryName
    patch: int
    title: str
    runnable: bool
    digest: str
    library_json: Mapping[str, Any]
    semantics: tuple[Field, ...]
    source: str
    installed_at: datetime

    @property
    def version(self) -> str:
        """Major, minor and patch, such as ``1.16.14``."""
        return f"{self.name.major}.{self.name.minor}.{self.patch}"

    @property
    def preloaded(self) -> tuple[LibraryName, ...]:
        """The libraries that are loaded before it, in its order."""
        return dependencies(self.library_json, "preloaded")

    @property
    def scripts(self) -> tuple[str, ...]:
        """The paths of its scripts, in the order in which they are loaded."""
        return preloaded_files(self.library_json, "Js")

    @property
    def styles(self) -> tuple[str, ...]:
        """The paths of its style sheets, in the order in which they are loaded."""
        return preloaded_files(self.library_json, "Css")
