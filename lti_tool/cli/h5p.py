"""`traam h5p`. Starts in under 0.3 s: the web service is imported only by the command that needs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from lti_tool.cli import h5p_libraries, h5p_make

if TYPE_CHECKING:
    from h5p_exports.lint import Report
    from h5p_exports.lint.problem import Language

LONGEST_LINE = 16 * 1024 * 1024
CHUNK = 64 * 1024
LONG_WORK = 4 * 1024 * 1024
"""Bytes of a file from which reading it takes long enough for a progress bar."""

_MESSAGES = {
    "invalid-line": "Each line must be an object: semantics (a list), params, maybe libraries (an object of lists).",
    "invalid-semantics": "The semantics cannot be used: {where}.",
    "reference-crash": "The reference fails on these params: {where}.",
}


@click.group(name="h5p")
def command() -> None:
    """H5P files."""


for made in (h5p_make.build, h5p_make.convert, h5p_make.accessibility, h5p_libraries.libraries):
    command.add_command(made)


@command.command()
def score() -> None:
    """Score answers: JSON Lines on standard input, one line out for each line in, an empty one included.

    A line is {library, params, response, children?, state?}; its answer {raw, max, success}, or
    {"error": {"id", "message"}}. The exit status is 0 whatever the answers are.
    """
    from h5p_exports.scoring import score_line  # noqa: PLC0415 # Slow to import, for other commands.

    for line in _lines(sys.stdin.buffer):
        # `echo` flushes: who waits for the answer before sending the next line gets it.
        click.echo(_answer(line, score_line))


@command.command(name="filter")
@click.option("--compatible", is_flag=True, help="Exactly what the PHP reference leaves, its holes included.")
def filter_params(*, compatible: bool) -> None:
    """Filter params by their semantics: JSON Lines on standard input, one line out for each line in.

    A line is {semantics, params, libraries?}; its answer {params}, or {"error": {"id", "message"}}. The exit status
    is 0 whatever the answers are.
    """
    for line in _lines(sys.stdin.buffer):
        click.echo(_answer(line, partial(_filter_line, compatible=compatible)))


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream without their ends; what is beyond the longest line and one byte is passed over."""
    while line := source.readline(LONGEST_LINE + 1):
        piece = line
        while piece and not piece.endswith(b"\n"):
            piece = source.readline(CHUNK)
        yield line.rstrip(b"\r\n")


def _answer(line: bytes, answer: Callable[[object], dict[str, object]]) -> str:
    """The line that answers a line, as JSON."""
    if len(line) > LONGEST_LINE:
        return _error("line-too-long", f"a line has at most {LONGEST_LINE} bytes")
    from h5p_exports.php import whole_number  # noqa: PLC0415 # Slow to import, for other commands.

    try:
        item = json.loads(line.decode("utf-8-sig"), parse_int=whole_number)
    except (ValueError, RecursionError):
        return _error("not-json", "the line is not a JSON document in UTF-8")
    try:
        return json.dumps(answer(item), allow_nan=False)
    except ValueError:
        return _error("not-finite", "the line holds a number that JSON does not have")
    except RecursionError:
        return _error("too-deep", "the line has too many levels")


def _error(id_: str, message: str) -> str:
    return json.dumps({"error": {"id": id_, "message": message}})


def _filter_line(item: object, *, compatible: bool) -> dict[str, Any]:
    """Filter `{semantics, params, libraries?}`: `{params}`, or `{"error": {id, message}}`. Never raises."""
    from h5p_exports.errors import H5PError  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.semantics import filter_params, load_semantics  # noqa: PLC0415 # Same.

    libraries = item.get("libraries") if isinstance(item, dict) else None
    if not isinstance(item, dict) or "params" not in item or not isinstance(libraries, dict | None):
        return _typed_error("invalid-line", {})
    try:
        semantics = load_semantics(item.get("semantics"))
        known = {name: load_semantics(fields, where=f"libraries.{name}") for name, fields in (libraries or {}).items()}
        return {"params": filter_params(semantics, item["params"], libraries=known, compatible=compatible).params}
    except H5PError as error:
        return _typed_error(error.id, error.params)


def _typed_error(id_: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"id": id_, "message": _MESSAGES[id_].format_map(params)}}


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("libraries", nargs=-1)
@click.option("--installed", multiple=True, help="A library that the site has, such as “H5P.Blanks 1.14”; may repeat.")
@click.option("--profile", help="The libraries of a kind of site, such as moodle-5.1.")
@click.option("--can-install", is_flag=True, help="The person may install the libraries that the package brings.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
def lint(
    file: Path,
    libraries: tuple[str, ...],
    *,
    installed: tuple[str, ...],
    profile: str | None,
    can_install: bool,
    language: Language,
    as_json: bool,
) -> None:
    """Check a package: what the PHP reference answers (valid, errors), and what we say (problems).

    LIBRARIES that follow the file are installed ones too. The exit status is 1 where the package is not valid.
    """
    from h5p_exports.errors import UnknownProfile  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.lint import lint_package  # noqa: PLC0415 # Same.
    from h5p_exports.profiles import load_profile  # noqa: PLC0415 # Same.

    try:
        known = load_profile(profile).libraries if profile else ()
        report = lint_package(file, installed={*installed, *libraries, *known}, can_install=can_install)
    except UnknownProfile as error:
        raise click.BadParameter(f"no profile is called {profile}", param_hint="--profile") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if as_json:
        click.echo(json.dumps(_report(report, language)))
    else:
        _print(report, language)
    raise SystemExit(0 if report.verdict.valid else 1)


def _report(report: Report, language: Language) -> dict[str, Any]:
    errors = report.verdict.errors
    return {
        "valid": report.verdict.valid,
        "errors": [{"code": error.code, "message": error.message, "where": error.where} for error in errors],
        "problems": [
            {
                "id": problem.id,
                "severity": problem.severity,
                "message": problem.message(language),
                "where": problem.where,
            }
            for problem in report.problems
        ],
    }


def _print(report: Report, language: Language) -> None:
    click.echo("valid" if report.verdict.valid else "not valid")
    for error in report.verdict.errors:
        click.echo(f"  error    {h5p_make.printable(error.message)}")
    for problem in report.problems:
        click.echo(f"  {problem.severity:8} {h5p_make.printable(problem.message(language))}")


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
def import_file(file: Path, *, as_json: bool) -> None:
    """Store an H5P file as an activity for every course; print the parameter to paste into a platform."""
    from lti_tool.cli.common import print_json, services  # noqa: PLC0415 # Slow to import, and `score` must not wait.

    with services() as house:
        with _opened(file) as source:
            revision_id = house.importer.store_package(source, name=file.name)
        revision = house.catalogue.revision(revision_id)
        offer = next(o for o in house.placements.offers() if o.listed.activity_id == revision.activity_id)
    made = {"slug": revision.slug, "title": revision.title, "kind": revision.kind.name, "custom": offer.custom}
    if as_json:
        print_json(made)
    else:
        click.echo(f"{made['slug']}\n    {made['title']}\n    activity={made['custom']}")


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """The file, with a bar on standard error while a large one is read and somebody watches."""
    from rich import progress  # noqa: PLC0415 # Slow to import, and `score` must not wait.
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    hidden = not console.is_terminal or file.stat().st_size < LONG_WORK
    with progress.open(file, "rb", description=file.name, console=console, transient=True, disable=hidden) as source:
        yield source
