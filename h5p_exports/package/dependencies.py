"""Libraries that a package needs and a site lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from h5p_exports.package.rules import ReferenceCrash, items

_KINDS = ("preloadedDependencies", "dynamicDependencies", "editorDependencies")


def missing(
    manifest: Mapping[str, Any], bundled: Mapping[str, Mapping[str, Any]], installed: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Pairs (error code, library) of what is neither `bundled` nor `installed`.

    All is forgiven when a higher version of the main library is installed. The main library itself is looked for
    among the dependencies alone.
    """
    needed: dict[str, Any] = {}
    for library in (*bundled.values(), manifest):
        for kind in _KINDS:
            for dependency in items(library.get(kind)):
                name = library_string(dependency)
                if name not in bundled:
                    needed[name] = _machine_name(dependency)
    absent = {name: machine_name for name, machine_name in needed.items() if name not in installed}
    main = None
    for dependency in items(manifest["preloadedDependencies"]) if absent else []:
        if _machine_name(dependency) == manifest["mainLibrary"]:
            main = dependency
    if main is not None and _has_upgrade(main, installed):
        return
    for name, machine_name in absent.items():
        is_main = main is not None and machine_name == _machine_name(main)
        yield "missing-main-library" if is_main else "missing-required-library", name


def library_string(library: object) -> str:
    """``machine name, space, major.minor``, whatever is lacking left empty, as PHP writes it."""
    if isinstance(library, str):
        raise ReferenceCrash("dependency")
    fields = library if isinstance(library, dict) else {}
    name = fields.get("machineName")
    name = fields.get("name") if name is None else name
    return f"{_text(name)} {_text(fields.get('majorVersion'))}.{_text(fields.get('minorVersion'))}"


def _machine_name(dependency: object) -> object:
    return dependency.get("machineName") if isinstance(dependency, dict) else None


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return "Array" if isinstance(value, list | dict) else str(value)


def _has_upgrade(main: Mapping[str, Any], installed: Collection[str]) -> bool:
    version = int(main["majorVersion"]), int(main["minorVersion"])
    for library in installed:
        name, _, numbers = library.partition(" ")
        major, _, minor = numbers.partition(".")
        is_same = name == main["machineName"] and major.isdecimal() and minor.isdecimal()
        if is_same and (int(major), int(minor)) > version:
            return True
    return False
