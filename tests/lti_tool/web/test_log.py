"""The log holds no secret and no line break."""

from __future__ import annotations

import logging
import os

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.web.log import OneLine, StandardError, WithoutSecrets, discreet, install_log

SECRET = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=16, max_size=43)


@given(SECRET)
def test_no_session_id_nor_query_nor_token_stays(secret: str) -> None:
    line = (
        f"GET /s/{secret}/play?code={secret} failed: eyJ{secret}.{secret}.{secret} at https://lms.example/a?t={secret}"
    )
    assert secret not in discreet(line)


@given(SECRET)
def test_no_id_of_an_attempt_stays(secret: str) -> None:
    assert discreet(f"POST /s/{secret}/attempts/{secret}/step 200") == "POST /s/…/attempts/…/step 200"
    assert discreet(f"GET /s/{secret}/previews/{secret} 200") == "GET /s/…/previews/… 200"


def test_a_question_is_not_a_query() -> None:
    assert discreet("ready? yes") == "ready? yes"


def test_arguments_of_a_record_are_made_discreet_too(capsys: pytest.CaptureFixture[str]) -> None:
    handler = StandardError()
    handler.handle(logging.LogRecord("x", logging.INFO, "f", 1, "got %s", ("/s/abcdef/play?x=1",), None))
    assert "got /s/…/play" in capsys.readouterr().err


def test_a_trace_is_one_line_without_secrets(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    install_log("INFO")
    client.get("/errors/surprise")
    lines = [line for line in capsys.readouterr().err.splitlines() if "500 unexpected" in line]
    assert len(lines) == 1
    assert "Traceback" in lines[0]
    for secret in ("abcdef", "code=123", "eyJhbGciOi"):
        assert secret not in lines[0]


@given(st.text())
def test_a_message_cannot_forge_a_second_line(message: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, message, (), None)
    assert len(OneLine("%(message)s").format(record).splitlines()) <= 1


@given(st.text())
def test_an_address_cannot_forge_a_line_in_the_log_of_the_server(address: str) -> None:
    record = logging.LogRecord("gunicorn.access", logging.INFO, "f", 1, "GET %s 404", (f"/{address}",), None)
    WithoutSecrets().filter(record)
    assert len(record.getMessage().splitlines()) == 1
    assert "\x1b" not in record.getMessage()


def test_of_what_is_no_request_neither_sender_nor_content_is_told() -> None:
    line = "Invalid request from ip=::1: Invalid HTTP header name: 'Cookie SESSIONSECRET'"
    assert discreet(line) == "Invalid request"
    path = "GET /Invalid request from ip=x 404 512 bytes 3 ms request=abc"
    assert discreet(path) == path


def test_what_gunicorn_says_of_itself_can_still_be_written() -> None:
    install_log("INFO")
    record = logging.getLogger("gunicorn.error").makeRecord("x", logging.INFO, "f", 1, "Booting", (), None)
    assert logging.Formatter("[%(process)d] %(message)s").format(record) == f"[{os.getpid()}] Booting"
