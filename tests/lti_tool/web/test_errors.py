"""Every error gets a status, a page that says what to do, and a log line with the reference of the page."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from lti_tool.errors import Conflict, Invalid, NotFound, Refused, ToolError, TooMany, Unavailable, Unknown
from lti_tool.web.errors import status_of
from lti_tool.web.texts import load_texts
from tests.lti_tool.web.conftest import make_app

PROJECT = Path(__file__).parents[3]
FAMILIES = {
    "Refused", "Unknown", "NotFound", "Conflict", "Invalid", "TooMany", "Unavailable", "StepRefused",
}  # fmt: skip


def raised_ids() -> Iterator[tuple[str, str]]:
    """Every (id, place) that the code can raise: the texts in the first argument of an error's constructor."""
    for path in sorted((PROJECT / "lti_tool").rglob("*.py")) + sorted((PROJECT / "activities").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAMILIES:
                first = node.args[0] if node.args else ast.Constant(None)
                choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                for choice in choices:
                    if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                        yield choice.value, f"{path.relative_to(PROJECT)}:{node.lineno}"


def test_every_error_that_the_code_can_raise_has_a_text() -> None:
    texts = load_texts()
    silent = sorted(f"{id} ({place})" for id, place in raised_ids() if id not in texts)
    assert silent == []


@pytest.mark.parametrize(
    ("family", "status"),
    [
        (Refused, 403),
        (Unknown, 401),
        (NotFound, 404),
        (Conflict, 409),
        (Invalid, 400),
        (TooMany, 429),
        (Unavailable, 503),
    ],
)
def test_a_family_has_one_status(family: type[ToolError], status: int) -> None:
    assert status_of(family("any")) == status


def test_the_page_shows_a_reference_that_the_log_has(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        page = client.get("/errors/often").get_data(as_text=True)
    shown = re.search(r"<code>([0-9a-f]{8})</code>", page)
    assert shown is not None
    assert f"reference={shown[1]}" in caplog.text
    assert "too-many-requests" in caplog.text


def test_an_error_page_says_its_name_and_its_id(client: FlaskClient) -> None:
    page = client.get("/errors/often").get_data(as_text=True)
    assert 'data-page="error"' in page
    assert 'data-error="too-many-requests"' in page


def test_asking_too_often_says_when_to_come_back(client: FlaskClient) -> None:
    response = client.get("/errors/often")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "7"
    assert "7\u00a0s" in response.get_data(as_text=True)


def test_an_error_that_can_be_resumed_offers_the_way(client: FlaskClient) -> None:
    response = client.get("/errors/resume")
    assert response.status_code == 409
    assert 'href="/s/abc/"' in response.get_data(as_text=True)


def test_an_id_without_a_text_still_gets_a_page(client: FlaskClient) -> None:
    response = client.get("/errors/unheard")
    assert response.status_code == 403
    assert load_texts()["request-refused"].title in response.get_data(as_text=True)


def test_a_hostile_parameter_neither_breaks_nor_fills_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/errors/unheard")
    assert len(caplog.messages[-1]) < 1000
    assert "\x00" not in caplog.text


def test_json_is_answered_to_who_prefers_it(client: FlaskClient) -> None:
    response = client.get("/errors/often", headers={"Accept": "application/json"})
    error = response.get_json()["error"]
    assert error["id"] == "too-many-requests"
    assert error["message"].startswith(load_texts()["too-many-requests"].title)
    assert re.fullmatch("[0-9a-f]{8}", error["reference"])


def test_a_client_that_takes_anything_gets_the_page(client: FlaskClient) -> None:
    assert client.get("/errors/often", headers={"Accept": "*/*"}).mimetype == "text/html"


@pytest.mark.parametrize("status", [400, 404, 413, 415])
def test_what_the_framework_refuses_gets_a_friendly_page(client: FlaskClient, status: int) -> None:
    response = client.get(f"/errors/{status}")
    assert response.status_code == status
    assert 'data-page="error"' in response.get_data(as_text=True)


def test_a_wrong_method_is_told_the_right_one(client: FlaskClient) -> None:
    response = client.get("/open")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_a_redirect_is_not_an_error(client: FlaskClient) -> None:
    assert client.get("/errors/moved").status_code == 302


def test_a_surprise_gets_a_page_that_tells_nothing_of_the_inside(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/errors/surprise")
    assert response.status_code == 500
    assert "RuntimeError" not in response.get_data(as_text=True)
    assert "RuntimeError" in caplog.text


def test_a_surprise_in_a_test_stays_a_surprise(app: Flask) -> None:
    app.testing = True
    with pytest.raises(RuntimeError):
        app.test_client().get("/errors/surprise")


@pytest.mark.parametrize(
    ("cause", "status", "id"),
    [
        (OperationalError("INSERT", {}, Exception("database or disk is full")), 503, "storage-unavailable"),
        (TimeoutError(), 408, "request-too-slow"),
        (BlockingIOError(), 408, "request-too-slow"),
    ],
)
def test_what_the_machine_cannot_do_now_is_said_plainly(cause: Exception, status: int, id: str) -> None:
    app = make_app()

    def view() -> str:
        raise cause

    app.add_url_rule("/cannot", view_func=view)
    response = app.test_client().get("/cannot")
    assert response.status_code == status
    assert f'data-error="{id}"' in response.text
