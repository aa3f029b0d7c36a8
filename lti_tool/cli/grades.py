"""`traam grades`."""

from __future__ import annotations

import click

from lti_tool.cli.common import json_option, print_json, services
from lti_tool.gradebook.service import State

LARGEST_ID = 2**31 - 1
"""Of a row, in any database."""


@click.group(name="grades")
def command() -> None:
    """The grades on their way to the platforms."""


@command.command(name="list")
@click.option("--state", "states", multiple=True, type=click.Choice(["open", "delivered", "refused", "parked"]))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_grades(*, states: tuple[State, ...], limit: int, as_json: bool) -> None:
    """The newest grades, or those in the states named. People are row numbers: no name, no pseudonym."""
    with services() as house:
        found = house.gradebook.list_deliveries(states=states or None, limit=limit)
    lines = [
        {
            "id": delivery.id,
            "platform": delivery.registration_id,
            "link": delivery.link_id,
            "person": delivery.person_id,
            "label": delivery.label,
            "state": delivery.status.state,
            "score": delivery.status.score,
            "maximum": delivery.status.maximum,
            "reason": delivery.status.reason,
            "tries": delivery.status.tries,
            "due_at": delivery.due_at.isoformat(),
        }
        for delivery in found
    ]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        points = f"{line['score']:g}/{line['maximum']:g}"
        click.echo(
            f"{line['id']:>6}  {line['state']:<9} {points:>9}  platform {line['platform']} link {line['link']}"
            f" person {line['person']}  tries {line['tries']}  {line['reason'] or ''}"
        )


@command.command()
@click.argument("ids", nargs=-1, type=click.IntRange(1, LARGEST_ID))
@json_option
def retry(*, ids: tuple[int, ...], as_json: bool) -> None:
    """Send again the refused and parked grades: all of them, or those named by id."""
    with services() as house:
        count = house.gradebook.retry(list(ids) or None)
    if as_json:
        print_json({"retried": count})
    else:
        click.echo(f"{count} grade{'s' if count != 1 else ''} will be sent again")
