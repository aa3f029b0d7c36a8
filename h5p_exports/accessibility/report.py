"""The report on a content, and on a package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from h5p_exports.accessibility import contents
from h5p_exports.accessibility.finding import SEVERITIES, Finding
from h5p_exports.accessibility.language import check_language
from h5p_exports.accessibility.markup import check_markup
from h5p_exports.package import Limits, read_package

_DEEPEST = 200
_NO_TEXT = frozenset({"library", "subContentId", "path", "mime", "machineName", "license", "contentType"})


def check_package(
    source: Path | BinaryIO, *, filename: str | None = None, limits: Limits | None = None
) -> tuple[Finding, ...]:
    """What is found in a package, the worst first. Raises `PackageRefused` for one that is not let in, `OSError`."""
    with read_package(source, filename=filename, limits=limits) as package:
        return check_content(package.library, package.params, language=package.language)


def check_content(library: str, params: object, *, language: str = "fr") -> tuple[Finding, ...]:
    """What is found in a content and in those inside it, of any shape, the worst first."""
    texts: list[str] = []
    found = list(_content(library, params, "", texts))
    found += check_language(language, texts)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _content(library: str, params: object, where: str, texts: list[str]) -> Iterator[Finding]:
    yield from contents.check_content(library.partition(" ")[0], params, where)
    yield from _values(params, where, texts, 0)


def _values(value: object, where: str, texts: list[str], level: int) -> Iterator[Finding]:
    if level > _DEEPEST:
        return
    if isinstance(value, str):
        texts.append(value)
        yield from check_markup(value, where)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values(item, f"{where}[{index}]", texts, level + 1)
    elif isinstance(value, dict):
        library = value.get("library")
        if isinstance(library, str) and "params" in value:
            place = f"{where}.params" if where else "params"
            yield from contents.check_content(library.partition(" ")[0], value["params"], place)
        for name, item in value.items():
            if name not in _NO_TEXT:
                yield from _values(item, f"{where}.{name}" if where else name, texts, level + 1)
