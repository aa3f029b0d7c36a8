"""`h5p.json`: what the PHP reference asks of it (h5p.classes.php, `H5PValidator::$h5pRequired`, `$h5pOptional`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from h5p_exports.errors import PackageRefused

Rule = re.Pattern[bytes] | frozenset[str] | Mapping[str, Any]
"""What a value must match, what a list may hold, or the rules of the keys of an object or of a list of objects."""

_LICENSES = rb"CC BY|CC BY-SA|CC BY-ND|CC BY-NC|CC BY-NC-SA|CC BY-NC-ND|CC0 1\.0|GNU GPL|PD|ODC PDDL|CC PDM|U|C"
_VERSION = re.compile(rb"^[0-9]{1,5}$")
_DEPENDENCY: Mapping[str, Rule] = {
    "machineName": re.compile(rb"^[0-9A-Za-z_\-.]{1,255}$"),
    "majorVersion": _VERSION,
    "minorVersion": _VERSION,
}
_REQUIRED: Mapping[str, Rule] = {
    "title": re.compile(rb"^.{1,255}$"),
    "language": re.compile(rb"^[-a-zA-Z]{1,10}$"),
    "preloadedDependencies": _DEPENDENCY,
    "mainLibrary": re.compile(rb"^[$a-zA-Z_][0-9a-zA-Z_.$]{1,254}$"),
    "embedTypes": frozenset({"iframe", "div"}),
}
_OPTIONAL: Mapping[str, Rule] = {
    "contentType": re.compile(rb"^.{1,255}$"),
    "dynamicDependencies": _DEPENDENCY,
    "author": re.compile(rb"^.{1,255}$"),
    "authors": {"name": re.compile(rb"^.{1,255}$"), "role": re.compile(rb"^[0-9A-Za-z_]+$")},
    "source": re.compile(rb"^(http[s]?://.+)$"),
    "license": re.compile(rb"^(" + _LICENSES + rb")$"),
    "licenseVersion": re.compile(rb"^(1\.0|2\.0|2\.5|3\.0|4\.0)$"),
    "licenseExtras": re.compile(rb"^.{1,5000}$", re.DOTALL),
    "yearsFrom": re.compile(rb"^([0-9]{1,4})$"),
    "yearsTo": re.compile(rb"^([0-9]{1,4})$"),
    "changes": {
        "date": re.compile(rb"^[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}$"),
        "author": re.compile(rb"^.{1,255}$"),
        "log": re.compile(rb"^.{1,5000}$", re.DOTALL),
    },
    "authorComments": re.compile(rb"^.{1,5000}$", re.DOTALL),
    "w": re.compile(rb"^[0-9]{1,4}$"),
    "h": re.compile(rb"^[0-9]{1,4}$"),
    "metaKeywords": re.compile(rb"^.{1,}$"),
    "metaDescription": re.compile(rb"^.{1,}$", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `h5p.json` says: title (plain text), language code, main library such as ``H5P.Blanks 1.14``."""

    title: str
    language: str
    library: str


def read_manifest(value: object) -> Manifest:
    """Read a parsed `h5p.json`. Raises `PackageRefused` for its first problem, the property named."""
    fields = value if isinstance(value, dict) else {}
    for id_, name in _problems(fields):
        raise PackageRefused(id_, property=name)
    machine_name = str(fields["mainLibrary"]).strip()
    dependencies = fields["preloadedDependencies"]
    for dependency in dependencies.values() if isinstance(dependencies, dict) else dependencies:
        if isinstance(dependency, dict) and str(dependency["machineName"]).strip() == machine_name:
            version = f"{int(dependency['majorVersion'])}.{int(dependency['minorVersion'])}"
            return Manifest(
                title=str(fields["title"]).strip(),
                language=str(fields["language"]).strip(),
                library=f"{machine_name} {version}",
            )
    raise PackageRefused("missing-main-library", library=machine_name)


def _problems(manifest: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Error ids, each with the name of the property that it is about."""
    yield from _missing_or_wrong(manifest, _REQUIRED)
    for name, rule in _OPTIONAL.items():
        if manifest.get(name) is not None:
            yield from _wrong(manifest[name], rule, name)


def _missing_or_wrong(value: object, rules: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    for name, rule in rules.items():
        item = value.get(name) if isinstance(value, dict) else None
        if item is None:
            yield "missing-required-property", name
        else:
            yield from _wrong(item, rule, name)


def _wrong(value: object, rule: Rule, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(rule, re.Pattern):
        is_scalar = isinstance(value, str | int) and not isinstance(value, bool)
        if not is_scalar or not rule.search(str(value).encode()):
            yield "invalid-h5p-json-file", name
    elif not isinstance(value, list | dict):
        yield "invalid-h5p-json-file", name
    elif isinstance(rule, frozenset):
        # `true` is any option: the reference compares loosely.
        if not all(item is True or (isinstance(item, str) and item in rule) for item in _values(value)):
            yield "illegal-option-in-library", name
    elif any(isinstance(item, list | dict) for item in _values(value)[:1]):
        for item in _values(value):
            yield from _missing_or_wrong(item, rule)
    else:
        yield from _missing_or_wrong(value, rule)


def _values(value: list[object] | dict[str, object]) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value
