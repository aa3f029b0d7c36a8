"""`traam h5p build`, `convert` and `accessibility`; what they need is imported only when they run."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

if TYPE_CHECKING:
    from h5p_exports.accessibility.finding import Language
    from h5p_exports.errors import H5PError
    from h5p_exports.formats import Source
    from h5p_exports.profiles import Profile

_FRENCH_SPACES = "\u00a0\u202f"

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_output = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
_profile = click.option(
    "--profile", default="moodle-5.1", show_default=True, help="A profile by its name, or the TOML file of one."
)
_language = click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@_output
@_profile
@_language
@_as_json
def build(source: Path, *, output: Path, profile: str, language: Language, as_json: bool) -> None:
    """Make an H5P file of SOURCE: a text (.md), GIFT (.gift, .txt), Moodle XML (.xml) or the folder of an activity.

    `--language` is that of what is said here. The exit status is 1, and nothing is written, where the source has a
    mistake.
    """
    with _named(source, language, as_json=as_json):
        made = _build_folder(source, output, profile) if source.is_dir() else _build_file(source, output, profile)
    notices = made.pop("notices")
    said = [
        {"id": notice.id, "severity": notice.severity, "line": notice.line, "message": notice.message(language)}
        for notice in notices
    ]
    if as_json:
        click.echo(json.dumps({**made, "notices": said}, ensure_ascii=False))
        return
    for notice in said:
        place = f"{source}:{notice['line']}" if notice["line"] else str(source)
        click.echo(f"{place}: {printable(str(notice['message']))}", err=True)
    click.echo(f"{output}: {made['library']}")


@click.command()
@click.argument("file", type=_file)
@_output
@_profile
@_language
@_as_json
def convert(file: Path, *, output: Path, profile: str, language: Language, as_json: bool) -> None:
    """Bring an H5P file to the versions of a site, its pictures and sounds kept, the libraries that it brings left out.

    The exit status is 1, and nothing is written, where something cannot be converted.
    """
    from h5p_exports.migrate import convert_package  # noqa: PLC0415 # Slow to import, for other commands.

    with _named(file, language, as_json=as_json), _written(output) as target:
        migrated = convert_package(file, target, profile=_load(profile))
    made = {"file": str(output), "library": migrated.library, "changed": migrated.changed}
    click.echo(json.dumps(made, ensure_ascii=False) if as_json else f"{output}: {migrated.library}")


@click.command()
@click.argument("file", type=_file)
@_language
@_as_json
def accessibility(file: Path, *, language: Language, as_json: bool) -> None:
    """Say what keeps some pupils out of an H5P file, and what to mend. The exit status is 1 where one is kept out."""
    from h5p_exports.accessibility import check_package  # noqa: PLC0415 # Slow to import, for other commands.

    with _named(file, language, as_json=as_json):
        findings = check_package(file)
    if as_json:
        listed = [
            {
                "id": finding.id,
                "severity": finding.severity,
                "criterion": finding.criterion,
                "where": finding.where,
                "message": finding.message(language),
                "mend": finding.mend(language),
            }
            for finding in findings
        ]
        click.echo(json.dumps({"findings": listed}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.severity:8} {printable(finding.where)}\n    {printable(finding.message(language))}")
            click.echo(f"    → {printable(finding.mend(language))}")
    raise SystemExit(1 if any(finding.severity == "error" for finding in findings) else 0)


def _build_file(source: Path, output: Path, profile: str) -> dict[str, Any]:
    from h5p_exports.build import build_package  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.formats import read_source  # noqa: PLC0415 # Same.

    read: Source = read_source(source)
    with _written(output) as target:
        made = build_package(
            read.draft,
            target,
            profile=_load(profile),
            title=read.title,
            language=read.language,
            media=read.media,
            metadata=read.metadata,
        )
    return {"file": str(output), "title": read.title, "library": made.library, "notices": read.notices}


def _build_folder(folder: Path, output: Path, profile: str) -> dict[str, Any]:
    """The activity of a folder, at the versions of the profile."""
    from activities.scenario import ScenarioInvalid, load_scenario  # noqa: PLC0415 # Slow to import, as above.
    from h5p_exports.build import package_title  # noqa: PLC0415 # Same.
    from h5p_exports.formats import find_traps  # noqa: PLC0415 # Same.
    from h5p_exports.migrate import migrate  # noqa: PLC0415 # Same.
    from h5p_exports.package import write_package, written_metadata  # noqa: PLC0415 # Same.

    try:
        scenario = load_scenario(folder)
    except ScenarioInvalid as error:
        raise click.ClickException(str(error)) from error
    library, params = scenario.settings.get("library"), scenario.settings.get("params")
    if scenario.kind != "h5p" or not isinstance(library, str):
        raise click.ClickException(f"{folder}: the activity is of the kind {scenario.kind}, not h5p")
    traps = tuple(find_traps(library, params))
    language = scenario.record.language
    migrated = migrate(library, params, profile=_load(profile), language=language)
    with _written(output) as target:
        write_package(
            target,
            title=package_title(scenario.record.title),
            language=language,
            library=migrated.library,
            params=migrated.params,
            media={path.as_posix(): scenario.folder / path for path in scenario.media},
            dependencies=migrated.dependencies,
            metadata=written_metadata(licence=scenario.record.licence, authors=scenario.record.authors),
        )
    return {"file": str(output), "title": scenario.record.title, "library": migrated.library, "notices": traps}


def _load(profile: str) -> Profile:
    from h5p_exports.profiles import load_profile  # noqa: PLC0415 # Slow to import, for other commands.

    return load_profile(Path(profile) if profile.endswith(".toml") else profile)


@contextmanager
def _written(output: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `output` once it is whole."""
    descriptor, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(descriptor, "w+b") as target:
            yield target
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _named(source: Path, language: Language, *, as_json: bool) -> Iterator[None]:
    """Say a mistake of the source with its line, in one line or as JSON, and end with 1."""
    from h5p_exports.errors import H5PError  # noqa: PLC0415 # Slow to import, for other commands.

    try:
        yield
    except H5PError as error:
        line = error.params.get("line")
        message = printable(_said(error, language))
        if as_json:
            click.echo(json.dumps({"error": {"id": error.id, "line": line, "message": message}}, ensure_ascii=False))
            raise SystemExit(1) from error
        raise click.ClickException(f"{source}:{line}: {message}" if line else f"{source}: {message}") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or source}: {error.strerror}") from error


def _said(error: H5PError, language: Language) -> str:
    """An error as a sentence: a package that is not let in has the texts of `lint`."""
    from h5p_exports.errors import PackageRefused  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.formats import explain  # noqa: PLC0415 # Same.
    from h5p_exports.lint import Problem  # noqa: PLC0415 # Same.

    if isinstance(error, PackageRefused):
        return Problem(error.id, str(error.params.get("name") or error.id)).message(language)
    return explain(error, language)


def printable(text: str) -> str:
    """The text without what would drive the terminal."""
    return "".join(sign if sign.isprintable() or sign in _FRENCH_SPACES else "?" for sign in text)
