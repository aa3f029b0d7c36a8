"""From a grade to the work behind it, and what a launch tells of groups."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from lti_tool.demo_lms import DemoLMS

LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def claims_after(lms: DemoLMS, page: str) -> dict[str, Any]:
    """The claims of the launch whose login form this page holds."""
    sent = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))
    request = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "client_id": lms.config.client_id,
        "redirect_uri": lms.config.tool_launch_url,
        "login_hint": sent["login_hint"],
        "lti_message_hint": html.unescape(sent["lti_message_hint"]),
        "nonce": "the nonce",
    }
    claims: dict[str, Any] = jwt.decode(lms.answer_auth(request)["id_token"], options={"verify_signature": False})
    return claims


def test_the_gradebook_leads_a_teacher_to_the_work_of_each_pupil(client: FlaskClient, lms: DemoLMS) -> None:
    book = client.get("/gradebook").text
    links = [html.unescape(link) for link in re.findall(r'<a class="grades__work" href="([^"]+)"', book)]
    assert "/activities/1/review?user=2&of=3" in links
    assert len(links) == len(lms.config.pupils) * len(lms.config.activities)


def test_a_review_names_the_person_whose_work_is_asked_for(client: FlaskClient, lms: DemoLMS) -> None:
    claims = claims_after(lms, client.get("/activities/1/review?user=2&of=4").text)
    assert claims[LTI + "message_type"] == "LtiSubmissionReviewRequest"
    assert (claims["sub"], claims[LTI + "for_user"]) == ("2", {"user_id": "4"})
    assert claims[LTI + "resource_link"]["id"] == "1"


@pytest.mark.parametrize("address", ["review?user=2", "review?user=2&of=99", "review?user=99&of=3"])
def test_nobodys_work_cannot_be_reviewed(client: FlaskClient, address: str) -> None:
    assert client.get(f"/activities/1/{address}").status_code == 404


def test_a_plain_launch_is_no_review(client: FlaskClient, lms: DemoLMS) -> None:
    assert LTI + "for_user" not in claims_after(lms, client.get("/activities/1/launch?user=3").text)


def test_a_launch_tells_the_groups_of_who_is_in_any(client: FlaskClient, lms: DemoLMS) -> None:
    anne = dataclasses.replace(lms.config.users[1], groups=("7", "12"))
    lms.reconfigure(users=(lms.config.users[0], anne, *lms.config.users[2:]))
    told = claims_after(lms, client.get("/activities/1/launch?user=3").text)[LTI + "custom"]
    assert told["groups"] == "7,12"
    assert "groups" not in claims_after(lms, client.get("/activities/1/launch?user=4").text)[LTI + "custom"]
