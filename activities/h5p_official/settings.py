"""The settings of an activity of the kind `h5p-official`: the content, and the libraries that play it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from h5p_exports.content_types import LibraryName
from h5p_exports.errors import UnsupportedContentType

_LANGUAGE_TAG = re.compile(r"(?!und\b)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class OfficialSettings(BaseModel):
    """An H5P content: `library` as in ``H5P.Crossword 0.5``, `params` filtered by its semantics.

    `dependencies` are the libraries that the content names, `library` the first; what those need is found when it is
    played. `language` is the package's. The params hold what is right: the official player gets them as they are. An
    error of validation quotes no content.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    library: str = Field(max_length=300)
    params: dict[str, Any]
    dependencies: tuple[str, ...] = Field(min_length=1, max_length=500)
    language: str = Field(default="fr", max_length=35)

    @field_validator("dependencies")
    @classmethod
    def _names(cls, dependencies: tuple[str, ...]) -> tuple[str, ...]:
        for name in dependencies:
            try:
                LibraryName.parse(name)
            except UnsupportedContentType as error:
                raise ValueError(str(error)) from None
        return dependencies

    @property
    def libraries(self) -> tuple[LibraryName, ...]:
        """The libraries that the content names."""
        return tuple(map(LibraryName.parse, self.dependencies))

    @property
    def lang(self) -> str:
        """The content's language for a `lang` attribute (BCP 47): the page's own, French, where it is not known."""
        return self.language if _LANGUAGE_TAG.fullmatch(self.language) else "fr"
