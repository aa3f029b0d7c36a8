"""A WSGI application of the tests on a loopback address, in a thread of its own."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class SilentHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_: object) -> None:
        """Drop the line."""


class LoopbackServer:
    """Serves from construction to `stop`: one request at a time or, with `tls`, over https and all that come.

    Browsers open https connections ahead of need, and one of those would keep everybody else waiting.
    """

    def __init__(self, application: Callable[..., Any], *, tls: ssl.SSLContext | None = None) -> None:
        self._server = make_server(
            "127.0.0.1", 0, application, threaded=tls is not None, request_handler=SilentHandler, ssl_context=tls
        )
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
