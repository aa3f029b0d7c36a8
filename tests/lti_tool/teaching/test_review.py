"""Submission review: from a grade in the platform's gradebook to the work, for those who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lti_tool.desk import WORDS, Desk, blanks_of, send
from tests.lti_tool.teaching.pages import at
from tests.support.house import Visit

ANNE, BILEL, TEACHER = "3", "4", "2"


def review(desk: Desk, user: str, of: str, **more: Any) -> Visit:
    """Somebody clicks the grade of a person."""
    claims = {
        "message_type": "LtiSubmissionReviewRequest",
        "for_user": {"user_id": of},
        "custom": {"activity": desk.custom},
        "resource_link": {"id": "9"},
        **more,
    }
    return desk.house.launch(user, "9", overrides=claims)


def test_a_teacher_reads_the_work_of_that_pupil(wired_desk: Desk) -> None:
    send(wired_desk.open(ANNE), "rien", "rien", action="finish")
    send(wired_desk.open(BILEL), *WORDS, action="finish")
    page = review(wired_desk, TEACHER, BILEL)
    assert page.name == "pupil"
    assert list(blanks_of(page).values()) == list(WORDS)
    assert "frame-ancestors http://127.0.0.1:8001" in page.page.headers["Content-Security-Policy"]


def test_the_page_can_be_reloaded(wired_desk: Desk) -> None:
    send(wired_desk.open(BILEL), *WORDS, action="finish")
    page = review(wired_desk, TEACHER, BILEL)
    assert at(page, page.address).name == "pupil"
    assert page.get("").name == "pupil"


@pytest.mark.parametrize("person", [ANNE, TEACHER, "nobody-we-know"])
def test_who_has_not_worked_gets_a_calm_page(wired_desk: Desk, person: str) -> None:
    wired_desk.open(BILEL)
    page = review(wired_desk, TEACHER, person)
    assert (page.page.status_code, page.name) == (200, "no-work")
    assert "n’a pas encore travaillé" in page.page.text
    assert page.get("class").name == "class"


def test_a_link_without_an_activity_has_no_work_to_review(wired_desk: Desk) -> None:
    page = review(wired_desk, TEACHER, ANNE, custom={}, resource_link={"id": "55"})
    assert page.name == "no-work"


def test_a_pupil_opens_their_own_work(wired_desk: Desk) -> None:
    send(wired_desk.open(BILEL), *WORDS, action="finish")
    assert review(wired_desk, BILEL, BILEL).name == "result"


def test_a_pupil_without_work_starts_none_by_looking(wired_desk: Desk) -> None:
    page = review(wired_desk, ANNE, ANNE)
    assert page.name == "no-work"
    assert "Tu n’as pas encore travaillé" in page.page.text
    assert review(wired_desk, TEACHER, ANNE).name == "no-work"


def test_a_pupil_does_not_open_the_work_of_another(wired_desk: Desk) -> None:
    send(wired_desk.open(BILEL), *WORDS, action="finish")
    refused = review(wired_desk, ANNE, BILEL)
    assert (refused.page.status_code, refused.error) == (403, "review-not-yours")
    assert "offre" not in refused.page.text


def test_without_a_role_nobody_reviews_anything(wired_desk: Desk) -> None:
    send(wired_desk.open(BILEL), *WORDS, action="finish")
    assert review(wired_desk, BILEL, BILEL, roles=[]).error == "review-not-yours"


def test_the_demo_lms_leads_to_the_work(wired_desk: Desk) -> None:
    lms = wired_desk.house.lms
    fields = lms.start_review(TEACHER, "1", of=ANNE)
    assert fields["login_hint"] == TEACHER
    assert wired_desk.house.http.pages is not None
    book = wired_desk.house.http.pages.get("/gradebook", base_url=lms.config.base_url).text
    assert f"/activities/1/review?user={TEACHER}&amp;of={ANNE}" in book
