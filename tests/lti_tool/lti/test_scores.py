"""Scores posted and results read, and the holes of the library that are closed there."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylti1p3.grade import Grade

from lti_tool.lti.ags import SCORE_TYPE, Result, ScorePost, below
from lti_tool.lti.connector import ServiceAnswer
from lti_tool.lti.outgoing import AddressRefused
from tests.lti_tool.lti.scripted_server import Reply
from tests.lti_tool.lti.service_bench import ALL, NOW, Bench, bare

# --- scores


def test_a_score_is_posted_before_the_query_with_its_exact_media_type(bench: Bench) -> None:
    bench.post(comment="Bravo", started_at=NOW - timedelta(minutes=5), submitted_at=NOW)
    (asked,) = bench.asked("/scores")
    assert asked.path == "/2/lineitems/7/lineitem/scores?type_id=3"
    assert (asked.headers["content-type"], asked.headers["accept"]) == (SCORE_TYPE, SCORE_TYPE)
    assert json.loads(asked.body) == {
        "userId": "42",
        "scoreGiven": 7,
        "scoreMaximum": 8,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-25T10:00:00.000+00:00",
        "comment": "Bravo",
        "submission": {
            "startedAt": "2026-11-25T09:55:00.000+00:00",
            "submittedAt": "2026-11-25T10:00:00.000+00:00",
        },
    }


def test_the_bare_library_accepts_a_media_type_that_moodle_refuses(bench: Bench) -> None:
    bare(bench.server, "client-a").put_grade(Grade())
    assert bench.asked("/scores")[0].headers["accept"] == "application/json"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 423, 500, 503, 302])
def test_the_status_and_the_reason_of_a_refusal_are_kept(bench: Bench, status: int) -> None:
    bench.lms.reply = Reply(status, "Because", {"Location": "/elsewhere"}, b"[]")
    answer = bench.post()
    assert (answer.status, answer.reason) == (status, "Because")
    assert len(bench.asked("/elsewhere")) == 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Wed, 25 Nov 2026 10:02:00 GMT", 120),
        ("Wed, 25 Nov 2026 09:00:00 GMT", 0),
        ("9" * 400, 24 * 3600),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(bench: Bench, header: str, seconds: int | None) -> None:
    bench.lms.reply = Reply(503, "Busy", {"Retry-After": header})
    assert bench.post().retry_after == seconds


def test_the_clock_of_the_platform_comes_back(bench: Bench) -> None:
    bench.lms.reply = Reply(200, "OK", {"Date": "Wed, 25 Nov 2026 10:07:00 GMT"})
    assert bench.post().date == NOW + timedelta(minutes=7)


def test_an_error_page_under_200_is_not_a_success(bench: Bench) -> None:
    bench.lms.reply = Reply(200, "OK", {"Content-Type": "text/html; charset=utf-8"}, b"<b>Fatal error</b>")
    assert bench.post().is_page


def test_an_empty_200_is_a_success_whatever_its_type(bench: Bench) -> None:
    bench.lms.reply = Reply(200, "OK", {"Content-Type": "text/html; charset=utf-8"})
    assert bench.post().status == 200


def test_a_score_is_not_sent_to_another_host(bench: Bench) -> None:
    ags = bench.services.ags(bench.registration, ALL)
    with pytest.raises(AddressRefused):
        ags.post_score("https://evil.example/lineitem", ScorePost("42", 1, 2, NOW))


@given(
    st.sampled_from(["https://m.example/a/lineitem", "https://m.example/a/lineitem/", "https://m.example"]),
    st.sampled_from(["", "?type_id=3", "?a=1&b=2", "?next=/x?y=z"]),
)
def test_a_part_of_a_resource_keeps_the_whole_query(base: str, query: str) -> None:
    before, after = urlsplit(base + query), urlsplit(below(base + query, "scores"))
    assert after.query == before.query
    assert after.path == before.path.rstrip("/") + "/scores"


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_not_posted(bench: Bench, score: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        bench.post(score=score)


# --- results


def test_the_result_of_a_person_is_read_back(bench: Bench) -> None:
    bench.lms.reply = Reply(
        body=json.dumps(
            [
                {"userId": "41", "resultScore": 1, "resultMaximum": 8},
                {"userId": "42", "resultScore": 0, "resultMaximum": 8},
                {"userId": "42", "resultScore": "7", "resultMaximum": 8},
                {"userId": "42"},
                "nonsense",
            ]
        ).encode()
    )
    assert bench.services.ags(bench.registration, ALL).results(bench.line_item, "42") == [Result(0, 8)]
    (asked,) = bench.asked("/results")
    assert asked.path == "/2/lineitems/7/lineitem/results?type_id=3&user_id=42"
    assert asked.headers["accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@pytest.mark.parametrize(
    ("result", "equal"),
    [(Result(87.5, 100), True), (Result(7, 8), True), (Result(87.4, 100), False), (Result(7, 0), False)],
)
def test_a_result_is_compared_as_a_share(result: Result, equal: bool) -> None:
    assert result.equals(7, 8) is equal


@pytest.mark.parametrize("body", [b"{}", b"<html>", b"5", b'"x"', b"null"])
def test_results_that_are_not_a_list_are_no_answer(bench: Bench, body: bytes) -> None:
    bench.lms.reply = Reply(body=body)
    with pytest.raises(ServiceAnswer, match="service-answer-wrong"):
        bench.services.ags(bench.registration, ALL).results(bench.line_item, "42")


def test_a_refusal_to_show_results_keeps_its_status(bench: Bench) -> None:
    bench.lms.reply = Reply(403, "Forbidden", body=b"[]")
    with pytest.raises(ServiceAnswer) as caught:
        bench.services.ags(bench.registration, ALL).results(bench.line_item, "42")
    assert caught.value.params == {"host": "127.0.0.1", "status": 403, "said": "Forbidden"}
