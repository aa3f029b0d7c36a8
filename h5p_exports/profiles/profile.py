"""A profile, and those that come with the package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from h5p_exports.errors import UnknownProfile

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Profile:
    """What a site is known to have: the core API, and one version (major, minor) of each library.

    Patch versions are never compared. `core_api` is (0, 0) where it is not known.
    """

    name: str
    core_api: tuple[int, int]
    versions: Mapping[str, tuple[int, int]]

    @property
    def libraries(self) -> tuple[str, ...]:
        """The libraries, such as ``H5P.Blanks 1.14``, in order."""
        return tuple(f"{name} {major}.{minor}" for name, (major, minor) in sorted(self.versions.items()))

    def library(self, machine_name: str) -> str | None:
        """The library at the version of the site; none where the profile does not know it."""
        version = self.versions.get(machine_name)
        return None if version is None else f"{machine_name} {version[0]}.{version[1]}"

    def to_toml(self) -> str:
        """The profile as a file like those that come with the package."""
        versions = (f'"{name}" = "{major}.{minor}"\n' for name, (major, minor) in sorted(self.versions.items()))
        major, minor = self.core_api
        return f'core_api = "{major}.{minor}"\n\n[libraries]\n' + "".join(versions)


def profile_names() -> tuple[str, ...]:
    """The profiles that come with the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_profile(source: str | Path) -> Profile:
    """A profile by its name, or from a TOML file. Raises `UnknownProfile` when there is none that can be read."""
    if isinstance(source, str) and source not in profile_names():
        raise UnknownProfile(source, profile_names())
    path = _FOLDER / f"{source}.toml" if isinstance(source, str) else source
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        versions = {name: _version(text) for name, text in data["libraries"].items()}
        return Profile(path.stem, _version(data["core_api"]), versions)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise UnknownProfile(str(source), profile_names()) from error


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)
