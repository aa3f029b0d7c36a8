"""A platform registers the tool: its configuration is fetched, shown, and, once confirmed, answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from lti_tool.db import Database
from lti_tool.errors import Conflict, Invalid, Refused, Unavailable
from lti_tool.lti.configuration import PlatformConfiguration, check_configuration_address, read_configuration
from lti_tool.lti.outgoing import Response
from lti_tool.lti.registration import Callee, Candidate, host_of, origin_of
from lti_tool.lti.registration_document import Granted, read_answer, registration_request
from lti_tool.lti.strings import LONGEST_PARAMETER, is_clean
from lti_tool.platforms.invitations import Invitation
from lti_tool.platforms.service import NewPlatform, Platforms
from lti_tool.web.seal import SealBroken, Sealer, SealOver

ASKED_SECONDS = 3600
"""How long the page of a registration may stay open: Moodle's own token lives as long."""


class RegistrationHTTP(Protocol):
    """How a platform that is not registered yet is called: `OutgoingHTTP`, or a fake."""

    def request(
        self,
        method: str,
        url: str,
        *,
        registration: Callee,
        headers: Mapping[str, str] | None = None,
        data: str | Mapping[str, str] | None = None,
    ) -> Response:
        """Call `url`, on a host of `registration`, and give the answer, whatever its status."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a platform sends along when it opens the registration page. `token` may be absent."""

    configuration_url: str
    token: str | None

    @property
    def origin(self) -> str:
        """Where the page may be framed until the issuer is known, and after: they live on one host."""
        return origin_of(self.configuration_url)


@dataclass(frozen=True, slots=True)
class Registered:
    """The registration that was written."""

    registration_id: int
    deployment_id: str | None
    configuration: PlatformConfiguration


class Registering:
    """Registers the tool at `base_url` with invited platforms; writes nothing before it has succeeded."""

    def __init__(
        self,
        database: Database,
        platforms: Platforms,
        http: RegistrationHTTP,
        *,
        secret: str,
        base_url: str,
        logo_url: str,
        development: bool,
        with_names: bool = False,
        allow_canvas: bool = False,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._http = http
        self._base_url = base_url
        self._logo_url = logo_url
        self._development = development
        self._allow_canvas = allow_canvas
        self.with_names = with_names
        self._sealer = Sealer(secret, purpose="lti-registration", seconds=ASKED_SECONDS)

    def read(self, configuration_url: str, token: str | None) -> Asked:
        """What a platform asks with. Raises `Invalid("registration-address")` or `Invalid("registration-token")`."""
        check_configuration_address(configuration_url, development=self._development)
        if token is not None and not (token.isascii() and token.isprintable() and is_clean(token, LONGEST_PARAMETER)):
            raise Invalid("registration-token")
        return Asked(configuration_url, token or None)

    def configuration(self, asked: Asked) -> PlatformConfiguration:
        """Fetch the platform's configuration through the guard.

        Raises `AddressRefused`, `PlatformUnreachable`, and as `read_configuration` does.
        """
        url = asked.configuration_url
        headers = {"Accept": "application/json"}
        answer = self._http.request("GET", url, registration=Candidate(url), headers=headers)
        if not answer.ok:
            raise Unavailable("registration-configuration-refused", host=host_of(url)[0], status=answer.status)
        return read_configuration(
            _json(answer), url=url, allow_canvas=self._allow_canvas, development=self._development
        )

    def seal(self, invitation: Invitation, asked: Asked) -> str:
        """What the form of the page carries: what was asked, for this invitation, for an hour."""
        return self._sealer.seal([invitation.id, asked.configuration_url, asked.token])

    def unseal(self, invitation: Invitation, sealed: str) -> Asked:
        """Read it back. Raises `Refused("registration-form-over")` or `Invalid("registration-form")`."""
        try:
            invitation_id, url, token = self._sealer.open(sealed)
        except SealOver:
            raise Refused("registration-form-over") from None
        except SealBroken:
            raise Invalid("registration-form") from None
        if invitation_id != invitation.id:
            raise Invalid("registration-form")
        return Asked(url, token)

    def register(self, invitation: Invitation, asked: Asked) -> Registered:
        """Register, or register again, and use the invitation up: all of it, or nothing here.

        Raises `Conflict("registration-token-used")`, `Unavailable("registration-refused")`,
        `Unavailable("registration-answer-wrong")`, `Conflict("invitation-used")`, and as `configuration` does. From the
        second on, the platform may already be changed.
        """
        configuration = self.configuration(asked)
        granted = self._ask(configuration, asked)
        platform = NewPlatform(
            issuer=configuration.issuer,
            client_id=granted.client_id,
            auth_url=configuration.auth_url,
            token_url=configuration.token_url,
            jwks_url=configuration.jwks_url,
            deployment_id=granted.deployment_id,
            name=invitation.name,
            time_zone=invitation.time_zone,
            academie=invitation.academie,
            with_names=self.with_names,
            product=configuration.product,
            tool_parameters=True,
            # Whom the operator has switched off does not come back by an old invitation.
            active=None,
        )
        with self._database.write(durable=True) as connection:
            registration_id = self._platforms.write(connection, platform)
            self._platforms.invitations.consume(connection, invitation.id, registration_id)
        self._platforms.forget()
        return Registered(registration_id, granted.deployment_id, configuration)

    def _ask(self, configuration: PlatformConfiguration, asked: Asked) -> Granted:
        request = registration_request(
            configuration, base_url=self._base_url, with_names=self.with_names, logo_url=self._logo_url
        )
        url = configuration.registration_url
        headers = {"Content-Type": "application/json", "Accept": "application/json"} | _bearer(asked)
        answer = self._http.request("POST", url, registration=Candidate(url), headers=headers, data=json.dumps(request))
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise Conflict("registration-token-used")
        if not answer.ok:
            raise Unavailable("registration-refused", host=host_of(url)[0], status=answer.status)
        return read_answer(_json(answer))


def _bearer(asked: Asked) -> dict[str, str]:
    return {"Authorization": f"Bearer {asked.token}"} if asked.token else {}


def _json(answer: Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
