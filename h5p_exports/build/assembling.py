"""From a draft to params: the versions of a profile, interface texts, identifiers, metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from h5p_exports.build.content_type import ContentType, content_type
from h5p_exports.build.draft import Draft
from h5p_exports.build.identifiers import Identifiers
from h5p_exports.errors import BuildRefused
from h5p_exports.profiles import Profile


@dataclass(frozen=True, slots=True)
class Assembled:
    """A content at a version: its library, such as ``H5P.Blanks 1.14``, and its params, JSON from here on.

    `dependencies` are the libraries of the contents inside it.
    """

    title: str
    language: str
    library: str
    params: dict[str, Any]
    dependencies: tuple[str, ...]


def assemble(draft: Draft, *, profile: Profile, language: str = "fr") -> Assembled:
    """A content at the versions that the profile names; `language` is that of the interface texts, French or English.

    The same draft always gives the same params. Raises `BuildRefused` where the profile lacks a type, or where a
    content may not stand in another one.
    """
    work = _Work(profile, language)
    library, params = work.content(draft)
    return Assembled(draft.title, language, library, params, tuple(sorted(work.libraries - {library})))


class _Work:
    """One assembly: what it has met."""

    def __init__(self, profile: Profile, language: str) -> None:
        self.libraries: set[str] = set()
        self._profile = profile
        self._language = language
        self._identifiers = Identifiers()

    def content(self, draft: Draft) -> tuple[str, dict[str, Any]]:
        """The library and the params of a draft."""
        version = self._profile.versions.get(draft.machine_name)
        if version is None:
            raise BuildRefused("not-in-profile", library=draft.machine_name, profile=self._profile.name)
        library = f"{draft.machine_name} {version[0]}.{version[1]}"
        self.libraries.add(library)
        about = content_type(draft.machine_name, version, self._language)
        params = about.at_version(about.with_texts(draft.params))
        return library, {name: self._value(value, draft, about) for name, value in params.items()}

    def _value(self, value: Any, parent: Draft, about: ContentType) -> Any:
        if isinstance(value, Draft):
            return self._child(value, parent, about)
        if isinstance(value, str | int | float):
            return value
        if isinstance(value, Mapping):
            return {name: self._value(item, parent, about) for name, item in value.items()}
        return [self._value(item, parent, about) for item in value]

    def _child(self, draft: Draft, parent: Draft, about: ContentType) -> dict[str, Any]:
        # A type says what may stand inside; one that says nothing is a question, which may have a picture above it.
        if draft.machine_name not in (about.children or {"H5P.Image"}):
            raise BuildRefused("child-not-allowed", library=draft.machine_name, parent=parent.machine_name)
        library, params = self.content(draft)
        version = self._profile.versions[draft.machine_name]
        return {
            "library": library,
            "params": params,
            "subContentId": self._identifiers.of(draft),
            "metadata": {
                "title": draft.title,
                "license": "U",
                "contentType": content_type(draft.machine_name, version, self._language).title,
                "defaultLanguage": self._language,
            },
        }
