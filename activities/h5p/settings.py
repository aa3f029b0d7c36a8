"""The settings of an activity of the kind `h5p`: the content itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from activities.h5p.content import Exercise, read_exercise
from h5p_exports.scoring import Tolerance

_FORMULA = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$", re.DOTALL)
_LANGUAGE_TAG = re.compile(r"(?!und\b)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class ToleranceSettings(BaseModel):
    """What makes no difference in a typed answer; see `h5p_exports.scoring.Tolerance`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    apostrophes: bool = True
    spaces: bool = True
    ligatures: bool = False
    accents: bool = False


_TOLERANCES: Mapping[str, Tolerance | None] = {
    "none": None,
    "typing": Tolerance(ligatures=True),
    "accents": Tolerance(ligatures=True, accents=True),
}
"""What a place says, by `activities.kind.TOLERANCES`."""


class H5PSettings(BaseModel):
    """An H5P content: `library` as in ``H5P.QuestionSet 1.20``, `params` as in `content/content.json`.

    `language` is the package's, which may be anything that H5P lets through (``und``, ``-``). The HTML of `params`
    must have been cleaned when the content was let in. With `tolerance` typed answers are compared as a French teacher
    would; without it they are worth what the official player gives. An error of validation quotes no content.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    library: str = Field(max_length=300)
    params: dict[str, Any]
    language: str = Field(default="fr", max_length=35)

    tolerance: ToleranceSettings | None = None

    @property
    def lang(self) -> str:
        """The content's language for a `lang` attribute (BCP 47): the page's own, French, where it is not known."""
        return self.language if _LANGUAGE_TAG.fullmatch(self.language) else "fr"

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """The static files that the pages ask for beyond those of every page, each once."""
        formulas = ("js/formulas.js",) if any(map(_FORMULA.search, _texts(self.params))) else ()
        return tuple(dict.fromkeys(chain(formulas, *(part.scripts for part in self.exercise.parts))))

    @cached_property
    def exercise(self) -> Exercise:
        """What the params say, read once. Raises `ContentRefused`."""
        exercise = read_exercise(self.library, self.params)
        return exercise.compared(Tolerance(**self.tolerance.model_dump())) if self.tolerance else exercise

    @property
    def typing(self) -> str | None:
        """How the content itself compares typed answers, one of `TOLERANCES`; None where there is nothing to type."""
        if not self.exercise.takes_typing:
            return None
        return "none" if self.tolerance is None else "accents" if self.tolerance.accents else "typing"

    def exercise_at(self, tolerance: str | None) -> Exercise:
        """The exercise at a place with this tolerance, one of `TOLERANCES`; None: the content's own."""
        if tolerance is None or tolerance == self.typing:
            return self.exercise
        return self.exercise.compared(_TOLERANCES[tolerance])


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
