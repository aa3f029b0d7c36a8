"""The services of the platforms, as the rooms above use them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from lti_tool.lti.ags import AGS
from lti_tool.lti.connector import HTTPPort, ServiceClient
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.nrps import NRPS
from lti_tool.lti.registration import Registration
from lti_tool.lti.tokens import TokenCache


class Services:
    """The service clients of all registrations, with one token cache. One per process; threads share it."""

    def __init__(self, http: HTTPPort, *, signing_key: Callable[[], ToolKey], clock: Callable[[], datetime]) -> None:
        self._http = http
        self._signing_key = signing_key
        self._clock = clock
        self._tokens = TokenCache(clock)

    def client(self, registration: Registration) -> ServiceClient:
        """The client for one registration; making one is cheap."""
        return ServiceClient(
            registration, http=self._http, signing_key=self._signing_key, tokens=self._tokens, clock=self._clock
        )

    def ags(self, registration: Registration, granted: Collection[str]) -> AGS:
        """Assignment and Grade Services with the scopes that a launch granted."""
        return AGS(self.client(registration), granted)

    def nrps(self, registration: Registration) -> NRPS:
        """Names and Role Provisioning Services."""
        return NRPS(self.client(registration))
