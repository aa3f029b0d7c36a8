"""A whole package: the verdict of the PHP reference, and our own, which is stricter."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from h5p_exports.errors import H5PError, InvalidSemantics, PackageRefused
from h5p_exports.lint.content import lint_content
from h5p_exports.lint.params import lint_params
from h5p_exports.lint.problem import Problem
from h5p_exports.package import Limits, Package, Verdict, check_package, read_package
from h5p_exports.package.json_text import parse_json
from h5p_exports.semantics import Semantics, load_semantics

_LIBRARY_FILE, _SEMANTICS_FILE = "/library.json", "/semantics.json"
_MISSING = frozenset({"missing-main-library", "missing-required-library"})


@dataclass(frozen=True, slots=True)
class Report:
    """`verdict` is that of the reference; `problems` are what we say, `error` ones first."""

    verdict: Verdict
    problems: tuple[Problem, ...]


def lint_package(
    source: Path,
    *,
    installed: Collection[str] = (),
    can_install: bool = False,
    limits: Limits | None = None,
) -> Report:
    """Check a file without writing anything. Raises `OSError` when it cannot be read, nothing else.

    `installed` and `can_install` are those of the site, see `check_package`. Params are checked by the semantics
    that the package brings, where it brings them.
    """
    limits = limits or Limits()
    with source.open("rb") as file:
        verdict = check_package(file, installed=installed, can_install=can_install, filename=source.name, limits=limits)
        problems = list(_problems(file, source.name, limits))
    return Report(verdict, tuple(sorted(problems, key=lambda problem: problem.severity)))


def _problems(file: BinaryIO, filename: str, limits: Limits) -> Iterator[Problem]:
    try:
        with read_package(file, filename=filename, limits=limits) as package:
            media = {medium.path for medium in package.media}
            yield from lint_content(package.library, package.params, media=media)
            if any(name.endswith(_LIBRARY_FILE) for name in package.archive.entries):
                yield from _libraries(file, filename, limits)
                yield from _by_semantics(package, limits)
    except H5PError as error:
        where = next((str(error.params[key]) for key in ("name", "property", "library") if key in error.params), "")
        yield Problem(error.id, where or filename)


def _libraries(file: BinaryIO, filename: str, limits: Limits) -> Iterator[Problem]:
    """What an administrator's site would refuse in the bundled libraries."""
    for error in check_package(file, can_install=True, filename=filename, limits=limits).errors:
        if error.code not in _MISSING:
            yield Problem("forged-library", error.where or filename, {"reason": error.message})


def _by_semantics(package: Package, limits: Limits) -> Iterator[Problem]:
    libraries = dict(_semantics(package, limits))
    if package.library in libraries:
        yield from lint_params(libraries[package.library], package.params, libraries=libraries)


def _semantics(package: Package, limits: Limits) -> Iterator[tuple[str, Semantics]]:
    entries = package.archive.entries
    for name in entries:
        folder = name.removesuffix(_LIBRARY_FILE)
        if folder == name or "/" in folder or folder + _SEMANTICS_FILE not in entries:
            continue
        try:
            library, semantics = (
                parse_json(package.archive.read(path, limit=limits.json_size), name=path, depth=limits.json_depth)
                for path in (name, folder + _SEMANTICS_FILE)
            )
            if isinstance(library, dict):
                version = f"{library.get('majorVersion')}.{library.get('minorVersion')}"
                yield f"{library.get('machineName')} {version}", load_semantics(semantics)
        except (InvalidSemantics, PackageRefused):
            continue
