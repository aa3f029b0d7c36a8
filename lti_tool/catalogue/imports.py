"""H5P files and scenario folders become stored activities."""

from __future__ import annotations

import re
from functools import partial
from mimetypes import guess_type
from typing import BinaryIO, cast

from activities.h5p.content import ContentRefused, read_exercise
from activities.scenario import Scenario
from h5p_exports.errors import H5PError
from h5p_exports.filtering import clean_params
from h5p_exports.package import Limits, Package, read_package
from lti_tool.catalogue.service import Catalogue, MediumSource, NewActivity, new_slug
from lti_tool.catalogue.visibility import Owner
from lti_tool.errors import Invalid

MEBIBYTE = 1024 * 1024

UNTITLED = "Exercice H5P"
# Control characters, line separators, and what turns the direction of the text around it.
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Importer:
    """Stores what passed the gate; stores nothing of what did not."""

    def __init__(self, catalogue: Catalogue, *, max_upload_mb: int) -> None:
        self._catalogue = catalogue
        size = max_upload_mb * MEBIBYTE
        self._limits = Limits(file_size=size, total_size=4 * size)

    def store_package(self, source: BinaryIO, *, name: str, owner: Owner | None = None) -> int:
        """Make an activity of an H5P file; returns its revision. `name` is what the sender called the file.

        Without an owner it is for everyone.

        Raises `Invalid` with the id of the gate (`zip-slip`, `h5p-type-not-played`, …).
        """
        try:
            with read_package(source, filename=name, limits=self._limits) as package:
                # Twice: before cleaning, to name a type that is not played; after, to know what is stored.
                read_exercise(package.library, package.params)
                media = {medium.path for medium in package.media}
                # PHP writes an object without members as `[]`.
                params = clean_params(package.library, package.params, media=media) or {}
                exercise = read_exercise(package.library, params)
                title = _one_line(package.title)
                new = NewActivity(
                    slug=new_slug(title),
                    kind="h5p",
                    title=title,
                    settings={"library": package.library, "params": params, "language": package.language},
                    record={"summary": _summary(len(exercise.questions))},
                    media=_media(package),
                )
                return self._catalogue.store(new, owner)
        except (H5PError, ContentRefused) as error:
            raise Invalid(error.id, **error.params) from None


def store_scenario(catalogue: Catalogue, scenario: Scenario) -> int:
    """Store a scenario folder, or a new revision of it when it has changed; returns the revision."""
    settings = dict(scenario.settings)
    if scenario.kind == "h5p":
        settings.setdefault("language", scenario.record.language)
        named = {path.as_posix() for path in scenario.media}
        settings["params"] = clean_params(str(settings.get("library")), settings.get("params"), media=named)
    record = scenario.record.model_dump(exclude={"id", "title"}, exclude_none=True)
    media = tuple(
        MediumSource(
            path.as_posix(),
            guess_type(path.name)[0] or "application/octet-stream",
            cast("partial[BinaryIO]", partial((scenario.folder / path).open, "rb")),
        )
        for path in scenario.media
    )
    return catalogue.store(
        NewActivity(scenario.record.id, scenario.kind, scenario.record.title, settings, record, media)
    )


def _summary(questions: int) -> str:
    if questions == 0:
        return "À lire"
    return f"{questions} questions" if questions > 1 else "1 question"


def _one_line(title: str) -> str:
    """A title that stands in a line among others: it is shown by us and in the platform's gradebook."""
    return " ".join(_UNPRINTED.sub(" ", title).split()) or UNTITLED


def _media(package: Package) -> tuple[MediumSource, ...]:
    return tuple(
        MediumSource(medium.path, medium.media_type, cast("partial[BinaryIO]", partial(package.open, medium.path)))
        for medium in package.media
    )
