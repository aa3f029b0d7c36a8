"""`traam explain`."""

from __future__ import annotations

from collections.abc import Iterable

import click

from lti_tool.administration.explaining import REFERENCE, Explaining, Explanation, explain_log
from lti_tool.app import utc_now
from lti_tool.cli.common import json_option, print_json, services


@click.command(name="explain")
@click.argument("id")
@click.option("--log", type=click.File(errors="replace"), help="The log, for a reference; `-`: standard input.")
@json_option
def command(*, id: str, log: Iterable[str] | None, as_json: bool) -> None:
    """What happened to the request or grade with this id, in plain words, without any name.

    ID is the number of a grade (as in `traam grades list`), `link:4`, `person:7`, `platform:2`, the 32 digits of an
    attempt (in the address of its page), or the 8 digits that an error page shows.
    """
    id = id.strip().lower()
    if log is not None:
        if not REFERENCE.fullmatch(id):
            raise click.UsageError("the log is searched for references: the 8 digits that an error page shows")
        lines = tuple(explain_log(id, log))
        found = [Explanation(f"reference {id}", lines)] if lines else []
    else:
        with services() as house:
            found = Explaining(house.database, utc_now).explain(id)
    if not found:
        raise click.ClickException(f"nothing here has the id {id!r}: see `traam explain --help`")
    if as_json:
        print_json([{"about": told.about, "says": list(told.says)} for told in found])
        return
    for told in found:
        click.echo("\n".join((told.about, *(f"  {sentence}" for sentence in told.says))))
