"""`traam doctor`: what an operator would want to know before the pupils do."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.app import Services
from lti_tool.cli.common import CannotStart, json_option, open_house, print_json
from lti_tool.errors import ToolError
from lti_tool.schema import SchemaOutdated, require_current_schema
from lti_tool.settings import Settings, SettingsRefused, load_settings


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warning or problem; `says` is a sentence with what to do."""

    level: str
    says: str


@click.command(name="doctor")
@json_option
def command(*, as_json: bool) -> None:
    """Say what is misconfigured, in plain words. Exit status 1 when something must be mended."""
    findings = list(examine())
    if as_json:
        print_json([{"level": f.level, "says": f.says} for f in findings])
    else:
        signs = {"ok": "✓", "warning": "!", "problem": "✗"}
        for finding in findings:
            click.echo(f"{signs[finding.level]} {finding.says}")
    if any(finding.level == "problem" for finding in findings):
        raise SystemExit(1)


def examine() -> Iterator[Finding]:
    """Every check, in the order in which things depend on each other."""
    try:
        settings = load_settings()
    except SettingsRefused as error:
        yield from (Finding("problem", f"settings: {line}") for line in str(error).splitlines())
        return
    yield from _address(settings)
    yield from _data_folder(settings)
    if not settings.data_dir.is_dir():
        return
    try:
        house = open_house(settings)
        require_current_schema(house.database.engine)
    except (CannotStart, SchemaOutdated) as error:
        yield Finding("problem", str(error))
        return
    except SQLAlchemyError as error:
        yield Finding("problem", f"the database does not answer ({type(error).__name__}): check TRAAM_DATABASE_URL")
        return
    yield Finding("ok", "the database answers and is up to date")
    for check in _HOUSE_CHECKS:
        yield from check(house)


def _address(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.base_url)
    if settings.base_is_loopback:
        yield Finding("warning", f"{settings.base_url} is this machine only: set TRAAM_BASE_URL to the public address")
    elif parts.scheme == "http":
        yield Finding("problem", f"{settings.base_url} is not https: Moodle and browsers will refuse its cookies")
    else:
        yield Finding("ok", f"the tool's address is {settings.base_url}")
    try:
        socket.getaddrinfo(parts.hostname, None)
    except OSError:
        yield Finding("warning", f"the name {parts.hostname} is not known from this machine")


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    if not folder.exists():
        yield Finding("problem", f"the data folder {folder} does not exist: run `traam db upgrade`")
    elif not folder.is_dir():
        yield Finding("problem", f"{folder} is not a folder: check TRAAM_DATA_DIR")
    elif not os.access(folder, os.W_OK):
        yield Finding("problem", f"the data folder {folder} cannot be written by this user")
    else:
        yield Finding("ok", f"the data folder is {folder}")
    if not settings.secret_key.get_secret_value() and not settings.base_is_loopback:
        yield Finding("warning", f"TRAAM_SECRET_KEY is not set: the key in {folder}/secret.key is used, back it up")


def _keys(house: Services) -> Iterator[Finding]:
    try:
        house.platforms.signing_key()
    except ToolError:
        yield Finding("problem", "the tool has no key: run `traam db upgrade`")
    else:
        yield Finding("ok", f"the tool's keys are at {house.settings.base_url}/lti/jwks")


def _platforms(house: Services) -> Iterator[Finding]:
    platforms = house.platforms.all()
    if not platforms:
        yield Finding("warning", "no platform is trusted yet: `traam platforms add --help`")
    for registration, deployments in platforms:
        if not deployments:
            yield Finding("warning", f"{registration.name}: no deployment is accepted, so nobody can launch")
        if registration.is_loopback and not house.settings.base_is_loopback:
            yield Finding("problem", f"{registration.name} is on this machine: refused while the tool is public")
        elif not registration.is_loopback and not registration.jwks_url.startswith("https:"):
            yield Finding("problem", f"{registration.name}: its addresses must be https")


def _grades(house: Services) -> Iterator[Finding]:
    if house.settings.delivery == "off":
        yield Finding("problem", "TRAAM_DELIVERY is `off`: no grade is sent")
    stuck = house.gradebook.list_deliveries(states=("refused", "parked"), limit=1000)
    if stuck:
        yield Finding("warning", f"{len(stuck)} grades could not be sent: `traam grades list --state refused`")


_HOUSE_CHECKS: tuple[Callable[[Services], Iterator[Finding]], ...] = (_keys, _platforms, _grades)
