"""A package brought to the versions of a profile, its files kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import BinaryIO

from h5p_exports.migrate.migration import Migrated, migrate
from h5p_exports.package import Limits, read_package, write_package
from h5p_exports.profiles import Profile


def convert_package(
    source: Path | BinaryIO,
    target: Path | BinaryIO,
    *,
    profile: Profile,
    filename: str | None = None,
    limits: Limits | None = None,
) -> Migrated:
    """Write a content-only package with the content of another one, at the versions of the profile.

    Files, licence and authors are kept; libraries that the package brings are left out. Raises `PackageRefused` and
    `MigrationRefused`; nothing is written then.
    """
    with read_package(source, filename=filename, limits=limits) as package:
        migrated = migrate(package.library, package.params, profile=profile, language=package.language)
        write_package(
            target,
            title=package.title,
            language=package.language,
            library=migrated.library,
            params=migrated.params,
            media={medium.path: partial(package.open, medium.path) for medium in package.media},
            dependencies=migrated.dependencies,
            metadata=package.metadata,
        )
    return migrated
