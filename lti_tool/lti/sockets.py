"""Connections that look at who answers, and that end on time whatever the other side does."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from types import TracebackType
from typing import Any, Self

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.url import parse_url

from lti_tool.lti import watchdog

Address = IPv4Address | IPv6Address

MOST_KEPT = 10
"""Connections to one host that are kept alive."""

_NAT64 = IPv6Network("64:ff9b::/96")
_NOWHERE = tuple(map(IPv6Network, ("::/96", "64:ff9b:1::/48", "fec0::/10")))
"""IPv4 inside IPv6 (RFC 4291 §2.5.5.1), a site's own NAT64 (RFC 8215), site-local: Python calls them public."""


class PeerRefused(Exception):
    """The machine that would answer, or that answers, is not one that may be called."""


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet: not private, link-local, loopback or multicast."""
    address = _without_wrapping(address)
    return address.is_global and not address.is_multicast and not any(address in network for network in _NOWHERE)


def is_site(address: Address) -> bool:
    """Whether an address is on the public internet or in a private network; never link-local nor this machine."""
    address = _without_wrapping(address)
    unusual = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_reserved
    return is_public(address) or (address.is_private and not unusual and not address.is_multicast)


def is_loopback(address: Address) -> bool:
    """Whether an address is this machine."""
    return _without_wrapping(address).is_loopback


def _without_wrapping(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, where it does: it is the one that counts."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


class Exchange:
    """One call, as a context: who may answer, and until when. At the end of its time the connection is cut."""

    def __init__(self, may_answer: Callable[[Address], bool], seconds: float) -> None:
        self._may_answer = may_answer
        self._seconds = seconds
        self._lock = threading.Lock()
        self._handle: int | None = None

    def __enter__(self) -> Self:
        self._ends = time.monotonic() + self._seconds
        watchdog.watch(self._cut, until=self._ends)
        self._token = _current.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        watchdog.forget(self._cut)
        _current.reset(self._token)
        with self._lock:
            self._forget()

    @property
    def over(self) -> bool:
        """Whether its time has passed."""
        return time.monotonic() >= self._ends

    def check(self, address: str) -> None:
        """Raise `PeerRefused` unless the machine at this address may answer."""
        if not self._may_answer(ip_address(address)):
            raise PeerRefused

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection when the time has passed."""
        with self._lock:
            self._forget()
            # A second handle on the same connection: TLS takes the first one away.
            self._handle = os.dup(connected.fileno())
        if self.over:
            self._cut()

    def _cut(self) -> None:
        # A number that is closed may be another connection's at once: nobody closes it meanwhile.
        with self._lock:
            if self._handle is not None:
                with suppress(OSError), socket.socket(fileno=self._handle) as connected:
                    self._handle = None
                    connected.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


_current: ContextVar[Exchange] = ContextVar("exchange")


class _Connection(HTTPConnection):
    """A connection that asks the current exchange about its peer before a byte is sent."""

    def _new_conn(self) -> socket.socket:
        exchange = _current.get()
        budget = self.timeout if isinstance(self.timeout, int | float) else 0.0
        ends = time.monotonic() + budget
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        failure: OSError = TimeoutError()
        for *_, address in found:
            exchange.check(str(address[0]))
            left = ends - time.monotonic()
            if left <= 0:
                break
            try:
                connected = socket.create_connection((str(address[0]), self.port), timeout=left)
            except OSError as error:
                failure = error
                continue
            # What was resolved is a promise; the peer of the connected socket is the fact.
            try:
                exchange.check(connected.getpeername()[0])
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                exchange.watch(connected)
            except (PeerRefused, OSError):
                connected.close()
                raise
            connected.settimeout(budget)
            return connected
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "no connection in time") from failure
        raise NewConnectionError(self, "no connection") from failure

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send, under the eyes of the current exchange also when the connection is an older one."""
        if self.sock is not None:
            _current.get().watch(self.sock)
        super().request(*args, **kwargs)


class _TLSConnection(_Connection, HTTPSConnection):
    """The same, with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class GuardedPools:
    """Sends requests on guarded connections, each within an `Exchange`; follows no redirect and tries nothing twice.

    One per rule about peers: a connection that is kept alive was accepted by the rule of its pools. The authorities in
    `ca_file` (PEM) vouch for peers as the well-known ones do. Raises `OSError` when it holds none.
    """

    def __init__(self, ca_file: str | None = None) -> None:
        context = None
        if ca_file:
            # The library adds the well-known authorities to it.
            context = create_urllib3_context()
            context.load_verify_locations(ca_file)
        self._pools = PoolManager(
            maxsize=MOST_KEPT, cert_reqs="CERT_REQUIRED", ca_certs=DEFAULT_CA_BUNDLE_PATH, ssl_context=context
        )
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None, timeout: Timeout
    ) -> BaseHTTPResponse:
        """An answer whose body is still to be read. Raises `PeerRefused` and the errors of urllib3."""
        target = parse_url(url)
        return self._pools.connection_from_host(target.host, target.port, target.scheme).urlopen(
            method,
            target.request_uri,
            body=body,
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
