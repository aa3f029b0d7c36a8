"""The answer to a deep linking request, as a platform reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jwt
import pytest

from lti_tool.errors import Refused
from lti_tool.lti.claims import DeepLinkingSettings
from lti_tool.lti.deep_linking import (
    DL_CLAIM,
    DeepLinkingAnswer,
    ItemColumn,
    LinkItem,
    accepts_links,
    check_return_url,
)
from lti_tool.lti.keys import ToolKey, load_key, new_key_pem
from lti_tool.lti.registration import Registration

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLATFORM = Registration(
    id=1,
    issuer="https://moodle.example",
    client_id="abc",
    name="Moodle",
    auth_url="https://moodle.example/mod/lti/auth.php",
    token_url="https://moodle.example/mod/lti/token.php",
    jwks_url="https://moodle.example/mod/lti/certs.php",
)
ASKED = DeepLinkingSettings(
    return_url="https://moodle.example/mod/lti/contentitem_return.php?course=2&sesskey=abc",
    accept_types=("ltiResourceLink",),
    accept_multiple=True,
    accept_lineitem=None,
    data=None,
)
ITEM = LinkItem("Le plan", "https://tool.example/lti/launch", {"activity": "p1-abc"})


@pytest.fixture(scope="module")
def key() -> ToolKey:
    return load_key(*new_key_pem())


def claims_of(key: ToolKey, **changes: Any) -> dict[str, Any]:
    answer = replace(DeepLinkingAnswer(PLATFORM, "7", ASKED, (ITEM,)), **changes)
    token = answer.sign(key, NOW)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(
        token, key.private.public_key(), algorithms=["RS256"], audience=PLATFORM.issuer, options=options
    )
    return claims


def test_the_answer_is_ours_for_this_platform_and_deployment(key: ToolKey) -> None:
    claims = claims_of(key)
    assert (claims["iss"], claims["aud"]) == ("abc", "https://moodle.example")
    lti = "https://purl.imsglobal.org/spec/lti/claim/"
    assert claims[lti + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[lti + "version"] == "1.3.0"
    assert claims[lti + "deployment_id"] == "7"


def test_a_platform_whose_clock_is_a_minute_late_takes_it(key: ToolKey) -> None:
    claims = claims_of(key)
    assert claims["iat"] == NOW.timestamp() - 60
    assert claims["exp"] == NOW.timestamp() + 300


def test_no_two_answers_are_the_same(key: ToolKey) -> None:
    assert claims_of(key)["nonce"] != claims_of(key)["nonce"]


@pytest.mark.parametrize("data", ["", "un jeton", "é" * 8000])
def test_data_goes_back_as_it_came(key: ToolKey, data: str) -> None:
    assert claims_of(key, settings=replace(ASKED, data=data))[DL_CLAIM + "data"] == data


def test_data_that_was_not_sent_is_not_answered(key: ToolKey) -> None:
    assert DL_CLAIM + "data" not in claims_of(key)


def test_nothing_picked_is_an_empty_list(key: ToolKey) -> None:
    assert claims_of(key, items=())[DL_CLAIM + "content_items"] == []


def test_a_plain_item_says_nothing_empty() -> None:
    assert ITEM.to_json() == {
        "type": "ltiResourceLink",
        "title": "Le plan",
        "url": "https://tool.example/lti/launch",
        "custom": {"activity": "p1-abc"},
    }
    assert "custom" not in replace(ITEM, custom={}).to_json()


def test_a_graded_item_has_a_column_of_whole_points() -> None:
    column = ItemColumn(points=8, label="Le plan", resource_id="r1", tag="traam")
    assert replace(ITEM, column=column).to_json()["lineItem"] == {
        "scoreMaximum": 8,
        "label": "Le plan",
        "resourceId": "r1",
        "tag": "traam",
        "submissionReview": {"reviewableStatus": ["Submitted", "Completed"]},
    }


def test_dates_are_told_in_utc_to_the_second() -> None:
    paris = timezone(timedelta(hours=1))
    opens, closes = datetime(2026, 3, 2, 8, tzinfo=paris), datetime(2026, 3, 9, 18, 30, tzinfo=paris)
    item = replace(ITEM, opens_at=opens, closes_at=closes).to_json()
    assert item["available"] == {"startDateTime": "2026-03-02T07:00:00Z"}
    assert item["submission"] == {"startDateTime": "2026-03-02T07:00:00Z", "endDateTime": "2026-03-09T17:30:00Z"}


def test_closing_alone_hides_nothing() -> None:
    item = replace(ITEM, closes_at=NOW).to_json()
    assert "available" not in item
    assert item["submission"] == {"endDateTime": "2026-03-02T12:00:00Z"}


def test_a_long_title_is_cut() -> None:
    assert len(replace(ITEM, title="a" * 300).to_json()["title"]) == 255


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/return",
        "https://moodle.example.evil.example/return",
        "http://moodle.example/return",
        "https://moodle.example:8443/return",
        "https://moodle.example@evil.example/return",
        "https://evil@moodle.example/return",
        "//moodle.example/return",
        "javascript:alert(1)",
        "https://moodle.example:port/return",
        "https://[moodle.example/return",
        "/return",
    ],
)
def test_an_answer_goes_to_nobody_else(url: str) -> None:
    with pytest.raises(Refused, match="deep-linking-return"):
        check_return_url(replace(ASKED, return_url=url), PLATFORM)


def test_the_platform_that_asked_gets_its_answer() -> None:
    check_return_url(ASKED, PLATFORM)


@pytest.mark.parametrize(
    ("types", "taken"), [(("link", "ltiResourceLink"), True), (("html", "file"), False), ((), False)]
)
def test_only_links_are_offered(types: tuple[str, ...], taken: bool) -> None:
    assert accepts_links(replace(ASKED, accept_types=types)) is taken
