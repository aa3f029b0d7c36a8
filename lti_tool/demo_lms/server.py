"""Serving the demo LMS from a thread."""

from __future__ import annotations

import threading

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from lti_tool.demo_lms.app import create_demo_app
from lti_tool.demo_lms.lms import DemoLMS


class QuietHandler(WSGIRequestHandler):
    """Keeps no access log: the query string of a request can carry a login."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Drop the line."""

    def send_response(self, code: int, message: str | None = None) -> None:
        """Send the status alone: the application sets the ``Date``, by the clock of the LMS."""
        self.send_response_only(code, message)


class RunningLMS:
    """A demo LMS that answers, from a thread, until `stop`. Usable in a ``with``."""

    def __init__(self, lms: DemoLMS, server: BaseWSGIServer) -> None:
        self.lms = lms
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return self.lms.config.base_url

    def stop(self) -> None:
        """Stop answering; what is under way ends first. The LMS and its grades stay."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> RunningLMS:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def serve(lms: DemoLMS, *, host: str = "127.0.0.1", port: int = 0) -> RunningLMS:
    """Serve from a thread. With port 0 a free one is taken, and ``base_url`` becomes the address got."""
    server = make_server(host, port, create_demo_app(lms), threaded=True, request_handler=QuietHandler)
    if port == 0:
        lms.reconfigure(base_url=f"http://{host}:{server.server_port}")
    return RunningLMS(lms, server)
