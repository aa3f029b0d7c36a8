"""The demo LMS registers a tool as Moodle does."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoLMS
from lti_tool.demo_lms.registration import TOKEN_SECONDS, TOOL

REQUEST: dict[str, Any] = {
    "response_types": ["id_token"],
    "initiate_login_uri": "http://localhost:8000/lti/login",
    "redirect_uris": ["http://localhost:8000/lti/launch"],
    "client_name": "Activités",
    "jwks_uri": "http://localhost:8000/lti/jwks",
    "token_endpoint_auth_method": "private_key_jwt",
    TOOL: {"domain": "localhost:8000", "target_link_uri": "http://localhost:8000/lti/launch"},
}


def register(client: FlaskClient, token: str | None, request: object = REQUEST) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post("/openid-registration", json=request, headers=headers)


@pytest.fixture
def token(lms: DemoLMS) -> str:
    return lms.registrations.begin(now=lms.clock())


def test_a_tool_waits_until_it_is_activated(client: FlaskClient, lms: DemoLMS, token: str) -> None:
    answer = register(client, token).json
    assert answer is not None
    (tool,) = lms.registrations.tools
    assert (answer["client_id"], answer[TOOL]["deployment_id"]) == (tool.client_id, tool.deployment_id)
    assert not tool.active
    assert lms.config.client_id != tool.client_id
    client.post(f"/tools/{tool.client_id}/activate")
    assert tool.active
    assert (lms.config.client_id, lms.config.deployment_id) == (tool.client_id, tool.deployment_id)


def test_a_token_serves_once(client: FlaskClient, token: str) -> None:
    assert register(client, token).status_code == 200
    again = register(client, token)
    assert (again.status_code, again.text) == (401, "token_already_used")


def test_a_refused_request_does_not_use_the_token_up(client: FlaskClient, token: str) -> None:
    assert register(client, token, {**REQUEST, "client_name": ""}).status_code == 400
    assert register(client, token).status_code == 200


@pytest.mark.parametrize("token_sent", [None, "made-up"])
def test_without_a_good_token_nothing_is_registered(token_sent: str | None, client: FlaskClient, lms: DemoLMS) -> None:
    assert register(client, token_sent).status_code == 401
    assert lms.registrations.tools == []


def test_a_token_lasts_an_hour(client: FlaskClient, lms: DemoLMS) -> None:
    late = lms.registrations.begin(now=lms.clock() - TOKEN_SECONDS)
    assert register(client, late).text == "token_expired"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"jwks_uri": None}, "missing_required_attribute"),
        ({"redirect_uris": "http://localhost:8000/lti/launch"}, "invalid_redirect_uris"),
        ({"response_types": ["code"]}, "invalid_response_types"),
        ({"token_endpoint_auth_method": "none"}, "invalid_token_endpoint_auth_method"),
        ({TOOL: {}}, "missing_domain"),
        ({TOOL: {"domain": "localhost", "target_link_uri": "http://localhost:8000/"}}, "domain_targetlinkuri_mismatch"),
    ],
)
def test_moodle_insists_on(changes: dict[str, Any], error: str, client: FlaskClient, token: str) -> None:
    answer = register(client, token, {**REQUEST, **changes})
    assert (answer.status_code, answer.text) == (400, error)


def test_the_page_of_a_registration_opens_the_tool_with_a_token_and_the_configuration(client: FlaskClient) -> None:
    page = client.get("/tools/register", query_string={"url": "http://localhost:8000/lti/register/abc"})
    assert "http://localhost:8000/lti/register/abc?openid_configuration=" in page.text
    assert "registration_token=" in page.text


def test_only_the_tool_of_this_demo_is_opened(client: FlaskClient) -> None:
    assert client.get("/tools/register", query_string={"url": "https://evil.example/"}).status_code == 303


def test_the_configuration_names_everything_on_one_host(client: FlaskClient, lms: DemoLMS) -> None:
    document = client.get("/openid-configuration").json
    assert document is not None
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"):
        assert document[name].startswith(f"{lms.config.base_url}/")
