"""The log for machines: an object a line, that names requests and platforms and no person."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.web.log import WithoutSecrets, formatter_for, install_log
from tests.lti_tool.desk import desk_with, send
from tests.support.house import House

NAME = "Zoé Marqueterie"
MAIL = "zoe.marqueterie@example.fr"
SUB = "4711000815"
ANSWER = "reponsemarquee"
MARKED = {"name": NAME, "given_name": "Zoé", "family_name": "Marqueterie", "email": MAIL, "sub": SUB}


@pytest.fixture
def in_json() -> Iterator[None]:
    install_log("DEBUG", "json")
    yield
    install_log("INFO", "text")


def rendered(record: logging.LogRecord) -> dict[str, Any]:
    WithoutSecrets().filter(record)
    line = formatter_for("json").format(record)
    assert len(line.splitlines()) == 1
    read: dict[str, Any] = json.loads(line)
    return read


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_whole_visit_leaves_nothing_of_a_person_in_the_log(
    house: House, in_json: None, capsys: pytest.CaptureFixture[str]
) -> None:
    activity = {"custom": {"activity": desk_with(house).custom}, "resource_link": {"id": "9", "title": NAME}}
    visit = house.launch(activity="9", overrides={**MARKED, **activity})
    cookie = visit.client.get_cookie("__Host-traam")
    assert cookie is not None
    send(visit, ANSWER, action="finish")
    send(visit, ANSWER, action="nonsense")
    visit.get(f"nowhere?name={ANSWER}")
    replayed = house.login()
    token = house.lms.id_token("3", "1", nonce=replayed.nonce, overrides={**MARKED, "nonce": ANSWER})
    house.post_token(replayed, token)
    said = capsys.readouterr().err
    refusals = [line["event"] for line in objects(said) if line["logger"] == "lti_tool.web.errors"]
    assert len(refusals) == 3
    for secret in (NAME, "Marqueterie", MAIL, SUB, ANSWER, visit.secret, cookie.value, token, replayed.state, "?"):
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said


def test_a_line_names_its_request_and_the_platform(
    house: House, in_json: None, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = house.launch()
    capsys.readouterr()
    refused = visit.post("attempts/0/step", {"action": "check"})
    [line] = [line for line in objects(capsys.readouterr().err) if line["logger"] == "lti_tool.web.errors"]
    assert line["request"] == refused.page.headers["X-Request-ID"]
    assert f"<code>{line['request']}</code>" in refused.page.text
    assert line["registration"] == house.services.platforms.all()[0][0].id
    assert line["level"] == "warning"


def test_each_request_has_a_reference_of_its_own(client: FlaskClient) -> None:
    assert client.get("/keys").headers["X-Request-ID"] != client.get("/keys").headers["X-Request-ID"]


def test_a_reference_that_a_client_sends_is_not_taken_over(client: FlaskClient) -> None:
    assert client.get("/keys", headers={"X-Request-ID": "forged"}).headers["X-Request-ID"] != "forged"


@given(st.text())
def test_any_message_is_one_object(message: str) -> None:
    assert "event" in rendered(logging.LogRecord("x", logging.INFO, "f", 1, message, (), None))


def test_what_is_added_to_a_record_is_made_discreet_too() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "answered", (), None)
    record.path = "/s/abcdef/play?code=1"
    assert rendered(record)["path"] == "/s/…/play"


def test_a_trace_is_a_member_without_secrets() -> None:
    try:
        int("/s/abcdef/play?code=1")
    except ValueError:
        read = rendered(logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info()))
    assert "Traceback" in read["exception"]
    assert "abcdef" not in read["exception"]


def test_a_log_in_text_names_the_request_as_well(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    install_log("INFO", "text")
    answer = house.browser().get("/nowhere")
    assert f" request={answer.headers['X-Request-ID']}" in capsys.readouterr().err
