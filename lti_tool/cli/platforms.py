"""`traam platforms`."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from lti_tool.administration.moving import NewAddresses
from lti_tool.cli.common import json_option, print_json, services
from lti_tool.lti.strings import LONGEST_PARAMETER, is_clean
from lti_tool.platforms.academies import ACADEMIES
from lti_tool.platforms.service import NewPlatform
from lti_tool.platforms.zones import DEFAULT_ZONE


class WebAddress(click.ParamType[str]):
    """An http or https address without a fragment."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what cannot be called."""
        try:
            parts = urlsplit(value)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment
            good = good and not parts.username and (parts.port is None or parts.port > 0)
        except ValueError:
            good = False
        if not good or not is_clean(value, 1024):
            self.fail(f"{value!r} is not a web address such as https://moodle.example.fr/mod/lti/auth.php", param, ctx)
        return value


URL = WebAddress()


def _identifier(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and (not value or not is_clean(value, min(255, LONGEST_PARAMETER))):
        raise click.BadParameter("between 1 and 255 characters", ctx=ctx, param=param)
    return value


@click.group(name="platforms")
def command() -> None:
    """The Moodle sites that the tool trusts."""


@command.command()
@click.option("--issuer", required=True, callback=_identifier, help="Moodle's « Platform ID », its address.")
@click.option("--client-id", required=True, callback=_identifier, help="Moodle's « Client ID ».")
@click.option("--auth-url", required=True, type=URL, help="« Authentication request URL ».")
@click.option("--token-url", required=True, type=URL, help="« Access token URL ».")
@click.option("--jwks-url", required=True, type=URL, help="« Public keyset URL ».")
@click.option("--deployment", required=True, callback=_identifier, help="« Deployment ID ».")
@click.option("--name", callback=_identifier, help="What to call the site.")
@click.option(
    "--tool-parameters/--no-tool-parameters",
    default=None,
    help="The tool's own custom parameters are set in Moodle: what they say of a copied course is believed.",
)
@json_option
def add(
    *,
    issuer: str,
    client_id: str,
    auth_url: str,
    token_url: str,
    jwks_url: str,
    deployment: str,
    name: str | None,
    tool_parameters: bool | None,
    as_json: bool,
) -> None:
    """Trust a platform, or update one that is trusted already. Contacts nobody."""
    with services() as house:
        registration_id = house.platforms.add(
            NewPlatform(
                issuer=issuer,
                client_id=client_id,
                auth_url=auth_url,
                token_url=token_url,
                jwks_url=jwks_url,
                deployment_id=deployment,
                name=name,
                tool_parameters=tool_parameters,
            )
        )
    if as_json:
        print_json({"id": registration_id, "issuer": issuer, "client_id": client_id, "deployment": deployment})
    else:
        click.echo(f"platform {registration_id}: {issuer}, client {client_id}, deployment {deployment}")


@command.command(name="list")
@json_option
def list_platforms(*, as_json: bool) -> None:
    """The platforms that are trusted."""
    with services() as house:
        platforms = house.platforms.all()
    if as_json:
        print_json(
            [
                {
                    "id": registration.id,
                    "name": registration.name,
                    "issuer": registration.issuer,
                    "client_id": registration.client_id,
                    "auth_url": registration.auth_url,
                    "token_url": registration.token_url,
                    "jwks_url": registration.jwks_url,
                    "active": registration.active,
                    "deployments": list(deployments),
                }
                for registration, deployments in platforms
            ]
        )
        return
    if not platforms:
        click.echo("no platform yet: `traam platforms add --help`")
    for registration, deployments in platforms:
        click.echo(f"{registration.id}  {registration.name}")
        click.echo(f"    {registration.issuer}  client {registration.client_id}")
        click.echo(f"    deployments: {', '.join(deployments) or 'none'}")


@command.command()
@click.option("--name", required=True, callback=_identifier, help="What to call the site, e.g. « Éléa Versailles ».")
@click.option("--academie", type=click.Choice(ACADEMIES), metavar="NAME", help="Its académie; none for Magistère.")
@click.option("--time-zone", default=DEFAULT_ZONE, show_default=True, help="IANA name of the zone of its dates.")
@json_option
def invite(*, name: str, academie: str | None, time_zone: str, as_json: bool) -> None:
    """A link by which a site registers the tool: once, within seven days. It is the last word printed.

    Its administrator pastes it into Moodle's « Add LTI Advantage ».
    """
    with services() as house:
        token = house.platforms.invitations.make(name, academie=academie, time_zone=time_zone)
        link = f"{house.settings.base_url}/lti/register/{token}"
    if as_json:
        print_json({"name": name, "academie": academie, "time_zone": time_zone, "link": link})
    else:
        click.echo(f"for {name}, valid once, for 7 days: {link}")


@command.command()
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.option("--deployment", help="Where its courses go, when NEW has several deployments.")
@json_option
def merge(*, old: int, new: int, deployment: str | None, as_json: bool) -> None:
    """Give the people, links, attempts and grades of platform OLD to platform NEW, and delete OLD.

    For a site that was registered again. The numbers are those of `traam platforms list`.
    """
    with services() as house:
        house.moving.merge(old, new, deployment_id=deployment)
    if as_json:
        print_json({"merged": old, "into": new})
    else:
        click.echo(f"platform {old} is now part of platform {new}")


@command.command()
@click.argument("platform", type=int)
@click.option("--issuer", required=True, callback=_identifier, help="Moodle's new « Platform ID ».")
@click.option("--auth-url", type=URL, help="Where it is not under the new issuer.")
@click.option("--token-url", type=URL, help="The same.")
@click.option("--jwks-url", type=URL, help="The same.")
@json_option
def move(
    *,
    platform: int,
    issuer: str,
    auth_url: str | None,
    token_url: str | None,
    jwks_url: str | None,
    as_json: bool,
) -> None:
    """Say that a site has another address now. Its people, links, attempts and grades stay.

    Other registrations of the same site move along.
    """
    with services() as house:
        moved = house.moving.move(platform, NewAddresses(issuer, auth_url, token_url, jwks_url))
    if as_json:
        print_json({"moved": moved, "issuer": issuer})
    else:
        click.echo(f"now at {issuer}: {', '.join(f'platform {id}' for id in moved)}")
