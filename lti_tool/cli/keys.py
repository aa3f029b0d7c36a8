"""`traam keys`."""

from __future__ import annotations

import click

from lti_tool.cli.common import json_option, print_json, services


@click.group(name="keys")
def command() -> None:
    """The keys of the tool."""


@command.command()
@json_option
def show(*, as_json: bool) -> None:
    """The public keys, as platforms see them; never the private ones."""
    with services() as house:
        keys = house.platforms.tool_keys()
        address = f"{house.settings.base_url}/lti/jwks"
    if as_json:
        print_json({"keys": [key.public_jwk() for key in keys]})
        return
    click.echo(f"keyset address: {address}")
    for key in keys:
        click.echo(f"\nkid {key.kid}\n{key.public_pem()}", nl=False)


@command.command()
@click.option("--now", "at_once", is_flag=True, help="Sign with it at once, e.g. because the old one has leaked.")
@json_option
def rotate(*, at_once: bool, as_json: bool) -> None:
    """Publish a new key at once and sign with it in an hour; the old one stays published a day longer."""
    with services() as house:
        kid = house.platforms.keys.rotate(at_once=at_once)
        (state,) = [state for state in house.platforms.keys.states() if state.kid == kid]
    if as_json:
        print_json({"kid": kid, "signs_from": state.signs_from.isoformat()})
    else:
        click.echo(f"published; signs from {state.signs_from:%Y-%m-%d %H:%M} UTC: {kid}")
