"""What an operator would want to know before the pupils do: `traam doctor`, and the page « Santé »."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from lti_tool.db import Database
from lti_tool.errors import ToolError
from lti_tool.gradebook.service import Gradebook
from lti_tool.platforms.service import Platforms
from lti_tool.schema import SchemaOutdated, require_current_schema
from lti_tool.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warning or problem; `says` is a sentence for the command line, `id` names the page's."""

    level: str
    id: str
    says: str
    params: dict[str, str | int] = field(default_factory=dict)


def examine_place(settings: Settings) -> Iterator[Finding]:
    """What can be said before the database is opened."""
    yield from _address(settings)
    yield from _data_folder(settings)


class Health:
    """Examines a house."""

    def __init__(self, settings: Settings, database: Database, platforms: Platforms, gradebook: Gradebook) -> None:
        self._settings = settings
        self._database = database
        self._platforms = platforms
        self._gradebook = gradebook

    def examine(self) -> Iterator[Finding]:
        """Every check, in the order in which things depend on each other."""
        yield from examine_place(self._settings)
        yield from self.examine_house()

    def why_not_ready(self) -> str | None:
        """What keeps the tool from serving: `database`, `schema` or `key`; `None`: nothing does."""
        try:
            require_current_schema(self._database.engine)
            self._platforms.signing_key()
        except SchemaOutdated:
            return "schema"
        except SQLAlchemyError:
            return "database"
        except ToolError:
            return "key"
        return None

    def examine_house(self) -> Iterator[Finding]:
        """The checks that need the database."""
        try:
            require_current_schema(self._database.engine)
        except SchemaOutdated as error:
            yield Finding("problem", "health-schema", str(error))
            return
        except SQLAlchemyError as error:
            says = f"the database does not answer ({type(error).__name__}): check TRAAM_DATABASE_URL"
            yield Finding("problem", "health-database-silent", says)
            return
        yield Finding("ok", "health-database", "the database answers and is up to date")
        yield from self._keys()
        yield from self._trust()
        yield from self._grades()

    def _keys(self) -> Iterator[Finding]:
        try:
            self._platforms.signing_key()
            states = self._platforms.keys.states()
        except ToolError as error:
            if error.id == "tool-keys-locked":
                says = "the tool's keys are encrypted with another TRAAM_KEY_ENCRYPTION_KEY: set that one"
            else:
                says = "the tool has no key: run `traam db upgrade`"
            yield Finding("problem", error.id, says)
            return
        address = f"{self._settings.base_url}/lti/jwks"
        yield Finding("ok", "health-keys", f"the tool's keys are at {address}", {"address": address})
        if self._settings.key_encryption_key.get_secret_value() and not all(state.encrypted for state in states):
            yield Finding("warning", "health-keys-plain", "some private keys are not encrypted: run `traam db upgrade`")

    def _trust(self) -> Iterator[Finding]:
        platforms = self._platforms.all()
        waiting = self._platforms.deployments.waiting()
        if not platforms:
            says = "no platform is trusted yet: `traam platforms invite --help`"
            yield Finding("warning", "health-no-platform", says)
        for registration, deployments in platforms:
            name: dict[str, str | int] = {"name": registration.name}
            if not deployments:
                says = f"{registration.name}: no deployment is accepted, so nobody can launch"
                yield Finding("warning", "health-no-deployment", says, name)
            if registration.id in waiting:
                count = waiting[registration.id]
                says = f"{registration.name}: deployments wait to be accepted ({count})"
                yield Finding("warning", "health-deployments-wait", says, {**name, "count": count})
            if registration.is_loopback and not self._settings.base_is_loopback:
                says = f"{registration.name} is on this machine: refused while the tool is public"
                yield Finding("problem", "health-platform-here", says, name)
            elif not registration.is_loopback and not registration.jwks_url.startswith("https:"):
                says = f"{registration.name}: its addresses must be https"
                yield Finding("problem", "health-platform-http", says, name)

    def _grades(self) -> Iterator[Finding]:
        if self._settings.delivery == "off":
            yield Finding("problem", "health-delivery-off", "TRAAM_DELIVERY is `off`: no grade is sent")
        stuck = len(self._gradebook.list_deliveries(states=("refused", "parked"), limit=1000))
        if stuck:
            says = f"{stuck} grades could not be sent: `traam grades list --state refused`"
            yield Finding("warning", "health-grades-stuck", says, {"count": stuck})


def _address(settings: Settings) -> Iterator[Finding]:
    base = settings.base_url
    parts = urlsplit(base)
    address: dict[str, str | int] = {"address": base}
    if settings.base_is_loopback:
        says = f"{base} is this machine only: set TRAAM_BASE_URL to the public address"
        yield Finding("warning", "health-address-here", says, address)
    elif parts.scheme == "http":
        says = f"{base} is not https: Moodle and browsers will refuse its cookies"
        yield Finding("problem", "health-address-http", says, address)
    else:
        yield Finding("ok", "health-address", f"the tool's address is {base}", address)
    try:
        socket.getaddrinfo(parts.hostname, None)
    except OSError:
        says = f"the name {parts.hostname} is not known from this machine"
        yield Finding("warning", "health-name-unknown", says, address)


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    where: dict[str, str | int] = {"folder": str(folder)}
    if not folder.exists():
        says = f"the data folder {folder} does not exist: run `traam db upgrade`"
        yield Finding("problem", "health-folder-missing", says, where)
    elif not folder.is_dir():
        yield Finding("problem", "health-folder-file", f"{folder} is not a folder: check TRAAM_DATA_DIR", where)
    elif not os.access(folder, os.W_OK):
        says = f"the data folder {folder} cannot be written by this user"
        yield Finding("problem", "health-folder-closed", says, where)
    else:
        yield Finding("ok", "health-folder", f"the data folder is {folder}", where)
    if not settings.secret_key.get_secret_value() and not settings.base_is_loopback:
        says = f"TRAAM_SECRET_KEY is not set: the key in {folder}/secret.key is used, back it up"
        yield Finding("warning", "health-secret-kept", says, where)
