"""Scores are written down with what makes them true, and can be looked at."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, select

from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.gradebook.service import TEXTS
from lti_tool.gradebook.verdict import REFUSALS
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.web.texts import load_texts
from tests.lti_tool.gradebook.school import COLUMNS, ENDPOINT, LINK, NOW, School

REASONS = {
    *REFUSALS.values(),
    "grade-address-refused",
    "grade-conflict",
    "grade-platform-busy",
    "grade-platform-silent",
    "grade-right-missing",
    "grade-tool-failed",
    "grade-tool-unknown",
}


def test_a_score_waits_to_be_sent(school: School) -> None:
    school.record(7)
    status = school.status()
    assert (status.state, status.score, status.maximum, status.tries) == ("open", 7, 8, 0)
    assert status.text == "grade-waiting"
    assert school.row().due_at == NOW


def test_a_score_is_lost_with_the_transaction_it_belongs_to(school: School) -> None:
    def hand_in_and_fail() -> None:
        with school.database.write() as connection:
            school.gradebook.record(
                connection,
                registration_id=1,
                link_id=LINK,
                ags=ENDPOINT,
                resource_id="r",
                tag="t",
                label="l",
                maximum=8,
                person_id=1,
                score=1,
                comment=None,
                started_at=None,
                submitted_at=None,
            )
            raise RuntimeError("the attempt could not be written")

    with pytest.raises(RuntimeError):
        hand_in_and_fail()
    with school.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(deliveries)) == 0
        assert connection.scalar(select(func.count()).select_from(line_items)) == 0


@pytest.mark.parametrize("ags", [None, AGSEndpoint(None, None, ())])
def test_without_a_gradebook_there_is_nothing_to_send(school: School, ags: AGSEndpoint | None) -> None:
    school.record(7, ags=ags)
    with school.database.read() as connection:
        assert school.gradebook.statuses(connection, LINK) == {}


def test_a_newer_score_takes_the_place_of_one_that_waits(school: School) -> None:
    school.record(3)
    school.record(7)
    assert school.status().score == 7
    assert school.row().revision == 2
    assert school.deliver() == 1
    assert school.lms.scores == [7]


@pytest.mark.parametrize("comment", ["Bravo", None, "Très bien"])
def test_the_same_score_is_sent_again_because_a_platform_can_have_lost_it(school: School, comment: str | None) -> None:
    school.record(7, comment="Bravo")
    school.deliver()
    school.clock.pass_by(hours=1)
    school.record(7, comment=comment)
    assert school.status().state == "open"
    assert school.deliver() == 1
    assert school.lms.scores == [7, 7]


def test_the_same_score_after_a_refusal_is_tried_again(school: School) -> None:
    school.lms.answers = [404]
    school.record(7)
    school.deliver()
    school.record(7)
    assert (school.status().state, school.status().reason, school.status().tries) == ("open", None, 0)


def test_each_pupil_has_a_score_of_their_own(school: School) -> None:
    school.record(7, pupil=1)
    school.record(0, pupil=2)
    with school.database.read() as connection:
        everyone = school.gradebook.statuses(connection, LINK)
        some = school.gradebook.statuses(connection, LINK, [2, 3])
        nobody = school.gradebook.statuses(connection, LINK, [])
        elsewhere = school.gradebook.statuses(connection, LINK + 1)
    assert {pupil: status.score for pupil, status in everyone.items()} == {1: 7, 2: 0}
    assert {pupil: status.score for pupil, status in some.items()} == {2: 0}
    assert nobody == elsewhere == {}


def test_the_column_that_a_launch_names_replaces_the_one_we_knew(school: School) -> None:
    school.record(1)
    school.record(2, ags=dataclasses.replace(ENDPOINT, lineitem="https://moodle.example/new"))
    school.deliver()
    assert school.lms.posts[0][0] == "https://moodle.example/new"


def test_a_launch_that_names_no_column_leaves_the_one_we_know(school: School) -> None:
    school.record(1)
    school.record(2, ags=AGSEndpoint(None, COLUMNS, ENDPOINT.scopes))
    school.deliver()
    assert school.lms.posts[0][0] == ENDPOINT.lineitem


def test_the_rights_of_the_last_launch_count(school: School) -> None:
    school.record(1)
    school.record(2, ags=dataclasses.replace(ENDPOINT, scopes=("score",)))
    school.deliver()
    assert school.lms.granted == [frozenset({"score"})]


def test_what_was_refused_can_be_tried_again(school: School) -> None:
    school.lms.answers = [404, 403]
    for pupil in (1, 2, 3):
        school.record(7, pupil=pupil)
    school.deliver()
    refused = [delivery.id for delivery in school.gradebook.list_deliveries(states=["refused"])]
    assert len(refused) == 2
    assert school.gradebook.retry(refused[:1]) == 1
    assert school.gradebook.retry() == 1
    assert school.gradebook.retry() == 0
    assert school.gradebook.wake_up.is_set()
    school.clock.pass_by(seconds=1)
    school.deliver()
    assert {school.status(pupil).state for pupil in (1, 2, 3)} == {"delivered"}


def test_the_outbox_is_listed_newest_first(school: School) -> None:
    for pupil in (1, 2, 3):
        school.record(pupil, pupil=pupil)
    listed = school.gradebook.list_deliveries(limit=2)
    assert [(delivery.person_id, delivery.status.score, delivery.label) for delivery in listed] == [
        (3, 3, "Le plan"),
        (2, 2, "Le plan"),
    ]
    assert school.gradebook.list_deliveries(states=["parked"]) == []


@pytest.mark.parametrize("id", sorted({*TEXTS.values(), *REASONS}))
def test_every_state_and_every_reason_has_its_words(id: str) -> None:
    text = load_texts()[id]
    assert text.title
    # A reason is kept as an id alone: its words cannot wait for a parameter.
    assert "{" not in text.title + text.text + text.todo
