"""The settings of an activity of the kind `h5p`: the content itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from activities.h5p.content import Exercise, read_exercise


class H5PSettings(BaseModel):
    """An H5P content: `library` as in ``H5P.QuestionSet 1.20``, `params` as in `content/content.json`.

    `language` is the content's (BCP 47), for the `lang` attribute of its texts. The HTML of `params` must have been
    cleaned when the content was let in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    library: str = Field(max_length=255)
    params: dict[str, Any]
    language: str = Field(default="fr", pattern=r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$")

    @cached_property
    def exercise(self) -> Exercise:
        """What the params say, read once. Raises `ContentRefused`."""
        return read_exercise(self.library, self.params)
