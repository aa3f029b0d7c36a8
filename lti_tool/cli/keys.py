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
