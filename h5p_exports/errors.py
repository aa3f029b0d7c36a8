"""What can be wrong with H5P.

    H5PError
    ├── InvalidContent           the params of a content type cannot be used
    ├── InvalidSemantics         a `semantics.json` cannot be used
    ├── InvalidResponse          an answer does not have the shape that its question gives
    ├── BuildRefused             a content cannot be built for a site
    ├── MigrationRefused         a content cannot be brought to other versions
    ├── SourceRefused            a text for people, GIFT or Moodle XML does not say an exercise
    ├── UnknownProfile           no profile of that name
    ├── UnsupportedContentType   a library that is neither played nor scored here
    ├── NotScored                an answer that only the official player, or a teacher, can score
    ├── HubUnusable              the H5P Hub does not offer what was asked for, or its answer means nothing
    └── PackageRefused           an archive that is not let in

An error carries an *id* and parameters, never a sentence for people.
"""

from __future__ import annotations

from collections.abc import Sequence


class H5PError(Exception):
    """An error with an id such as ``invalid-content`` and the parameters of its text.

    Texts among the parameters come from the content: they are cut at 100 characters, and always encodable.
    """

    def __init__(self, id: str, **params: str | int) -> None:
        super().__init__(id)
        self.id = id
        self.params = {name: _quotable(value) if isinstance(value, str) else value for name, value in params.items()}

    def __str__(self) -> str:
        details = " ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.id} {details}".rstrip()


class InvalidContent(H5PError):
    """The params cannot be used; ``where`` is a path such as ``questions[2].params.answers``."""

    def __init__(self, id: str, where: str) -> None:
        super().__init__(id, where=where)
        self.where = where


class InvalidSemantics(H5PError):
    """The fields cannot be used; ``where`` is a path such as ``semantics[2].field.tags``."""

    def __init__(self, where: str) -> None:
        super().__init__("invalid-semantics", where=where)
        self.where = where


class InvalidResponse(H5PError):
    """The official player cannot have sent this answer; ``where`` says which part is wrong."""

    def __init__(self, where: str) -> None:
        super().__init__("invalid-response", where=where)


class UnsupportedContentType(H5PError):
    """Neither played nor scored here; ``library`` names it."""

    def __init__(self, library: str) -> None:
        super().__init__("unsupported-content-type", library=library)


class NotScored(H5PError):
    """The answer may be right, but finding out is refused: ``essay-regex-not-scored``, ``essay-too-long``."""


class BuildRefused(H5PError):
    """The content cannot be built.

    ``not-in-profile`` (`library`, `profile`), ``child-not-allowed`` (`library`, `parent`), ``missing-media`` (`path`),
    ``nothing-to-build`` (`where`), ``too-long`` (`where`, `limit`), ``lost-in-h5p`` (`where`): H5P has no way to write
    what was asked.
    """


class MigrationRefused(H5PError):
    """The content stays as it is.

    ``not-in-profile`` (`library`, `profile`), ``version-too-old`` and ``version-too-new`` (`library`, `known`),
    ``not-supported`` (`library`, `where`): the target has no place for it.
    """


class SourceRefused(H5PError):
    """A source is not understood; texts are in `formats/messages.toml`. `line` counts from 1."""

    def __init__(self, id: str, *, line: int = 1, **params: str | int) -> None:
        super().__init__(id, line=line, **params)
        self.line = line


class UnknownProfile(H5PError):
    """No profile of this name is among those that are `known`, or the file that should hold one cannot be read."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__("unknown-profile", name=name, known=", ".join(known))


class HubUnusable(H5PError):
    """The hub cannot be used for this; every id has `hub`, its host.

    ``hub-answer-wrong`` (`where`), ``hub-content-type-unknown`` (`library`), ``hub-needs-newer-core`` (`library`,
    `needed`, `core`).
    """


class PackageRefused(H5PError):
    """The archive is not let in. Ids are those of the PHP reference where it has one."""


def _quotable(text: str) -> str:
    return text[:100].encode("utf-8", "backslashreplace").decode()
