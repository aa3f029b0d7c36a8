"""The one door through which the tool calls another machine.

    ToolError
    ├── Refused      ── AddressRefused        not an address that this registration may make us call
    └── Unavailable  ── PlatformUnreachable   no answer, too slow, too long, or not an answer that means anything

An address of a claim is hostile: it is checked against the registration before the call, and the machine that really
answers is checked on the connected socket, so that a name which changes its address between the two gains nothing.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError, LocationValueError, NewConnectionError
from urllib3.exceptions import TimeoutError as TooLate

from lti_tool.errors import Refused, Unavailable
from lti_tool.lti.registration import Callee, host_of, is_loopback_host
from lti_tool.lti.sockets import Exchange, GuardedPools, PeerRefused, is_loopback, is_public, is_site

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
LONGEST_BODY = 1_000_000
LONGEST_URL = 2048
LONGEST_LENGTH = 12
"""Digits of a `Content-Length` that is believed."""
CHUNK = 1 << 16
USER_AGENT = "traam-lti"
FORM = "application/x-www-form-urlencoded"

_PLAIN = re.compile(r"[!-~]+")
_HEADER = re.compile(r"(?:[!-~][ -~]*)?")
log = logging.getLogger(__name__)
# Its debug lines hold whole addresses, and the query of an address may hold a person or a token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


class AddressRefused(Refused):
    """An address that is not the registration's, not https, or leads into a private network. Param: `host`."""


class PlatformUnreachable(Unavailable):
    """The platform gave no usable answer in time. Params: `host`, never the whole address."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: any status, header names in lower case, at most 1 MB of body."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP writes it so (RFC 9110 §15.3).

    @property
    def date(self) -> datetime | None:
        """The clock of who answers, in whole seconds (RFC 9110 §6.6.1)."""
        return http_date(self.headers.get("date", ""))

    def json(self) -> Any:
        """The body as JSON. Raises ValueError, also for a body nested beyond reason."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class OutgoingHTTP:
    """Calls platforms: https, the registration's own hosts, public addresses, no redirect, 3 s to connect, 10 s in all.

    With `development` a registration on this machine may be called on this machine, in plain http too; with
    `allow_private` machines of a private network may be called, cloud metadata (link-local) never. Looking a name up
    comes on top and has the system's own limit. The authorities in `ca_file` (PEM) vouch for a platform as the
    well-known ones do; `OSError` when it holds none. Proxies, netrc and cookies play no part. Connections are kept
    alive per host. Threads may share it.
    """

    def __init__(
        self,
        *,
        development: bool = False,
        allow_private: bool = False,
        ca_file: str | None = None,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._development = development
        self._total_seconds = total_seconds
        self._timeout = Timeout(connect=connect_seconds, read=total_seconds)
        self._public_rule = is_site if allow_private else is_public
        self._public = GuardedPools(ca_file)
        self._loopback = GuardedPools(ca_file)

    def request(
        self,
        method: str,
        url: str,
        *,
        registration: Callee,
        headers: Mapping[str, str] | None = None,
        data: str | Mapping[str, str] | None = None,
        limit: int = LONGEST_BODY,
    ) -> Response:
        """Call `url` for `registration`; any status is an answer, redirects included.

        `data`: a text is sent as it is, a mapping as a form. Raises `AddressRefused`, `PlatformUnreachable`.
        """
        sent = dict(headers or {})
        if isinstance(data, Mapping):
            sent["Content-Type"] = FORM
            data = urlencode(data)
        body = None if data is None else data.encode()
        with self._answered(method, url, registration, self._total_seconds, headers=sent, body=body) as answer:
            return _read(answer, host=host_of(url)[0], limit=limit)

    def download(
        self,
        url: str,
        target: BinaryIO,
        *,
        registration: Callee,
        limit: int,
        seconds: float,
        received: Callable[[int, int | None], None] = lambda _size, _whole: None,
    ) -> Response:
        """Copy what `url` answers into `target`, piece by piece: at most `limit` bytes, in `seconds` in all.

        `received` is told how many bytes have come, of how many where that is known. The response has no body; of an
        answer that is no success (2xx) nothing is copied. Raises as `request` does, and
        `Unavailable("storage-unavailable")` when `target` takes no more: it then holds a part.
        """
        with self._answered("GET", url, registration, seconds) as answer:
            response = _without_body(answer)
            if response.ok:
                _copy(answer, target, host=host_of(url)[0], limit=limit, received=received)
            return response

    @contextmanager
    def _answered(
        self,
        method: str,
        url: str,
        registration: Callee,
        seconds: float,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Iterator[BaseHTTPResponse]:
        """An answer whose body is to be read in the block, within its time.

        A connection whose answer was not read to its end is not used again.
        """
        host = self._checked_host(url, registration)
        here = is_loopback_host(host)
        pools, rule = (self._loopback, is_loopback) if here else (self._public, self._public_rule)
        # Identity: what is counted against the limit is what has arrived.
        sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})}
        # The library lets a value go on in a second line.
        if not all(map(_HEADER.fullmatch, sent.values())):
            raise AddressRefused("address-refused", host=host)
        # `from None` below: the texts of the exceptions of urllib3 hold the whole address.
        with Exchange(rule, seconds) as exchange:
            try:
                answer = pools.send(method, url, headers=sent, body=body, timeout=self._timeout)
                try:
                    yield answer
                finally:
                    answer.close()
                    answer.release_conn()
            except LocationValueError:
                raise AddressRefused("address-refused", host=host) from None
            except PeerRefused:
                raise AddressRefused("address-private", host=host) from None
            except (HTTPError, OSError) as error:
                slow = exchange.over or (isinstance(error, TooLate) and not isinstance(error, NewConnectionError))
                id = "platform-slow" if slow else "platform-unreachable"
                log.warning("%s host=%s cause=%s", id, host, type(error).__name__)
                raise PlatformUnreachable(id, host=host) from None
            if exchange.over:  # A body without a length, cut short, looks whole.
                raise PlatformUnreachable("platform-slow", host=host)

    def get_json(self, url: str, *, registration: Callee) -> dict[str, Any]:
        """Fetch a JSON object, such as a keyset. Raises as `request` does, and when it is not a JSON object."""
        answer = self.request("GET", url, registration=registration, headers={"Accept": "application/json"})
        try:
            value = answer.json()
        except ValueError:
            value = None
        if not answer.ok or not isinstance(value, dict):
            raise PlatformUnreachable("platform-answer-wrong", host=host_of(url)[0], status=answer.status)
        return value

    def _checked_host(self, url: str, registration: Callee) -> str:
        """The host of an address that this registration may make us call."""
        try:
            parts = urlsplit(url)
            host, port = host_of(url)
        except ValueError:
            raise AddressRefused("address-refused", host="?") from None
        # Two parsers may read a backslash, a user part or a blank differently: none of them is ever needed.
        plain = len(url) <= LONGEST_URL and _PLAIN.fullmatch(url) and not set(parts.netloc) & set("@\\")
        here = is_loopback_host(host)
        schemes = {"https", "http"} if here else {"https"}
        if not plain or parts.scheme not in schemes or (host, port) not in registration.hosts:
            raise AddressRefused("address-refused", host=host[:255])
        if here and not self._development:
            raise AddressRefused("address-private", host=host)
        return host


