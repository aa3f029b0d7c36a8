"""The service client: PyLTI1p3's connector with its holes closed.

What the library does and this does not: share tokens between the clients of one issuer, keep a token past its end,
give up on a 401, parse the private key at each signature, wait for ever, follow redirects, call any address, ask for
`Accept: application/json` where a platform wants an exact media type, hide the status of a refusal, follow `Link`
headers without end or to another host.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Protocol

import jwt
import requests
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse

from lti_tool.errors import Refused, Unavailable
from lti_tool.lti.keys import ALGORITHM, ToolKey
from lti_tool.lti.outgoing import PlatformUnreachable, Response
from lti_tool.lti.registration import Registration, host_of
from lti_tool.lti.tokens import TokenCache, TokenKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(seconds=60)
# Moodle refuses an assertion from the future without any leeway.
BACKDATING = timedelta(seconds=60)
# Apart by as much, a clock may be why an assertion is refused.
CLOCKS_AGREE = timedelta(seconds=30)
MOST_PAGES = 50
UNAUTHORIZED = 401

_UNUSED = requests.Session()
"""The library's own way to a platform, which is never taken; without one it would make one for each client."""

_NEXT = re.compile(r"<([^<>]+)>\s*;[^,<]*?\brel\s*=\s*[\"'“”]?next\b", re.IGNORECASE)


class TokenRefused(Unavailable):
    """The platform gives us no token: it has forgotten or changed the tool. Params: `host`, `status`, `said`."""


class ScopeMissing(Refused):
    """The launch did not grant the right that the call needs. Param: `scope`, its last word."""


class ServiceAnswer(Unavailable):
    """A service answered with something else than 2xx. Params: `host`, `status`, `said`, the reason phrase."""


class HTTPPort(Protocol):
    """What calls a platform: `OutgoingHTTP`, or a fake."""

    def request(
        self,
        method: str,
        url: str,
        *,
        registration: Registration,
        headers: Mapping[str, str] | None = None,
        data: str | Mapping[str, str] | None = None,
    ) -> Response:
        """Call `url` and give the answer, whatever its status."""
        ...


