"""`traam activities`."""

from __future__ import annotations

import click

from lti_tool.cli.common import json_option, print_json, services


@click.group(name="activities")
def command() -> None:
    """The activities and the parameter to paste into a platform."""


@command.command(name="list")
@json_option
def list_activities(*, as_json: bool) -> None:
    """Every activity for everyone, with its signed custom parameter (paste it as `activity=…`)."""
    with services() as house:
        offers = house.placements.offers()
    lines = [
        {"slug": o.listed.slug, "title": o.listed.title, "kind": o.listed.kind, "custom": o.custom} for o in offers
    ]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        click.echo(f"{line['slug']}  ({line['kind']})\n    {line['title']}\n    activity={line['custom']}")
