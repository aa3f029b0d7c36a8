"""Login initiation, authentication request and id_token: the walk of a launch, and where it is refused."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from lti_tool.demo_lms import DemoLMS, forge
from lti_tool.demo_lms.claims import Target

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


def fields(page: str) -> dict[str, str]:
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in pairs}


def auth_request(lms: DemoLMS, *, user: str = "3", activity: str = "1", **changes: Any) -> dict[str, str]:
    login = lms.start_login(user, activity)
    request = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": lms.config.client_id,
        "redirect_uri": lms.config.tool_launch_url,
        "login_hint": login["login_hint"],
        "lti_message_hint": login["lti_message_hint"],
        "state": "the state",
        "nonce": "the nonce",
    } | changes
    return {name: value for name, value in request.items() if value is not None}


def decoded(lms: DemoLMS, token: str) -> dict[str, Any]:
    key = jwt.PyJWKSet.from_dict(lms.keyset)[jwt.get_unverified_header(token)["kid"]]
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=lms.config.client_id, options=options
    )
    return claims


def test_the_login_is_posted_to_the_tool_with_the_fields_of_moodle(lms: DemoLMS, client: FlaskClient) -> None:
    page = client.get("/activities/1/launch?user=3").text
    sent = fields(page)
    assert 'action="http://localhost:8000/lti/login"' in page
    hint = sent.pop("lti_message_hint")
    assert json.loads(hint).keys() == {"cmid", "launchid"}
    assert " " not in hint
    assert sent == {
        "iss": "http://127.0.0.1:8001",
        "target_link_uri": "http://localhost:8000/lti/launch",
        "login_hint": "3",
        "client_id": "traamdemolms001",
        "lti_deployment_id": "1",
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_correct_request_is_answered_by_a_form_posted_to_the_tool(
    lms: DemoLMS, client: FlaskClient, method: str
) -> None:
    where = "query_string" if method == "GET" else "data"
    response = client.open("/auth", method=method, **{where: auth_request(lms)})  # type: ignore[arg-type]
    assert 'action="http://localhost:8000/lti/launch"' in response.text
    assert fields(response.text)["state"] == "the state"
    assert decoded(lms, fields(response.text)["id_token"])["nonce"] == "the nonce"


def test_a_hint_serves_once(lms: DemoLMS, client: FlaskClient) -> None:
    request = auth_request(lms)
    assert client.get("/auth", query_string=request).status_code == 200
    again = client.get("/auth", query_string=request)
    assert again.status_code == 404
    assert 'data-page="not-found"' in again.text


@pytest.mark.parametrize(
    "redirect_uri", ["http://localhost:8000/lti/launch/", "http://localhost:8000/other", "http://evil.test/", None]
)
def test_a_redirect_uri_that_is_not_exactly_the_registered_one_gets_a_page(
    lms: DemoLMS, client: FlaskClient, redirect_uri: str | None
) -> None:
    assert client.get("/auth", query_string=auth_request(lms, redirect_uri=redirect_uri)).status_code == 404


@pytest.mark.parametrize("hint", [None, "", "{", "[]", '{"cmid": 1}', '{"launchid": ["x"]}', '{"launchid": "guess"}'])
def test_a_request_without_a_hint_of_ours_gets_a_page(lms: DemoLMS, client: FlaskClient, hint: str | None) -> None:
    assert client.get("/auth", query_string=auth_request(lms, lti_message_hint=hint)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"client_id": "another"}, "unauthorized_client"),
        ({"login_hint": "4"}, "access_denied"),
    ],
)
def test_an_incorrect_request_is_told_to_the_tool_by_post(
    lms: DemoLMS, client: FlaskClient, changes: dict[str, Any], error: str
) -> None:
    sent = fields(client.get("/auth", query_string=auth_request(lms, **changes)).text)
    assert (sent["error"], sent["state"], "id_token" in sent) == (error, "the state", False)


def test_tags_are_stripped_from_the_state(lms: DemoLMS, client: FlaskClient) -> None:
    assert fields(client.get("/auth", query_string=auth_request(lms, state="a<b>c")).text)["state"] == "ac"


def test_a_token_lives_sixty_seconds_and_is_for_the_tool(lms: DemoLMS) -> None:
    claims = decoded(lms, lms.id_token("3", "1", nonce="n"))
    assert claims["exp"] - claims["iat"] == 60
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("http://127.0.0.1:8001", "traamdemolms001", "3")


def test_a_token_carries_the_words_of_moodle(lms: DemoLMS) -> None:
    claims = decoded(lms, lms.id_token("3", "1", nonce="n"))
    assert claims[LTI + "roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    assert claims[LTI + "context"]["type"] == ["CourseSection"]
    assert claims[LTI + "resource_link"]["id"] == "1"
    assert claims[LTI + "lis"] == {"person_sourcedid": "", "course_section_sourcedid": ""}
    assert claims[LTI + "launch_presentation"]["document_target"] == "iframe"
    assert claims[LTI + "tool_platform"]["product_family_code"] == "moodle"


def test_a_token_names_nobody(lms: DemoLMS) -> None:
    token = lms.id_token("2", "1", nonce="n")
    assert not {"name", "given_name", "family_name", "email"} & decoded(lms, token).keys()
    assert "Laurent" not in json.dumps(decoded(lms, token))


def test_custom_parameters_come_under_both_keys_and_variables_stay_as_they_are(lms: DemoLMS) -> None:
    assert decoded(lms, lms.id_token("3", "1", nonce="n"))[LTI + "custom"] == {
        "activity": "abc-DEF",
        "course": "$Context.id.history",
        "Course": "$Context.id.history",
    }


def test_an_activity_without_custom_parameters_has_no_custom_claim(lms: DemoLMS) -> None:
    assert LTI + "custom" not in decoded(lms, lms.id_token("3", "2", nonce="n"))


def test_the_tool_may_read_and_manage_columns_and_send_scores(lms: DemoLMS) -> None:
    scopes = decoded(lms, lms.id_token("3", "1", nonce="n"))[AGS_ENDPOINT]["scope"]
    assert [scope.rpartition("/")[2] for scope in scopes] == [
        "lineitem",
        "lineitem.readonly",
        "result.readonly",
        "score",
    ]


@pytest.mark.parametrize(("target", "container"), [("iframe", 3), ("frame", 5), ("window", 4)])
def test_the_way_back_says_how_the_activity_was_opened(lms: DemoLMS, target: Target, container: int) -> None:
    presentation = lms.claims("3", "1", nonce="n", target=target)[LTI + "launch_presentation"]
    assert presentation["document_target"] == target
    way_back = "http://127.0.0.1:8001/return?course=2&launch_container={}&instanceid=1"
    assert presentation["return_url"] == way_back.format(container)


def test_a_graded_activity_has_its_line_item_in_the_token(lms: DemoLMS) -> None:
    endpoint = decoded(lms, lms.id_token("3", "1", nonce="n"))[AGS_ENDPOINT]
    assert endpoint["lineitem"] == "http://127.0.0.1:8001/services/2/lineitems/1/lineitem?type_id=1"
    assert endpoint["lineitems"] == "http://127.0.0.1:8001/services/2/lineitems?type_id=1"


def test_an_activity_without_a_grade_has_the_container_only(lms: DemoLMS) -> None:
    endpoint = decoded(lms, lms.id_token("3", "2", nonce="n"))[AGS_ENDPOINT]
    assert "lineitem" not in endpoint
    assert "lineitems" in endpoint


def test_two_line_items_on_one_link_hide_both(lms: DemoLMS) -> None:
    lms.store.add_line_item(label="Bonus", maximum=2, link_id="1", resource_id="", tag="", coupled=False)
    assert "lineitem" not in decoded(lms, lms.id_token("3", "1", nonce="n"))[AGS_ENDPOINT]


def test_a_test_can_change_and_remove_any_claim(lms: DemoLMS) -> None:
    token = lms.id_token("3", "1", nonce="n", overrides={"roles": [], "aud": ["traamdemolms001", "x"]}, without=["sub"])
    claims = decoded(lms, token)
    assert (claims[LTI + "roles"], claims["aud"], "sub" in claims) == ([], ["traamdemolms001", "x"], False)


def test_a_rotated_key_signs_and_the_old_one_stays_published(lms: DemoLMS, client: FlaskClient) -> None:
    before = lms.key.kid
    after = lms.rotate_key().kid
    published = client.get("/certs").json
    assert published is not None
    assert [key["kid"] for key in published["keys"]] == [after, before]
    assert jwt.get_unverified_header(lms.id_token("3", "1", nonce="n"))["kid"] == after


def test_published_keys_hold_no_private_part(client: FlaskClient) -> None:
    published = client.get("/certs").json
    assert published is not None
    assert [set(key) for key in published["keys"]] == [{"kty", "alg", "use", "kid", "e", "n"}]


def test_forged_tokens_are_what_they_say(lms: DemoLMS) -> None:
    claims = lms.claims("3", "1", nonce="n")
    assert jwt.get_unverified_header(forge.unsigned(claims, kid=lms.key.kid))["alg"] == "none"
    assert jwt.get_unverified_header(forge.keyed_with_public_key(claims, lms.key))["alg"] == "HS256"
    assert "kid" not in jwt.get_unverified_header(forge.without_kid(claims, lms.key))
    for token in (
        forge.signed_by_stranger(claims, kid=lms.key.kid),
        forge.tampered(lms.key.sign(claims), sub="2"),
    ):
        with pytest.raises(jwt.InvalidSignatureError):
            decoded(lms, token)
