"""Access tokens: the client assertion, the scopes, the tool's key set."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoConfig, DemoLMS, PlatformKey, create_demo_app

Call = Callable[..., TestResponse]
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINEITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"


def ask(client: FlaskClient, form: Mapping[str, str]) -> tuple[int, Any]:
    response = client.post("/token", data=form)
    return response.status_code, json.loads(response.data)


def test_a_signed_assertion_gets_a_token_for_an_hour(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    status, answer = ask(client, tool.token_form(lms.config, now=clock.now, scope=f"{AGS}score"))
    assert status == 200
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, f"{AGS}score")


def test_a_token_comes_as_text_that_is_json(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    response = client.post("/token", data=tool.token_form(lms.config, now=clock.now))
    assert response.content_type == "text/html; charset=utf-8"
    assert "access_token" in json.loads(response.data)


def test_only_the_permitted_part_of_the_scopes_is_granted(
    client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any
) -> None:
    _, answer = ask(client, tool.token_form(lms.config, now=clock.now, scope=f"{AGS}score openid"))
    assert answer["scope"] == f"{AGS}score"


def test_an_unknown_scope_is_refused(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    assert ask(client, tool.token_form(lms.config, now=clock.now, scope="openid")) == (400, {"error": "invalid_scope"})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"aud": "http://127.0.0.1:8001"}, "invalid_client"),
        ({"aud": None}, "invalid_client"),
        ({"sub": "another"}, "invalid_client"),
        ({"iss": "another"}, "invalid_client"),
        ({"iat": 1_790_000_002}, "Cannot handle token with iat prior to 2026-09-21T14:13:22+00:00"),
        ({"iat": None}, "invalid_client"),
        ({"exp": 1_789_999_999}, "Expired token"),
        ({"exp": None}, "invalid_client"),
    ],
)
def test_an_assertion_that_is_not_for_here_and_now_is_refused(
    client: FlaskClient, lms: DemoLMS, tool: Any, changes: dict[str, Any], error: str
) -> None:
    assert ask(client, tool.token_form(lms.config, now=lms.clock(), **changes)) == (400, {"error": error})


def test_the_audience_may_be_a_list(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    assert ask(client, tool.token_form(lms.config, now=clock.now, aud=[lms.config.token_url]))[0] == 200


@pytest.mark.parametrize(
    "changes",
    [{"grant_type": "password"}, {"grant_type": ""}, {"client_assertion_type": "x"}, {"client_assertion": "x.y.z"}],
)
def test_a_request_of_another_kind_is_refused(
    client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any, changes: dict[str, str]
) -> None:
    assert ask(client, tool.token_form(lms.config, now=clock.now) | changes)[0] == 400


def test_the_key_set_of_the_tool_is_asked_for_once(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    for _ in range(3):
        ask(client, tool.token_form(lms.config, now=clock.now))
    assert tool.fetched == 1


def test_the_key_set_is_asked_for_again_when_the_tool_rotated_its_key(
    client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any
) -> None:
    ask(client, tool.token_form(lms.config, now=clock.now))
    tool.key = PlatformKey.new()
    assert ask(client, tool.token_form(lms.config, now=clock.now))[0] == 200
    assert tool.fetched == 2


def test_a_stranger_with_the_right_key_id_is_refused(
    client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any, platform_key: PlatformKey
) -> None:
    stranger = dataclasses.replace(tool, key=PlatformKey(tool.key.kid, platform_key.private))
    form = stranger.token_form(lms.config, now=clock.now)
    assert ask(client, form) == (400, {"error": "invalid_client"})


def test_a_tool_that_does_not_show_its_keys_is_refused(platform_key: PlatformKey, tool: Any, clock: Any) -> None:
    def down(_url: str) -> Mapping[str, Any]:
        raise requests.ConnectionError

    lms = DemoLMS(DemoConfig(), clock=clock, fetch=down, key=platform_key)
    client = create_demo_app(lms).test_client()
    assert ask(client, tool.token_form(lms.config, now=clock.now)) == (400, {"error": "invalid_client"})


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic abc"])
def test_a_call_without_a_token_of_ours_is_refused(client: FlaskClient, lms: DemoLMS, authorization: str) -> None:
    headers = {"Authorization": authorization, "Accept": LINEITEMS}
    response = client.get(lms.config.lineitems_url, headers=headers)
    assert response.status == "401 Unauthorized"
    assert response.json is not None
    assert (response.json["status"], response.json["reason"]) == (401, "Unauthorized")


def test_a_token_is_refused_after_an_hour(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    _, answer = ask(client, tool.token_form(lms.config, now=clock.now))
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert client.get(lms.config.lineitems_url, headers=headers).status_code == 200
    clock.now += 3600
    assert client.get(lms.config.lineitems_url, headers=headers).status_code == 401


def test_revoked_tokens_are_refused(client: FlaskClient, lms: DemoLMS, tool: Any, clock: Any) -> None:
    _, answer = ask(client, tool.token_form(lms.config, now=clock.now))
    lms.tokens.revoke_all()
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert client.get(lms.config.lineitems_url, headers=headers).status_code == 401


def test_a_token_opens_only_what_its_scopes_say(call: Call, lms: DemoLMS) -> None:
    assert call("GET", lms.config.lineitems_url, scope=f"{AGS}score").status_code == 401
    assert call("GET", lms.config.lineitems_url, scope=f"{AGS}lineitem.readonly").status_code == 200
    assert call("GET", lms.config.memberships_url, scope=f"{AGS}lineitem").status_code == 401
