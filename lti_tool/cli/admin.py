"""`traam admin`."""

from __future__ import annotations

import click

from lti_tool.administration.sessions import LINK_LIFE
from lti_tool.cli.common import json_option, print_json, services


@click.group(name="admin")
def command() -> None:
    """The administrators' pages."""


@command.command()
@json_option
def link(*, as_json: bool) -> None:
    """A link that signs in to the administrators' pages: once, within 15 minutes. It is the last word printed."""
    with services() as house:
        address = f"{house.settings.base_url}/admin/sign-in/{house.admin_sessions.make_link()}"
    if as_json:
        print_json({"link": address, "seconds": int(LINK_LIFE.total_seconds())})
    else:
        click.echo(f"valid once, for 15 minutes: {address}")
