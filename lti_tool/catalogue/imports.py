"""H5P files and scenario folders become stored activities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from mimetypes import guess_type
from typing import BinaryIO, cast

from activities.h5p.content import ContentRefused, read_exercise
from activities.scenario import Scenario
from h5p_exports.errors import H5PError
from h5p_exports.filtering import clean_params
from h5p_exports.package import Limits, Package, read_package
from lti_tool.catalogue.official import InstalledLibraries, read_official
from lti_tool.catalogue.service import Catalogue, MediumSource, NewActivity, new_slug
from lti_tool.catalogue.visibility import Owner
from lti_tool.errors import Invalid

MEBIBYTE = 1024 * 1024

UNTITLED = "Exercice H5P"
FOR_THE_OFFICIAL_PLAYER = frozenset({"h5p-type-not-played", "essay-regex-not-scored"})
"""Why a content is not played natively, and would be by the official player."""
# Control characters, line separators, and what turns the direction of the text around it.
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Importer:
    """Stores what passed the gate; stores nothing of what did not."""

    def __init__(self, catalogue: Catalogue, libraries: InstalledLibraries, *, max_upload_mb: int) -> None:
        self._catalogue = catalogue
        self._libraries = libraries
        size = max_upload_mb * MEBIBYTE
        self._limits = Limits(file_size=size, total_size=4 * size)

    def store_package(self, source: BinaryIO, *, name: str, owner: Owner | None = None) -> int:
        """Make an activity of an H5P file; returns its revision. `name` is what the sender called the file.

        Without an owner it is for everyone. What is not played natively is for the official player, where an
        administrator has installed its libraries.

        Raises `Invalid` with the id of the gate (`zip-slip`, `h5p-type-not-played`, …).
        """
        try:
            with read_package(source, filename=name, limits=self._limits) as package:
                title = _one_line(package.title)
                kind, settings, questions = self._read(package)
                new = NewActivity(
                    slug=new_slug(title),
                    kind=kind,
                    title=title,
                    settings={"library": package.library, "language": package.language, **settings},
                    record={"summary": _summary(questions)},
                    media=_media(package),
                )
                return self._catalogue.store(new, owner)
        except (H5PError, ContentRefused) as error:
            raise Invalid(error.id, **error.params) from None

    def _read(self, package: Package) -> tuple[str, Mapping[str, object], int]:
        """The kind of activity that a package becomes, its own settings, and how many questions it has."""
        media = {medium.path for medium in package.media}
        try:
            # Twice: before cleaning, to name a type that is not played; after, to know what is stored.
            read_exercise(package.library, package.params)
        except ContentRefused as refusal:
            if refusal.id not in FOR_THE_OFFICIAL_PLAYER:
                raise
            official = read_official(package.library, package.params, self._libraries, media=media)
            if official.missing:
                raise Invalid(refusal.id, **refusal.params, libraries=", ".join(official.missing)) from None
            own = {"params": official.params, "dependencies": official.dependencies}
            return "h5p-official", own, official.questions
        # PHP writes an object without members as `[]`.
        params = clean_params(package.library, package.params, media=media) or {}
        return "h5p", {"params": params}, len(read_exercise(package.library, params).questions)


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