def _read(answer: BaseHTTPResponse, *, host: str, limit: int) -> Response:
    # One byte more than allowed tells a long answer from a full one; the exchange cuts a slow one.
    body = answer.read(limit + 1, decode_content=False)
    if len(body) > limit:
        raise PlatformUnreachable("platform-answer-too-long", host=host)
    return replace(_without_body(answer), body=body)


def _copy(
    answer: BaseHTTPResponse,
    target: BinaryIO,
    *,
    host: str,
    limit: int,
    received: Callable[[int, int | None], None],
) -> None:
    told = answer.headers.get("content-length", "")
    whole = int(told) if told.isascii() and told.isdigit() and len(told) <= LONGEST_LENGTH else None
    size = 0
    while chunk := answer.read(CHUNK, decode_content=False):
        size += len(chunk)
        if size > limit:
            raise PlatformUnreachable("platform-answer-too-long", host=host)
        with _writing():
            target.write(chunk)
        received(size, whole)
    with _writing():
        target.flush()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # Ours, not the platform's.
        raise Unavailable("storage-unavailable") from error


def _without_body(answer: BaseHTTPResponse) -> Response:
    # One by one: `items` gives a header that comes twice in two parts.
    headers = {name.lower(): answer.headers[name] for name in answer.headers}
    return Response(answer.status, _one_line(answer.reason), headers, b"")


def http_date(text: str) -> datetime | None:
    """A date as HTTP writes it (RFC 9110 §5.6.7); `None`: it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _one_line(reason: str | None) -> str:
    """A reason phrase fit for a log line: Moodle says only there why it refuses."""
    return "".join(letter for letter in reason or "" if letter.isprintable())[:200]
