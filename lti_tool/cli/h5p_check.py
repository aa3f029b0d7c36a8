"""`traam h5p lint` and `traam h5p filter`; what they need is imported only when they run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from h5p_exports.lint import Report
    from h5p_exports.lint.problem import Language

_FRENCH_SPACES = "\u00a0\u202f"
_MESSAGES = {
    "invalid-line": "Each line must be an object: semantics (a list), params, maybe libraries (an object of lists).",
    "invalid-semantics": "The semantics cannot be used: {where}.",
    "reference-crash": "The reference fails on these params: {where}.",
}


@click.command()
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
        click.echo(f"  error    {_printable(error.message)}")
    for problem in report.problems:
        click.echo(f"  {problem.severity:8} {_printable(problem.message(language))}")


def _printable(text: str) -> str:
    """The text without what would drive the terminal: names in a package are anybody's."""
    return "".join(sign if sign.isprintable() or sign in _FRENCH_SPACES else "?" for sign in text)


def filter_line(item: object, *, compatible: bool) -> dict[str, Any]:
    """Filter `{semantics, params, libraries?}`: `{params}`, or `{"error": {id, message}}`. Never raises."""
    from h5p_exports.errors import H5PError  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.semantics import filter_params, load_semantics  # noqa: PLC0415 # Same.

    libraries = item.get("libraries") if isinstance(item, dict) else None
    if not isinstance(item, dict) or "params" not in item or not isinstance(libraries, dict | None):
        return _error("invalid-line", {})
    try:
        semantics = load_semantics(item.get("semantics"))
        known = {name: load_semantics(fields, where=f"libraries.{name}") for name, fields in (libraries or {}).items()}
        return {"params": filter_params(semantics, item["params"], libraries=known, compatible=compatible).params}
    except H5PError as error:
        return _error(error.id, error.params)


def _error(id_: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"id": id_, "message": _MESSAGES[id_].format_map(params)}}
