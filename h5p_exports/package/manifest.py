"""`h5p.json`: what the PHP reference asks of it, and which library it is for."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.errors import PackageRefused
from h5p_exports.package.metadata import Metadata, kept_metadata
from h5p_exports.package.rules import MANIFEST_OPTIONAL, MANIFEST_REQUIRED, ReferenceCrash, breaches, items


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `h5p.json` says: title (plain text), language code, main library such as ``H5P.Blanks 1.14``.

    `metadata` are licence, authors and so on.
    """

    title: str
    language: str
    library: str
    metadata: Metadata


def read_manifest(value: object) -> Manifest:
    """Read a parsed `h5p.json`. Raises `PackageRefused` for its first problem, the property named."""
    fields = value if isinstance(value, dict) else {}
    try:
        for breach in breaches(fields, name="h5p.json", required=MANIFEST_REQUIRED, optional=MANIFEST_OPTIONAL):
            raise PackageRefused(breach.code or "invalid-h5p-json-file", property=breach.property)
    except ReferenceCrash:
        raise PackageRefused("invalid-h5p-json-file", property="coreApi") from None
    machine_name = str(fields["mainLibrary"]).strip()
    for dependency in items(fields["preloadedDependencies"]):
        if isinstance(dependency, dict) and str(dependency["machineName"]).strip() == machine_name:
            version = f"{int(dependency['majorVersion'])}.{int(dependency['minorVersion'])}"
            return Manifest(
                title=str(fields["title"]).strip(),
                language=str(fields["language"]).strip(),
                library=f"{machine_name} {version}",
                metadata=kept_metadata(fields),
            )
    raise PackageRefused("missing-main-library", library=machine_name)
