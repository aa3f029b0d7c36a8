"""How gunicorn serves the tool; `docs/operate/run.md` says what to change and where.

The command line and `GUNICORN_CMD_ARGS` go before this file.
"""

from __future__ import annotations

import ctypes
import gc
import os
import secrets
import shutil
import socket
import struct
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from lti_tool.web.log import ACCESS_LOG_FORMAT, WithoutSecrets, formatter_for

M_ARENA_MAX = -8
"""`mallopt`'s name of the number of heaps (malloc.h)."""

SILENCE_SECONDS = 10
"""How long a client may say nothing in the middle of a request, or take nothing of an answer."""

MILLISECOND = timedelta(milliseconds=1)

IN_JSON = os.environ.get("TRAAM_LOG_FORMAT", "").lower() == "json"

ACCESS_LOG_LINE = "%(method)s %(path)s %(status)s %(bytes)s bytes %(ms)s ms request=%(request)s"
"""What `ACCESS_LOG_FORMAT` says, from the members of a JSON access line."""


class DiscreetLogger(Logger):
    """gunicorn's two loggers, which keep the secrets of the addresses to themselves, in the format of the others."""

    def setup(self, cfg: Any) -> None:
        """Add the filter to what gunicorn configures."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.addFilter(WithoutSecrets())
            if IN_JSON:
                for handler in log.handlers:
                    handler.setFormatter(formatter_for("json"))

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """One line a request; in JSON its parts are members of their own.

        For a format of the operator's, gunicorn collects all that there is, which takes twice as long.
        """
        if not IN_JSON and self.cfg.access_log_format != ACCESS_LOG_FORMAT:
            super().access(resp, req, environ, request_time)
            return
        parts = {
            # Neither is there when what came was no request.
            "method": environ.get("REQUEST_METHOD"),
            "path": environ.get("PATH_INFO"),
            "status": str(resp.status).partition(" ")[0],
            "bytes": resp.sent,
            "ms": request_time // MILLISECOND,
            "request": next((value for name, value in resp.headers if name.lower() == "x-request-id"), "-"),
        }
        if IN_JSON:
            self.access_log.info("answered", extra=parts)
        else:
            self.access_log.info(ACCESS_LOG_LINE, parts)


def loopback_addresses(port: str) -> list[str]:
    """Both loopbacks where the machine has both: for `localhost`, browsers try `::1` first."""
    addresses = [f"127.0.0.1:{port}"]
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return addresses
    return [*addresses, f"[::1]:{port}"]


def settle_memory() -> None:
    """Have the workers share what is loaded for as long as they can, and their threads the heap of what is not."""
    gc.collect()
    # The collector writes into every object that it looks at, and a page that is written to is shared no more.
    gc.freeze()
    # glibc gives each thread a heap of its own, up to eight per core; the interpreter's lock makes two do.
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def when_ready(server: Any) -> None:
    """Before the workers are forked: settle the memory that they share, and give up on clients that stop talking.

    Each of these would keep a thread. Accepted connections inherit the limit.
    """
    settle_memory()
    seconds = struct.pack("ll", SILENCE_SECONDS, 0)
    for listener in server.LISTENERS:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)


def post_worker_init(worker: Any) -> None:
    """Start the delivery loop: after the fork, because threads do not survive one."""
    from lti_tool.app import start_background  # noqa: PLC0415 - read in the worker, not with the settings

    start_background(worker.wsgi)


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """End the delivery loop in order: a score on its way would otherwise wait for its lease."""
    from lti_tool.app import stop_background  # noqa: PLC0415 - as above

    if worker.wsgi is not None:
        stop_background(worker.wsgi)


def pre_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Have a folder where the workers count."""
    METRICS_FOLDER.mkdir(mode=0o700, exist_ok=True)


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Forget what only a living worker counts; what it has counted stays in the sums."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - looks at the environment at import

    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Remove the workers' counts."""
    shutil.rmtree(METRICS_FOLDER, ignore_errors=True)


# Files that need no disk, where the machine has such a place.
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the heartbeat's documented place

# Set before the tool is loaded: `/metrics` adds up what all workers have counted, whichever of them answers.
METRICS_FOLDER = Path(IN_MEMORY or tempfile.gettempdir(), f"traam-metrics-{secrets.token_hex(8)}")
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={METRICS_FOLDER}"]

bind = loopback_addresses(os.environ.get("PORT", "8000"))

# Loaded once, before the fork: a refusal at start is said once, and the workers share its memory.
preload_app = True
worker_class = "gthread"
workers = 2
threads = 8
# Heartbeats are files: on a disk, a slow write looks like a dead worker.
worker_tmp_dir = IN_MEMORY
timeout = 60
graceful_timeout = 10
# One door fewer, and one file fewer that two servers of one user would fight over.
control_socket_disable = True

# `X-Forwarded-*` is the tool's business (`TRAAM_TRUSTED_PROXIES`): two judges would disagree.
forwarded_allow_ips = ""
# Behind a Unix socket gunicorn trusts whoever speaks; nobody moves our addresses elsewhere.
forwarder_headers = ""

logger_class = DiscreetLogger
accesslog = "-"
access_log_format = ACCESS_LOG_FORMAT
