"""What the demo LMS does with a score is what Moodle does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoLMS, Fault

SendScore = Callable[..., TestResponse]


def cell(lms: DemoLMS, user: str = "3", column: str = "1") -> Any:
    rows = {row["user"]: row["cells"] for row in lms.gradebook()["rows"]}
    return rows[user][column]


def test_a_score_is_in_the_gradebook(lms: DemoLMS, send_score: SendScore) -> None:
    response = send_score(7, comment="Bravo")
    assert (response.status_code, response.data) == (200, b"")
    assert cell(lms) == {
        "text": "7 / 8",
        "score": 7.0,
        "maximum": 8.0,
        "comment": "Bravo",
        "timestamp": "2026-09-21T14:13:20+00:00",
    }


def test_only_the_cell_of_that_pupil_and_activity_changes(lms: DemoLMS, send_score: SendScore) -> None:
    send_score()
    assert [cell(lms, "4"), cell(lms, "5"), cell(lms, "3", "2")] == [None, None, None]


@pytest.mark.parametrize(
    ("given", "maximum", "text"),
    [
        (7.5, 8, "7,5 / 8"),
        (1, 3, "2,67 / 8"),
        (15, 20, "6 / 8"),
        ("3", "4", "6 / 8"),
        (0, 8, "0 / 8"),
        (9, 8, "8 / 8"),
        (-1, 8, "0 / 8"),
        (5, 0, "5 / 8"),
    ],
)
def test_a_score_is_rescaled_and_kept_within_the_column(
    lms: DemoLMS, send_score: SendScore, given: Any, maximum: Any, text: str
) -> None:
    assert send_score(given, scoreMaximum=maximum).status_code == 200
    assert cell(lms)["text"] == text


def test_a_score_without_a_comment_clears_the_comment(lms: DemoLMS, send_score: SendScore) -> None:
    send_score(comment="À revoir")
    send_score(seconds=1)
    assert cell(lms)["comment"] == ""


@pytest.mark.parametrize("seconds", [-1, 0, 0.9])
def test_a_score_that_is_not_a_second_later_is_a_conflict(lms: DemoLMS, send_score: SendScore, seconds: float) -> None:
    send_score(7)
    response = send_score(8, seconds=seconds)
    assert response.status == "409 Refusing score with an earlier timestamp for item 1 and user 3"
    assert response.data == b"[]"
    assert cell(lms)["text"] == "7 / 8"


def test_a_score_of_the_next_second_replaces_the_earlier_one(lms: DemoLMS, send_score: SendScore) -> None:
    send_score(7)
    assert send_score(5, seconds=1).status_code == 200
    assert cell(lms)["text"] == "5 / 8"


def test_a_score_from_the_future_blocks_those_of_today(send_score: SendScore) -> None:
    send_score(seconds=3600)
    assert send_score(seconds=60).status_code == 409


@pytest.mark.parametrize("changes", [{"gradingProgress": "PendingManual"}, {"scoreGiven": None}])
def test_anything_but_a_fully_graded_score_erases_the_grade_and_its_date(
    lms: DemoLMS, send_score: SendScore, changes: dict[str, Any]
) -> None:
    send_score(7)
    assert send_score(7, seconds=10, **changes).status_code == 200
    assert cell(lms) is None
    assert send_score(6, seconds=-5).status_code == 200


def test_an_erasing_score_with_a_comment_is_dated_now(lms: DemoLMS, send_score: SendScore) -> None:
    send_score(gradingProgress="PendingManual", comment="Je relis", seconds=-30)
    assert (cell(lms)["text"], cell(lms)["comment"]) == ("–", "Je relis")
    assert send_score(seconds=-10).status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": "2"},
        {"userId": "99"},
        {"userId": None},
        {"timestamp": None},
        {"timestamp": "hier"},
        {"timestamp": "2026-09-21T14:13:20"},
        {"timestamp": 1_790_000_000},
        {"activityProgress": None},
        {"gradingProgress": None},
        {"scoreGiven": "beaucoup"},
        {"scoreGiven": True},
        {"scoreMaximum": None},
        {"scoreMaximum": "huit"},
        {"comment": "\ud800"},
    ],
)
def test_an_incorrect_score_is_refused_with_the_reason_in_the_status_line(
    lms: DemoLMS, send_score: SendScore, changes: dict[str, Any]
) -> None:
    response = send_score(**changes)
    assert response.status.startswith("400 Incorrect score received{")
    assert response.data == b"[]"
    assert cell(lms) is None


def test_a_whole_number_will_do_for_a_user(lms: DemoLMS, send_score: SendScore) -> None:
    assert send_score(userId=3).status_code == 200
    assert cell(lms)["text"] == "7 / 8"


def test_every_post_is_logged_with_its_answer(lms: DemoLMS, send_score: SendScore) -> None:
    send_score(7)
    send_score(6)
    assert [(post.user, post.line_item, post.body["scoreGiven"], post.status) for post in lms.posts] == [
        ("3", 1, 7, 200),
        ("3", 1, 6, 409),
    ]


def test_failures_can_be_played_one_after_the_other(lms: DemoLMS, send_score: SendScore) -> None:
    lms.answer_scores_with = [503, Fault(429, retry_after=7)]
    first, second, third = send_score(), send_score(), send_score()
    assert [first.status_code, second.status_code, third.status_code] == [503, 429, 200]
    assert second.headers["Retry-After"] == "7"


def test_an_answer_can_be_lost_after_the_score_was_stored(lms: DemoLMS, send_score: SendScore) -> None:
    lms.answer_scores_with = [Fault(502, stored=True)]
    assert send_score().status_code == 502
    assert cell(lms)["text"] == "7 / 8"


def test_a_function_can_choose_whose_score_fails(lms: DemoLMS, send_score: SendScore) -> None:
    lms.answer_scores_with = lambda body: 500 if body["userId"] == "4" else None
    assert [send_score().status_code, send_score(userId="4").status_code] == [200, 500]
