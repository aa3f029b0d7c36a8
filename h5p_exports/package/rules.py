"""What the PHP reference asks of `h5p.json` and of `library.json` (h5p.classes.php, `H5PValidator`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from h5p_exports import php

Rules = frozenset[str] | Mapping[str, Any]
"""What a list may hold, or the rules of the keys of an object or of a list of objects."""

Rule = re.Pattern[bytes] | Rules
"""What a value must match, or the rules of what it holds.

Patterns work on UTF-8 bytes: lengths are in bytes. As in PHP, `$` also stands before a newline at the very end.
"""

CORE_API = (1, 28)
"""Version of the core API of the reference."""

MACHINE_NAME = re.compile(rb"^[0-9A-Za-z_\-.]{1,255}$")

_LICENSES = rb"CC BY|CC BY-SA|CC BY-ND|CC BY-NC|CC BY-NC-SA|CC BY-NC-ND|CC0 1\.0|GNU GPL|PD|ODC PDDL|CC PDM|U|C"
_LIBRARY_LICENSES = (
    rb"cc-by|cc-by-sa|cc-by-nd|cc-by-nc|cc-by-nc-sa|cc-by-nc-nd|pd|cr|MIT|GPL1|GPL2|GPL3|MPL|MPL2"  # As they write it.
)
_LINE = re.compile(rb"^.{1,255}$")
_TEXT = re.compile(rb"^.{1,5000}$", re.DOTALL)
_LONG_LINE = re.compile(rb"^.{1,}$")
_VERSION = re.compile(rb"^[0-9]{1,5}$")
_LENGTH = re.compile(rb"^[0-9]{1,4}$")
_FLAG = re.compile(rb"^(0|1)$")
_EMBED_TYPES = frozenset({"iframe", "div"})
_CORE_API: Mapping[str, Rule] = {"majorVersion": _VERSION, "minorVersion": _VERSION}
_DEPENDENCY: Mapping[str, Rule] = {"machineName": MACHINE_NAME, **_CORE_API}


def _path(extension: bytes) -> re.Pattern[bytes]:
    """Segments between single slashes or backslashes; said so that no path takes long to refuse."""
    return re.compile(rb"^[\\/]?[a-zA-Z_\-\s0-9.]+([\\/][a-zA-Z_\-\s0-9.]+)*\." + extension + rb"$", re.IGNORECASE)


MANIFEST_REQUIRED: Mapping[str, Rule] = {
    "title": _LINE,
    "language": re.compile(rb"^[-a-zA-Z]{1,10}$"),
    "preloadedDependencies": _DEPENDENCY,
    "mainLibrary": re.compile(rb"^[$a-zA-Z_][0-9a-zA-Z_.$]{1,254}$"),
    "embedTypes": _EMBED_TYPES,
}
MANIFEST_OPTIONAL: Mapping[str, Rule] = {
    "contentType": _LINE,
    "dynamicDependencies": _DEPENDENCY,
    "author": _LINE,
    "authors": {"name": _LINE, "role": re.compile(rb"^[0-9A-Za-z_]+$")},
    "source": re.compile(rb"^(http[s]?://.+)$"),
    "license": re.compile(rb"^(" + _LICENSES + rb")$"),
    "licenseVersion": re.compile(rb"^(1\.0|2\.0|2\.5|3\.0|4\.0)$"),
    "licenseExtras": _TEXT,
    "yearsFrom": _LENGTH,
    "yearsTo": _LENGTH,
    "changes": {
        "date": re.compile(rb"^[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}$"),
        "author": _LINE,
        "log": _TEXT,
    },
    "authorComments": _TEXT,
    "w": _LENGTH,
    "h": _LENGTH,
    "metaKeywords": _LONG_LINE,
    "metaDescription": _LONG_LINE,
}
LIBRARY_REQUIRED: Mapping[str, Rule] = {
    "title": _LINE,
    "majorVersion": _VERSION,
    "minorVersion": _VERSION,
    "patchVersion": _VERSION,
    "machineName": MACHINE_NAME,
    "runnable": _FLAG,
}
LIBRARY_OPTIONAL: Mapping[str, Rule] = {
    "author": _LINE,
    "license": re.compile(rb"^(" + _LIBRARY_LICENSES + rb")$"),
    "description": _LONG_LINE,
    "metadataSettings": {"disable": _FLAG, "disableExtraTitleField": _FLAG},
    "dynamicDependencies": _DEPENDENCY,
    "preloadedDependencies": _DEPENDENCY,
    "editorDependencies": _DEPENDENCY,
    "preloadedJs": {"path": _path(rb"js")},
    "preloadedCss": {"path": _path(rb"css")},
    "dropLibraryCss": {"machineName": MACHINE_NAME},
    "w": _LENGTH,
    "h": _LENGTH,
    "embedTypes": _EMBED_TYPES,
    "fullscreen": _FLAG,
    "coreApi": _CORE_API,
}


class ReferenceCrash(Exception):
    """The PHP reference throws here, and gives no verdict."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is not kept: the property, the error code of the reference, and its message.

    `code` is empty where the reference has none.
    """

    property: str
    code: str
    message: str


def breaches(
    data: object, *, name: str, required: Mapping[str, Rule], optional: Mapping[str, Rule]
) -> Iterator[Breach]:
    """What is wrong in a parsed `h5p.json` or `library.json`, in the order of the reference.

    `name` is what messages call the file. Raises `ReferenceCrash` where the reference does.
    """
    yield from _required(data, required, name)
    fields = data if isinstance(data, dict) else {}
    for key, value in fields.items():
        if key in optional:
            yield from _one(value, optional[key], name, key)
    core_api = fields.get("coreApi")
    # In PHP, the text `0` is empty too.
    if core_api and core_api != "0":
        yield from _too_recent(core_api, str(fields.get("title") or name))


def items(value: object) -> list[Any]:
    """The values that PHP's `foreach` goes through: of a list, of an object, none of anything else."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _required(value: object, rules: Rules, name: str) -> Iterator[Breach]:
    if isinstance(rules, frozenset):
        for item in items(value):
            # `true` is any option: the reference compares loosely.
            if item is not True and (not isinstance(item, str) or item not in rules):
                yield Breach("", "illegal-option-in-library", f"Illegal option {item} in {name}")
        return
    fields = value if isinstance(value, dict) else {}
    for key, rule in rules.items():
        if fields.get(key) is None:
            message = f"The required property {key} is missing from {name}"
            yield Breach(key, "missing-required-property", message)
        else:
            yield from _one(fields[key], rule, name, key)


