"""`traam grades`."""

from __future__ import annotations

from dataclasses import asdict

import click

from lti_tool.cli.common import json_option, print_json, services
from lti_tool.gradebook.service import State

LARGEST_ID = 2**31 - 1
"""Of a row, in any database."""

MEANINGS = {
    "columns": "columns looked at",
    "equal": "grades as they were sent",
    "missing": "missing, sent again",
    "vanished": "missing each time they are sent, given up",
    "overridden": "changed on the platform, kept",
    "gone": "whose column is deleted (--recreate makes it anew)",
    "recreated": "sent to a column made anew",
    "unread": "columns that the platform did not show",
}


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
            "reason": delivery.status.text if delivery.status.overridden else delivery.status.reason,
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


@command.command()
@click.option("--platform", "platform_id", type=click.IntRange(1, LARGEST_ID), help="Only this platform, by its id.")
@click.option("--recreate", is_flag=True, help="Make deleted columns anew, and send their grades there.")
@json_option
def reconcile(*, platform_id: int | None, recreate: bool, as_json: bool) -> None:
    """Read the platforms' gradebooks and compare them with what was sent; grades that are missing are sent again."""
    with services() as house:
        if platform_id is not None:
            house.platforms.by_id(platform_id)
        figures = asdict(house.reconciliation.run(registration_id=platform_id, recreate=recreate))
    if as_json:
        print_json(figures)
        return
    for name, count in figures.items():
        click.echo(f"{count:>8}  {MEANINGS[name]}")
