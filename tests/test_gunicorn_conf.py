"""What gunicorn is told."""

from __future__ import annotations

import gc
import logging
import runpy
import socket
import struct
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

CONFIGURATION: dict[str, Any] = runpy.run_path("gunicorn.conf.py")


@pytest.fixture
def collector() -> Iterator[None]:
    """The garbage collector, as it was before."""
    yield
    gc.unfreeze()


def test_both_loopbacks_are_served_on_the_port_of_the_environment() -> None:
    assert CONFIGURATION["loopback_addresses"]("8765")[0] == "127.0.0.1:8765"
    assert {address.rpartition(":")[2] for address in CONFIGURATION["loopback_addresses"]("8765")} == {"8765"}


def test_the_access_log_names_neither_address_nor_browser_nor_referrer() -> None:
    assert not {"%(h)s", "%(a)s", "%(f)s", "%(u)s", "%(r)s", "%(q)s"} & set(CONFIGURATION["access_log_format"].split())


def test_only_the_tool_itself_judges_forwarded_headers() -> None:
    assert CONFIGURATION["forwarded_allow_ips"] == ""


def test_a_client_that_stops_talking_frees_its_thread(collector: None) -> None:
    with socket.socket() as listener:
        CONFIGURATION["when_ready"](SimpleNamespace(LISTENERS=[listener]))
        waiting = listener.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16)
    assert struct.unpack("ll", waiting) == (10, 0)


def test_the_collector_leaves_alone_what_the_workers_share(collector: None) -> None:
    CONFIGURATION["when_ready"](SimpleNamespace(LISTENERS=[]))
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_the_tool_is_loaded_before_the_fork_and_its_loop_started_after() -> None:
    assert CONFIGURATION["preload_app"] is True
    assert callable(CONFIGURATION["post_worker_init"])


def line_of(access_log_format: str, environ: dict[str, str] | None = None) -> str:
    """What gunicorn logs of a request that took 12 ms."""
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", access_log_format)
    logger = CONFIGURATION["DiscreetLogger"](config)
    line = StringIO()
    logger.access_log.handlers = [logging.StreamHandler(line)]
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/s/0123abcd/play",
        "QUERY_STRING": "who=Zoe",
        "RAW_URI": "/",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    answer = SimpleNamespace(status="200 OK", sent=512, headers=[("X-Request-ID", "8d6d3a8b")])
    logger.access(
        answer,
        SimpleNamespace(headers=[("HOST", "traam.example")]),
        asked if environ is None else environ,
        timedelta(milliseconds=12.7),
    )
    return line.getvalue().strip()


def test_a_line_of_the_access_log_says_what_was_asked_how_it_ended_and_where_to_look_on() -> None:
    assert line_of(CONFIGURATION["access_log_format"]) == "GET /s/…/play 200 512 bytes 12 ms request=8d6d3a8b"


def test_an_operators_own_format_has_all_that_gunicorn_knows() -> None:
    assert line_of("%({host}i)s %(s)s %(M)s") == "traam.example 200 12"


def test_what_is_no_request_is_logged_all_the_same() -> None:
    assert line_of(CONFIGURATION["access_log_format"], {}).startswith("None None 200")
