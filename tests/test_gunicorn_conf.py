"""What gunicorn is told: above all, what it may not write down."""

from __future__ import annotations

import logging
import runpy
from typing import Any

import pytest

CONFIGURATION: dict[str, Any] = runpy.run_path("gunicorn.conf.py")


def logged(message: str, *arguments: object) -> str:
    record = logging.LogRecord("gunicorn", logging.INFO, "", 0, message, arguments, None)
    assert CONFIGURATION["WithoutSecrets"]().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/s/6f1d0c/step", "/s/…/step"),
        ("/s/6f1d0c", "/s/…"),
        ("/lti/register/9a8b7c", "/lti/register/…"),
        ("/lti/login?iss=https://moodle.example&login_hint=42", "/lti/login"),
        ("/lti/launch", "/lti/launch"),
    ],
)
def test_the_log_keeps_neither_session_ids_nor_invitations_nor_query_strings(path: str, written: str) -> None:
    assert logged("Error handling request %s %s", "GET", path) == f"Error handling request GET {written}"


def test_the_access_log_names_neither_address_nor_browser_nor_referrer() -> None:
    assert not {"%(h)s", "%(a)s", "%(f)s", "%(u)s", "%(r)s"} & set(CONFIGURATION["access_log_format"].split())


def test_only_the_tool_itself_judges_forwarded_headers() -> None:
    assert CONFIGURATION["forwarded_allow_ips"] == ""
