"""`traam h5p libraries`: what only an administrator does. What it needs is imported only when it runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lti_tool.cli.h5p_make import printable

if TYPE_CHECKING:
    from h5p_exports.profiles import Profile
    from lti_tool.app.services import Services
    from lti_tool.libraries.hub import Door, HubSite
    from lti_tool.libraries.installing import Check, Installation
    from lti_tool.settings import Settings

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


@click.group(name="libraries")
def libraries() -> None:
    """The libraries of H5P's own player: programs that run in the browsers of pupils."""


@libraries.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hub", "names", multiple=True, metavar="NAME", help="A content type of the H5P Hub; may repeat.")
@click.option("--profile", default="moodle-5.1", show_default=True, help="The kind of site whose versions are taken.")
@click.option(
    "--lock",
    "lock_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of pinned hashes.  [default: h5p-libs.lock in the data folder]",
)
@click.option("--locked", is_flag=True, help="Take only what is pinned, and pin nothing.")
@_as_json
def install(
    files: tuple[Path, ...],
    *,
    names: tuple[str, ...],
    profile: str,
    lock_file: Path | None,
    locked: bool,
    as_json: bool,
) -> None:
    """Install the libraries that FILES bring, and those of content types of the H5P Hub, such as H5P.Timeline.

    Of each package all libraries are installed, or none. The exit status is 1 at the first that is refused; those
    before it stay installed.
    """
    from lti_tool.cli.common import print_json, services  # noqa: PLC0415 # Slow to import, for other commands.
    from lti_tool.libraries.lock import LOCK_NAME, Lock  # noqa: PLC0415 # Same.

    if not files and not names:
        raise click.UsageError("Say which files, or which content types of the hub (--hub NAME).")
    known = _load(profile)
    said: list[dict[str, Any]] = []
    with services() as house:
        path = lock_file or house.settings.data_dir / LOCK_NAME
        lock = Lock.load(path)
        try:
            for name, put in _packages(house, files, names, known):
                done = put(partial(lock.check, only=locked))
                said.append(_say(name, done, quiet=as_json))
                if not locked:
                    lock = Lock.pin(path, done.installed + done.same)
        finally:
            # What is installed stays, also when the next one is refused.
            if as_json:
                print_json(said)


@libraries.command(name="list")
@_as_json
def list_libraries(*, as_json: bool) -> None:
    """Every library that is installed, where it came from, and the hash of its files."""
    from lti_tool.cli.common import print_json, services  # noqa: PLC0415 # Slow to import, for other commands.

    with services() as house:
        found = house.libraries.all()
    if as_json:
        print_json(
            [
                {
                    "name": library.name.machine_name,
                    "version": library.version,
                    "title": library.title,
                    "runnable": library.runnable,
                    "sha256": library.digest,
                    "source": library.source,
                    "installed_at": library.installed_at.isoformat(),
                }
                for library in found
            ]
        )
        return
    if not found:
        click.echo("no library yet: `traam h5p libraries install --help`")
    for library in found:
        click.echo(f"{library.name.machine_name} {library.version}{'  (content type)' if library.runnable else ''}")
        click.echo(f"    from {printable(library.source)}, {library.installed_at:%Y-%m-%d}")
        click.echo(f"    sha256:{library.digest}")


@libraries.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Also where it is needed, because it is bad; what needs it waits for it.")
@_as_json
def remove(name: str, *, force: bool, as_json: bool) -> None:
    """Remove a library, such as “H5P.Timeline 1.1”, that no activity and no other library needs."""
    from h5p_exports.content_types import LibraryName  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.errors import UnsupportedContentType  # noqa: PLC0415 # Same.
    from lti_tool.cli.common import print_json, services  # noqa: PLC0415 # Same.

    try:
        library = LibraryName.parse(name)
    except UnsupportedContentType:
        raise click.BadParameter("write it like “H5P.Timeline 1.1”", param_hint="NAME") from None
    with services() as house:
        house.library_installer.remove(library, force=force)
    if as_json:
        print_json({"removed": str(library)})
    else:
        click.echo(f"removed {library}")


def _packages(
    house: Services, files: tuple[Path, ...], names: tuple[str, ...], profile: Profile
) -> Iterator[tuple[str, Callable[[Check], Installation]]]:
    """What each package is called, and how to install it, subject to a check."""
    for file in files:
        yield click.format_filename(file), partial(_install_file, house, file)
    if names:
        from lti_tool.libraries import hub  # noqa: PLC0415 # Slow to import, for other commands.

        site = hub.HubSite(open_door(house.settings), house.settings.data_dir, profile)
        for name in names:
            yield name, partial(_install_from_hub, house, site, name)


def _install_file(house: Services, file: Path, check: Check) -> Installation:
    # A name that is not UTF-8 cannot be stored, and a terminal is not to be driven by it.
    name = printable(click.format_filename(file, shorten=True))
    with _bar(name) as stored:
        return house.library_installer.install(file, name=file.name, origin=name, check=check, stored=stored)


def _install_from_hub(house: Services, site: HubSite, name: str, check: Check) -> Installation:
    content_type = site.find(name)
    with tempfile.TemporaryFile() as package:
        with _bar(printable(str(content_type)), is_bytes=True) as received:
            site.download(content_type, package, received)
        with _bar(name) as stored:
            return house.library_installer.install(
                package,
                name=f"{name}.h5p",
                origin=f"https://{site.hub.host}",
                expected=name,
                check=check,
                stored=stored,
            )


def open_door(settings: Settings) -> Door:
    """How the hub is called: the guarded door of the house."""
    from lti_tool.app.services import outgoing  # noqa: PLC0415 # Slow to import, for other commands.

    return outgoing(settings)


@contextmanager
def _bar(description: str, *, is_bytes: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error while somebody watches; it is told how much of how much is done."""
    from rich import progress  # noqa: PLC0415 # Slow to import, for other commands.
    from rich.console import Console  # noqa: PLC0415 # Same.

    console = Console(stderr=True)
    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn() if is_bytes else progress.MofNCompleteColumn(),
    )
    with progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _say(name: str, done: Installation, *, quiet: bool) -> dict[str, Any]:
    """What became of a package, as JSON has it; printed too, unless `quiet`."""
    parts = {"installed": done.installed, "same": done.same, "older": done.older}
    told = {part: [str(library) for library in found] for part, found in parts.items()}
    if not quiet:
        click.echo(printable(name))
        for part, found in told.items():
            for library in found:
                click.echo(f"    {part:9} {library}")
    return {"package": name, **told}


def _load(profile: str) -> Profile:
    from h5p_exports.errors import UnknownProfile  # noqa: PLC0415 # Slow to import, for other commands.
    from h5p_exports.profiles import load_profile  # noqa: PLC0415 # Same.

    try:
        return load_profile(Path(profile) if profile.endswith(".toml") else profile)
    except UnknownProfile:
        raise click.BadParameter(f"no profile is called {profile}", param_hint="--profile") from None