class ServiceClient(ServiceConnector):
    """Calls the services of one platform with tokens made for one registration. Threads may share it."""

    def __init__(
        self,
        registration: Registration,
        *,
        http: HTTPPort,
        signing_key: Callable[[], ToolKey],
        tokens: TokenCache,
        clock: Callable[[], datetime],
    ) -> None:
        known = LibraryRegistration()
        known.set_issuer(registration.issuer).set_client_id(registration.client_id)
        known.set_auth_token_url(registration.token_url)
        super().__init__(known, _UNUSED)
        self.registration = registration
        self.clock = clock
        self._http = http
        self._signing_key = signing_key
        self._tokens = tokens

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """A token for exactly these scopes. Raises `TokenRefused` and as `OutgoingHTTP` does."""
        return self._tokens.get(self._token_key(scopes), lambda: self._fetch_token(scopes))

    def encode_jwt(self, message: Mapping[str, Any], private_key: Any, headers: Mapping[str, str]) -> str:
        """Sign with a key that is parsed already: parsing one costs a hundred signatures."""
        return jwt.encode(dict(message), private_key, algorithm=ALGORITHM, headers=dict(headers))

    def call(
        self,
        scopes: Sequence[str],
        url: str,
        *,
        method: str = "GET",
        data: str | None = None,
        content_type: str = "",
        accept: str = "*/*",
    ) -> Response:
        """One call with a token; a token that the platform refuses (401) is replaced once. Any status is an answer."""
        headers = {"Accept": accept, **({"Content-Type": content_type} if content_type else {})}
        for last in (False, True):
            token = self.get_access_token(scopes)
            headers["Authorization"] = f"Bearer {token}"
            answer = self._http.request(method, url, registration=self.registration, headers=headers, data=data)
            if answer.status != UNAUTHORIZED or last:
                break
            self._tokens.forget(self._token_key(scopes), token)
        return answer

    def make_service_request(
        self,
        scopes: Sequence[str],
        url: str,
        *,
        is_post: bool = False,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "",
        case_insensitive_headers: bool = False,  # noqa: ARG002 - The library's signature; ours are in lower case.
    ) -> TServiceConnectorResponse:
        """A call as the library's services make it. Raises `ServiceAnswer` unless the answer is 2xx JSON or empty."""
        answer = self.call(
            scopes,
            url,
            method="POST" if is_post else "GET",
            data=data if is_post else None,
            content_type=content_type if is_post else "",
            accept=accept or (content_type if is_post else "*/*"),
        )
        host = host_of(url)[0]
        if not answer.ok:
            raise ServiceAnswer("service-refuses", host=host, status=answer.status, said=answer.reason)
        try:
            body = answer.json() if answer.body else None
        except ValueError:
            raise ServiceAnswer("service-answer-wrong", host=host, status=answer.status, said="") from None
        return {"headers": dict(answer.headers), "body": body, "next_page_url": next_page(answer.headers)}

    def get_paginated_data(
        self, scopes: Sequence[str], url: str | None, *args: Any, **kwargs: Any
    ) -> Generator[TServiceConnectorResponse]:
        """The pages from `url` on, at most 50 and none twice."""
        seen: set[str] = set()
        while url and url not in seen and len(seen) < MOST_PAGES:
            seen.add(url)
            page = self.make_service_request(scopes, url, *args, **kwargs)
            yield page
            url = page["next_page_url"]

    def _token_key(self, scopes: Collection[str]) -> TokenKey:
        return TokenKey(self.registration.id, self.registration.token_url, frozenset(scopes))

    def _fetch_token(self, scopes: Sequence[str]) -> tuple[str, timedelta]:
        """Ask for a token, once more by the platform's own clock where it refuses and its clock is another."""
        now = self.clock()
        answer = self._ask_for_token(scopes, now)
        there = answer.date
        if not answer.ok and there is not None and abs(there - now) >= CLOCKS_AGREE:
            answer = self._ask_for_token(scopes, there)
        url = self.registration.token_url
        host = host_of(url)[0]
        if not answer.ok:
            raise TokenRefused("token-refused", host=host, status=answer.status, said=answer.reason)
        try:
            body = answer.json()
        except ValueError:
            body = None
        value = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
            raise PlatformUnreachable("platform-answer-wrong", host=host, status=answer.status)
        return value, _lifetime(body.get("expires_in"))

    def _ask_for_token(self, scopes: Sequence[str], now: datetime) -> Response:
        """Ask for a token with a signed assertion (1EdTech security framework §4.1, RFC 7523)."""
        url = self.registration.token_url
        key = self._signing_key()
        assertion = {
            "iss": self.registration.client_id,
            "sub": self.registration.client_id,
            "aud": url,
            "iat": int((now - BACKDATING).timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
            "jti": str(uuid.uuid4()),
        }
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.encode_jwt(assertion, key.private, {"kid": key.kid}),
            "scope": " ".join(sorted(scopes)),
        }
        headers = {"Accept": "application/json"}
        return self._http.request("POST", url, registration=self.registration, headers=headers, data=form)


def next_page(headers: Mapping[str, str]) -> str | None:
    """The address of the next page (RFC 8288), its case kept, also as Moodle writes it: rel=“next” and `&amp;`."""
    link = headers.get("link", "")
    with suppress(UnicodeError):
        link = link.encode("latin-1").decode()  # Header bytes are read as Latin-1; Moodle writes UTF-8.
    match = _NEXT.search(link)
    return unescape(match[1]) if match else None


def _lifetime(expires_in: object) -> timedelta:
    """`expires_in` as a duration; nothing that is not a plausible number of seconds makes a token last."""
    try:
        return timedelta(seconds=int(str(expires_in)))
    except (ValueError, OverflowError):
        return timedelta()
