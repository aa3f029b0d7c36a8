"""Line items, results and members: addresses and media types as strict as Moodle's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoLMS

Call = Callable[..., TestResponse]
LINEITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINEITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def create(call: Call, lms: DemoLMS, **fields: Any) -> TestResponse:
    body = {"label": "Bonus", "scoreMaximum": 10, "resourceLinkId": "2", "resourceId": "r", "tag": "t"} | fields
    return call("POST", lms.config.lineitems_url, media=LINEITEM, body=body)


def test_the_column_of_an_activity_is_a_line_item(call: Call, lms: DemoLMS) -> None:
    response = call("GET", lms.config.lineitems_url, media=LINEITEMS)
    assert response.content_type == LINEITEMS
    assert response.json == [
        {
            "id": "http://127.0.0.1:8001/services/2/lineitems/1/lineitem?type_id=1",
            "label": "Le plan de dissertation",
            "scoreMaximum": 8.0,
            "resourceId": "",
            "tag": "",
            "resourceLinkId": "1",
            "ltiLinkId": "1",
        }
    ]


@pytest.mark.parametrize("accept", ["application/json", LINEITEM, f"{LINEITEMS}, application/json", "text/html"])
def test_any_other_accepted_type_finds_no_handler(call: Call, lms: DemoLMS, accept: str) -> None:
    response = call("GET", lms.config.lineitems_url, media=accept)
    assert response.status == f"400 No handler found for /2/lineitems {accept}"
    assert response.json is not None
    assert response.json["request"] == {"method": "GET", "url": "/services/2/lineitems?type_id=1"}


@pytest.mark.parametrize("accept", ["", "*/*", LINEITEMS])
def test_the_exact_type_or_anything_is_accepted(call: Call, lms: DemoLMS, accept: str) -> None:
    assert call("GET", lms.config.lineitems_url, media=accept).status_code == 200


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        (SCORE, "Incorrect score"),
        (f"{SCORE}; charset=utf-8", "Incorrect score"),
        ("application/json", "No handler found"),
    ],
)
def test_a_score_needs_its_media_type_and_may_have_a_charset(call: Call, lms: DemoLMS, media: str, reason: str) -> None:
    response = call("POST", lms.config.lineitem_url(1, "/scores"), media=media, body={})
    assert response.status.startswith(f"400 {reason}")


@pytest.mark.parametrize(
    "path",
    [
        "/services/2/lineitems/1/lineitem?type_id=1/scores",
        "/services/2/lineitems/1?type_id=1",
        "/services/2/lineitems/1/lineitem/nothing?type_id=1",
    ],
)
def test_an_address_that_is_not_built_as_moodle_builds_it_finds_no_handler(call: Call, path: str) -> None:
    response = call("POST", path, media=SCORE, body={})
    assert response.status.startswith("400 No handler found")


def test_the_query_string_is_needed(call: Call) -> None:
    assert call("GET", "/services/2/lineitems").status_code == 401


def test_another_course_is_not_found(call: Call) -> None:
    assert call("GET", "/services/3/lineitems?type_id=1").status_code == 404


def test_the_tool_can_make_a_column(call: Call, lms: DemoLMS) -> None:
    response = create(call, lms)
    assert response.status_code == 201
    assert response.json == {
        "id": lms.config.lineitem_url(2),
        "label": "Bonus",
        "scoreMaximum": 10.0,
        "resourceId": "r",
        "tag": "t",
        "resourceLinkId": "2",
        "ltiLinkId": "2",
    }


def test_a_column_made_for_an_activity_without_one_is_shown_as_its_own(call: Call, lms: DemoLMS) -> None:
    create(call, lms)
    assert [(column["key"], column["maximum"]) for column in lms.gradebook()["activities"]] == [("1", 8.0), ("2", 10.0)]


def test_a_column_made_for_nothing_comes_last(call: Call, lms: DemoLMS) -> None:
    create(call, lms, resourceLinkId=None)
    assert [column["key"] for column in lms.gradebook()["activities"]] == ["1", "2", "item-2"]


def test_a_column_for_a_link_of_another_course_is_forbidden(call: Call, lms: DemoLMS) -> None:
    assert create(call, lms, resourceLinkId="77").status_code == 403


@pytest.mark.parametrize("fields", [{"label": ""}, {"scoreMaximum": 0}, {"scoreMaximum": "10"}, {"scoreMaximum": None}])
def test_a_column_needs_a_label_and_a_maximum(call: Call, lms: DemoLMS, fields: dict[str, Any]) -> None:
    assert create(call, lms, **fields).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [("resource_link_id=1", 1), ("resource_link_id=2", 1), ("resource_id=r", 1), ("tag=t", 1), ("tag=x", 0), ("", 2)],
)
def test_line_items_can_be_filtered(call: Call, lms: DemoLMS, query: str, found: int) -> None:
    create(call, lms)
    listed = call("GET", f"{lms.config.lineitems_url}&{query}").json
    assert listed is not None
    assert len(listed) == found


def test_the_link_to_more_line_items_has_curly_quotes(call: Call, lms: DemoLMS) -> None:
    create(call, lms)
    link = call("GET", f"{lms.config.lineitems_url}&limit=1").headers["Link"]
    assert link.encode("latin-1").decode() == f"<{lms.config.lineitems_url}&limit=1&from=1>; rel=“next”"


def test_a_line_item_can_be_read_changed_and_deleted(call: Call, lms: DemoLMS) -> None:
    create(call, lms)
    url = lms.config.lineitem_url(2)
    changed = {"label": "Défi", "scoreMaximum": 5, "tag": "u"}
    assert call("PUT", url, media=LINEITEM, body=changed).status_code == 200
    shown = call("GET", url, media=LINEITEM).json
    assert shown is not None
    assert (shown["label"], shown["scoreMaximum"], shown["tag"], shown["resourceId"]) == ("Défi", 5.0, "u", "")
    assert call("DELETE", url).status_code == 204
    assert call("GET", url).status_code == 404


def test_deleting_the_column_of_an_activity_takes_its_grades(call: Call, send_score: Call, lms: DemoLMS) -> None:
    send_score()
    call("DELETE", lms.config.lineitem_url(1))
    assert lms.gradebook()["activities"][0]["maximum"] is None
    assert send_score(seconds=1).status_code == 404


def test_another_maximum_rescales_grades_and_blocks_scores_for_a_while(
    call: Call, send_score: Call, lms: DemoLMS
) -> None:
    send_score(4, seconds=-60)
    call("PUT", lms.config.lineitem_url(1), media=LINEITEM, body={"label": "Plan", "scoreMaximum": 20})
    assert lms.gradebook()["rows"][0]["cells"]["1"]["text"] == "10 / 20"
    assert send_score(8, seconds=-1).status_code == 409


def test_results_give_back_the_grades_zero_included(call: Call, send_score: Call, lms: DemoLMS) -> None:
    send_score(0, comment="Recommence")
    response = call("GET", lms.config.lineitem_url(1, "/results"), media=RESULTS)
    assert response.json == [
        {
            "id": f"{lms.config.lineitem_url(1, '/results')}&user_id=3",
            "userId": "3",
            "resultScore": 0.0,
            "resultMaximum": 8.0,
            "scoreOf": lms.config.lineitem_url(1),
            "timestamp": "2026-09-21T14:13:20+00:00",
            "comment": "Recommence",
        }
    ]


def test_results_can_be_asked_for_one_person(call: Call, send_score: Call, lms: DemoLMS) -> None:
    send_score()
    assert call("GET", lms.config.lineitem_url(1, "/results") + "&user_id=4").json == []


def test_limiting_results_breaks_as_in_moodle(call: Call, lms: DemoLMS) -> None:
    assert call("GET", lms.config.lineitem_url(1, "/results") + "&limit=5").mimetype == "text/html"


def test_members_are_ids_and_short_roles(call: Call, lms: DemoLMS) -> None:
    response = call("GET", lms.config.memberships_url, media=MEMBERS)
    assert response.content_type == MEMBERS
    assert response.json is not None
    assert response.json["context"]["id"] == "2"
    assert response.json["members"][:2] == [
        {"status": "Active", "roles": ["Instructor"], "user_id": "2"},
        {"status": "Active", "roles": ["Learner"], "user_id": "3"},
    ]


def test_members_have_names_where_the_course_tells_them(call: Call, lms: DemoLMS) -> None:
    lms.reconfigure(tells_names=True)
    response = call("GET", lms.config.memberships_url, media=MEMBERS)
    assert response.json is not None
    assert response.json["members"][1]["name"] == "Élève 1"


def test_who_has_left_the_course_is_no_member_any_more(call: Call, lms: DemoLMS) -> None:
    lms.reconfigure(users=lms.config.users[:2])
    response = call("GET", lms.config.memberships_url, media=MEMBERS)
    assert response.json is not None
    assert [member["user_id"] for member in response.json["members"]] == ["2", "3"]


def test_the_role_filter_is_lost_on_the_next_page(call: Call, lms: DemoLMS) -> None:
    first = call("GET", f"{lms.config.memberships_url}?role=Learner&limit=2")
    assert first.json is not None
    assert [member["user_id"] for member in first.json["members"]] == ["3", "4"]
    assert first.headers["Link"] == f'<{lms.config.memberships_url}?limit=2&from=2>; rel="next"'


def test_a_reason_cannot_break_the_status_line(call: Call, lms: DemoLMS) -> None:
    response = call("POST", lms.config.lineitem_url(1, "/scores"), media=SCORE, body=b'{"a":\r\n"\xc3\xa9"}' * 200)
    assert len(response.status) < 600
    assert "\n" not in response.status
    assert urlsplit(response.request.url).path.endswith("/scores")
