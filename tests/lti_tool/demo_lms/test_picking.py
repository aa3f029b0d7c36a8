"""Deep linking at the demo LMS: what Moodle checks of an answer, what it keeps, what it drops."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.demo_lms import DemoConfig, PlatformKey
from lti_tool.demo_lms.deep_linking import DL, AnswerRefused, activity_of, read_answer

NOW = 1_790_000_000
CONFIG = DemoConfig()
ITEM: dict[str, Any] = {
    "type": "ltiResourceLink",
    "title": "Le plan",
    "text": "Une description.",
    "url": "http://localhost:8000/lti/launch",
    "custom": {"activity": "p1-x"},
    "lineItem": {"scoreMaximum": 8, "resourceId": "r", "tag": "t", "label": "not kept"},
    "available": {"startDateTime": "2026-03-02T07:00:00Z"},
}


@pytest.fixture(scope="module")
def key() -> PlatformKey:
    return PlatformKey.new()


def token(key: PlatformKey, **changes: Any) -> str:
    claims = {"iss": CONFIG.client_id, "iat": NOW - 60, "exp": NOW + 300, DL + "content_items": [ITEM], **changes}
    return key.sign({name: value for name, value in claims.items() if value is not None})


def read(key: PlatformKey, answer: str) -> list[dict[str, Any]]:
    return read_answer(CONFIG, answer, {"keys": [key.jwk]}, now=NOW)


def test_a_good_answer_is_taken(key: PlatformKey) -> None:
    assert read(key, token(key)) == [ITEM]


@pytest.mark.parametrize("changes", [{"iat": NOW + 1}, {"exp": NOW}, {"iss": "another"}, {"iat": None}, {"exp": None}])
def test_dates_have_no_leeway_and_the_sender_is_known(key: PlatformKey, changes: dict[str, Any]) -> None:
    with pytest.raises(AnswerRefused):
        read(key, token(key, **changes))


def test_another_key_is_refused(key: PlatformKey) -> None:
    stranger = PlatformKey(key.kid, PlatformKey.new().private)
    for answer in (token(stranger), token(PlatformKey.new()), "", "a.b.c"):
        with pytest.raises(AnswerRefused):
            read(key, answer)


def test_what_moodle_keeps_is_kept() -> None:
    activity = activity_of(ITEM, "7")
    assert activity is not None
    assert (activity.key, activity.title, activity.points) == ("7", "Le plan", 8)
    assert (activity.custom, activity.resource_id, activity.tag) == ({"activity": "p1-x"}, "r", "t")
    assert activity.target_link_uri == "http://localhost:8000/lti/launch"


@pytest.mark.parametrize("maximum", [7.5, 101, 0, -1, "8", True])
def test_an_item_whose_points_do_not_fit_is_dropped_without_a_word(maximum: object) -> None:
    assert activity_of({**ITEM, "lineItem": {"scoreMaximum": maximum}}, "7") is None


def test_an_item_without_a_line_item_has_no_column() -> None:
    activity = activity_of({"type": "ltiResourceLink"}, "7")
    assert activity is not None
    assert (activity.points, activity.title) == (None, "Activités TraAM")


@pytest.mark.parametrize(
    ("value", "left"), [(["a"], "Array"), ({}, "Array"), (True, "1"), (False, ""), ("a\nb=c", "a"), ("", ""), (5, "5")]
)
def test_custom_values_become_lines_of_text(value: object, left: str) -> None:
    activity = activity_of({"custom": {"x": value}}, "7")
    assert activity is not None
    assert activity.custom == {"x": left}
