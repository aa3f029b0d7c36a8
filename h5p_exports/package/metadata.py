"""What `h5p.json` says of a content besides its libraries: licence, authors, source, years, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from h5p_exports.errors import PackageRefused
from h5p_exports.package.rules import MANIFEST_OPTIONAL, ReferenceCrash, breaches

Metadata = Mapping[str, Any]
"""Properties of `h5p.json`, those of `KEPT`, in its own form."""

KEPT = (
    "license", "licenseVersion", "licenseExtras", "author", "authors", "source", "yearsFrom", "yearsTo", "changes",
    "authorComments", "metaKeywords", "metaDescription",
)  # fmt: skip
"""The properties that go with a content, whatever becomes of its libraries."""

_CREATIVE_COMMONS = frozenset({"CC BY", "CC BY-SA", "CC BY-ND", "CC BY-NC", "CC BY-NC-SA", "CC BY-NC-ND"})
_VERSIONS = frozenset({"1.0", "2.0", "2.5", "3.0", "4.0"})
_OTHERS = {
    "CC0": "CC0 1.0",
    "CC0 1.0": "CC0 1.0",
    "CC PDM": "CC PDM",
    "PD": "PD",
    "DOMAINE PUBLIC": "PD",
    "GNU GPL": "GNU GPL",
    "ODC PDDL": "ODC PDDL",
}
_LONGEST_NAME = 255


def kept_metadata(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Of the properties of an `h5p.json` in order, those that are kept."""
    return {name: fields[name] for name in KEPT if name in fields}


def check_metadata(metadata: Metadata) -> None:
    """Raise `PackageRefused` for what H5P would not take, or a property that is not of `KEPT`; the property is named.

    So that a package that is written here is one that the reference lets in.
    """
    rules = {name: MANIFEST_OPTIONAL[name] for name in KEPT}
    for name in metadata:
        if name not in rules:
            raise PackageRefused("invalid-h5p-json-file", property=name)
    try:
        for breach in breaches(metadata, name="h5p.json", required={}, optional=rules):
            raise PackageRefused(breach.code or "invalid-h5p-json-file", property=breach.property)
    except ReferenceCrash:
        raise PackageRefused("invalid-h5p-json-file", property="h5p.json") from None


def licence_metadata(licence: str) -> dict[str, str] | None:
    """A licence by its name with its version, ``CC BY-SA 4.0`` or ``cc-by-sa``; None for one that H5P does not know."""
    words = licence.upper().replace("-", " ").split()
    if words[:2] != ["CC", "BY"]:
        found = _OTHERS.get(" ".join(words))
        return {"license": found} if found else None
    version = {"licenseVersion": words.pop()} if words[-1] in _VERSIONS else {}
    name = "-".join(["CC BY", *words[2:]])
    return {"license": name, **version} if name in _CREATIVE_COMMONS else None


def written_metadata(
    *, licence: str = "", authors: Sequence[str] = (), source: str = "", years: tuple[int, int] | None = None
) -> dict[str, Any]:
    """The metadata of an author's words; a licence that H5P does not know stands as it is in `licenseExtras`."""
    metadata: dict[str, Any] = {}
    if licence:
        metadata |= licence_metadata(licence) or {"license": "U", "licenseExtras": licence}
    if authors:
        names = (name.encode()[:_LONGEST_NAME].decode(errors="ignore") for name in authors)
        metadata["authors"] = [{"name": name, "role": "Author"} for name in names]
    if source:
        metadata["source"] = source
    if years:
        metadata |= {"yearsFrom": str(years[0]), "yearsTo": str(years[1])}
    return metadata