def _one(value: object, rule: Rule, name: str, key: str) -> Iterator[Breach]:
    wrong = Breach(key, "", f"Invalid data provided for {key} in {name}")
    if isinstance(rule, re.Pattern):
        is_scalar = isinstance(value, str | int) and not isinstance(value, bool)
        if not is_scalar or not rule.search(str(value).encode()):
            yield wrong
    elif not isinstance(value, list | dict):
        yield wrong
    elif any(isinstance(item, list | dict) for item in items(value)[:1]):
        for item in items(value):
            yield from _named(_required(item, rule, name), key)
    else:
        yield from _named(_required(value, rule, name), key)


def _named(found: Iterator[Breach], key: str) -> Iterator[Breach]:
    for breach in found:
        yield breach if breach.property else Breach(key, breach.code, breach.message)


def _too_recent(core_api: object, title: str) -> Iterator[Breach]:
    if isinstance(core_api, str):
        raise ReferenceCrash("coreApi")
    fields = core_api if isinstance(core_api, dict) else {}
    major, minor = fields.get("majorVersion"), fields.get("minorVersion")
    own_major, own_minor = CORE_API
    if _greater(major, own_major) or (_equal(major, own_major) and _greater(minor, own_minor)):
        message = (
            f"The system was unable to install the <em>{title}</em> component from the package, it requires a newer"
            f" version of the H5P plugin. This site is currently running version {own_major}.{own_minor}, whereas the"
            f" required version is {major}.{minor} or higher. You should consider upgrading and then try again."
        )
        yield Breach("coreApi", "api-version-unsupported", message)


def _greater(value: object, number: int) -> bool:
    """PHP's `>`: anything that is a list is greater, a text that is no number is compared as a text."""
    if isinstance(value, str):
        return php.number(value) > number if php.is_numeric(value) else value > str(number)
    if isinstance(value, list | dict):
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and value > number


def _equal(value: object, number: int) -> bool:
    if isinstance(value, str):
        return php.is_numeric(value) and php.number(value) == number
    if isinstance(value, bool):
        return value == (number != 0)
    return isinstance(value, int | float) and value == number
