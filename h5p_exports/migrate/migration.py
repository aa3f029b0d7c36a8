"""A content, and those inside it, brought to the versions of a profile."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from h5p_exports.build.content_type import content_type, is_built
from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import InvalidContent, MigrationRefused, UnsupportedContentType
from h5p_exports.migrate.registry import DOWNGRADES, UPGRADES, Version, known_versions
from h5p_exports.profiles import Profile

_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Migrated:
    """A content at the versions of a profile.

    `dependencies` are the libraries of the contents inside it, `changed` says whether anything had another version.
    """

    library: str
    params: Any
    dependencies: tuple[str, ...]
    changed: bool


def migrate(library: str, params: object, *, profile: Profile, language: str = "fr") -> Migrated:
    """Bring a content to the versions that the profile names; the params that are given stay as they are.

    What the upgrade hooks of the types do is done, on the way down what can be undone is undone; interface texts that
    a new version adds are written in `language`. Raises `MigrationRefused` when a library is not in the profile, is of
    a version that is not known here, or holds something for which the target has no place; `InvalidContent` for
    params that are too deep.
    """
    work = _Work(profile, language)
    copied = deepcopy(params)
    there = work.content(library, copied, {})
    migrated = work.inside(there[1], 0)
    return Migrated(there[0], migrated, tuple(sorted(work.libraries - {there[0]})), work.changed)


class _Work:
    """One migration: what it has met."""

    def __init__(self, profile: Profile, language: str) -> None:
        self.libraries: set[str] = set()
        self.changed = False
        self._profile = profile
        self._language = language

    def content(self, library: str, params: Any, metadata: dict[str, Any]) -> tuple[str, Any]:
        """The library and the params of a content, those inside it left alone."""
        name = _name(library)
        target = self._profile.versions.get(name.machine_name)
        if target is None:
            raise MigrationRefused("not-in-profile", library=library, profile=self._profile.name)
        there = f"{name.machine_name} {target[0]}.{target[1]}"
        self.libraries.add(there)
        source = (name.major, name.minor)
        if source != target:
            self.changed = True
            _check_known(name, target)
            if isinstance(params, dict):
                _run(name.machine_name, source, target, params, metadata)
                if is_built(name.machine_name):
                    about = content_type(name.machine_name, target, self._language)
                    params = about.at_version(about.with_texts(params))
        return there, params

    def inside(self, value: Any, level: int) -> Any:
        """A value whose contents are at the versions of the profile."""
        if level > _DEEPEST:
            raise InvalidContent("too-deep", "params")
        if isinstance(value, list):
            return [self.inside(item, level + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("library"), str) and "params" in value:
            metadata = value.get("metadata")
            metadata = metadata if isinstance(metadata, dict) else {}
            library, params = self.content(value["library"], value["params"], metadata)
            value = {**value, "library": library, "params": params} | ({"metadata": metadata} if metadata else {})
        return {key: self.inside(item, level + 1) for key, item in value.items()}


def _name(library: str) -> LibraryName:
    try:
        return LibraryName.parse(library)
    except UnsupportedContentType:
        raise MigrationRefused("not-supported", library=library, where="library") from None


def _check_known(name: LibraryName, target: Version) -> None:
    """Refuse a version beyond those between which contents are brought over."""
    known = known_versions().get(name.machine_name)
    if known is None:
        raise MigrationRefused("not-supported", library=str(name), where="library")
    oldest, newest = known
    for version in ((name.major, name.minor), target):
        library = f"{name.machine_name} {version[0]}.{version[1]}"
        if version < oldest:
            raise MigrationRefused("version-too-old", library=library, known=f"{oldest[0]}.{oldest[1]}")
        if version > newest:
            raise MigrationRefused("version-too-new", library=library, known=f"{newest[0]}.{newest[1]}")


def _run(machine_name: str, source: Version, target: Version, params: dict[str, Any], metadata: dict[str, Any]) -> None:
    for version, hook in sorted(UPGRADES.get(machine_name, {}).items()):
        if source < version <= target:
            hook(params, metadata)
    back = [item for item in DOWNGRADES.get(machine_name, {}).items() if target < item[0] <= source]
    undone = {version for version, _ in back}
    if lossy := [v for v in UPGRADES.get(machine_name, {}) if target < v <= source and v not in undone]:
        library = f"{machine_name} {source[0]}.{source[1]}"
        raise MigrationRefused("not-supported", library=library, where=f"{max(lossy)[0]}.{max(lossy)[1]}")
    for _, hook in sorted(back, reverse=True):
        hook(params, metadata)
