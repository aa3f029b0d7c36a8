"""What each line of the log says of the request that it belongs to: its reference, and the platform it comes from.

The reference is drawn per request. It stands in the lines of the log, in the header `X-Request-ID` of the answer and
on the error page that a person may read out to us.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

from flask import Flask, Response

Traced = str | int

HEADER = "X-Request-ID"
NOTHING: Mapping[str, Traced] = MappingProxyType({})

_traced: ContextVar[Mapping[str, Traced]] = ContextVar("traced", default=NOTHING)


def traced() -> Mapping[str, Traced]:
    """What is known of the request of this thread: `request`, `registration`… Empty outside of requests."""
    return _traced.get()


def trace(**values: Traced) -> None:
    """Add to what the log says of this request: numbers of rows, never a name, a pseudonym or a secret."""
    _traced.set({**_traced.get(), **values})


def reference() -> str:
    """The reference of this request: eight hexadecimal digits."""
    known = _traced.get().get("request")
    return str(known) if known else secrets.token_hex(4)


def install_tracing(app: Flask) -> None:
    """Give each request of `app` a reference. Call it before what may refuse a request."""

    @app.before_request
    def _begin() -> None:
        _traced.set({"request": secrets.token_hex(4)})

    @app.after_request
    def _name(response: Response) -> Response:
        response.headers[HEADER] = reference()
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        _traced.set(NOTHING)
