"""`traam h5p`. Starts in under 0.3 s: the web service is imported only by the command that needs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from lti_tool.cli.h5p_check import filter_line, lint

LONGEST_LINE = 16 * 1024 * 1024
CHUNK = 64 * 1024
LONG_WORK = 4 * 1024 * 1024
"""Bytes of a file from which reading it takes long enough for a progress bar."""


@click.group(name="h5p")
def command() -> None:
    """H5P files."""


command.add_command(lint)


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
        click.echo(_answer(line, partial(filter_line, compatible=compatible)))


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
    try:
        item = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _error("not-json", "the line is not a JSON document in UTF-8")
    try:
        return json.dumps(answer(item), allow_nan=False)
    except ValueError:
        return _error("not-finite", "the line holds a number that JSON does not have")


def _error(id_: str, message: str) -> str:
    return json.dumps({"error": {"id": id_, "message": message}})


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
