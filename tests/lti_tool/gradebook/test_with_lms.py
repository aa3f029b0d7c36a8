"""The gradebook and the service client, over real sockets, with the demo LMS, which behaves as Moodle does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import update

from lti_tool.contexts.models import resource_links
from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, Fault, RunningLMS, serve
from lti_tool.demo_lms.gradebook import change_item
from lti_tool.demo_lms.store import Grade
from lti_tool.gradebook import outbox
from lti_tool.gradebook.delivery import LANES, Delivery
from lti_tool.gradebook.reconciliation import Figures, Reconciliation
from lti_tool.lti.ags import LINE_ITEM, RESULT, SCORE
from lti_tool.lti.claims import AGSEndpoint
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.registration import Registration
from lti_tool.lti.services import Services
from tests.lti_tool.gradebook.school import School, one_round, open_school

KEY = ToolKey("kid-1", generate_private_key(public_exponent=65537, key_size=2048))
GRADED, UNGRADED = "1", "2"
SCOPES = (SCORE, RESULT, LINE_ITEM)


@dataclass
class Classroom:
    """A school whose platform is the demo LMS; its pupils 1, 2, 3 are the LMS's 3, 4, 5."""

    school: School
    lms: DemoLMS
    services: Services

    @property
    def endpoint(self) -> AGSEndpoint:
        item = next(item for item in self.lms.line_items() if item.link_id == GRADED)
        return AGSEndpoint(self.lms.config.lineitem_url(item.id), self.lms.config.lineitems_url, SCOPES)

    def by_id(self, registration_id: int) -> Registration:
        config = self.lms.config
        urls = (config.auth_url, config.token_url, config.jwks_url)
        return Registration(registration_id, config.base_url, config.client_id, "Démo", *urls)

    def record(self, score: float, *, pupil: int = 1, comment: str | None = None) -> None:
        self.school.record(score, pupil=pupil, comment=comment, ags=self.endpoint)

    def deliver(self) -> int:
        return one_round(Delivery(self.school.database, self, self.services, self.school.clock))

    def cell(self, pupil: int = 1, column: str = GRADED) -> tuple[str, str] | None:
        """Text and comment of a cell of the LMS's gradebook."""
        row = self.lms.gradebook()["rows"][pupil - 1]
        cell = row["cells"][column]
        return cell and (cell["text"], cell["comment"])


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[Classroom]:
    school = open_school(tmp_path)
    activities = (DemoActivity(GRADED, "Le plan", points=8), DemoActivity(UNGRADED, "Sans note"))
    lms = DemoLMS(
        DemoConfig(activities=activities),
        clock=lambda: school.clock().timestamp(),
        fetch=lambda _url: {"keys": [KEY.public_jwk()]},
    )
    services = Services(OutgoingHTTP(development=True), signing_key=lambda: KEY, clock=school.clock)
    running: RunningLMS
    with serve(lms) as running:
        assert running.url == lms.config.base_url
        yield Classroom(school, lms, services)
    lms.close()
    school.database.engine.dispose()


def test_a_score_arrives_in_the_gradebook(classroom: Classroom) -> None:
    classroom.record(7, comment="Bravo")
    classroom.deliver()
    assert classroom.cell() == ("7 / 8", "Bravo")
    assert classroom.school.status().state == "delivered"


def test_a_better_score_replaces_it_and_the_comment_stays(classroom: Classroom) -> None:
    classroom.record(3, comment="Courage")
    classroom.deliver()
    classroom.school.clock.pass_by(seconds=1)
    classroom.record(7.5, comment="Courage")
    classroom.deliver()
    assert classroom.cell() == ("7,5 / 8", "Courage")


def test_a_class_that_hands_in_at_once_is_graded_with_one_token(classroom: Classroom) -> None:
    for pupil in (1, 2, 3):
        classroom.record(pupil, pupil=pupil)
    assert classroom.deliver() == 3
    assert [classroom.cell(pupil) for pupil in (1, 2, 3)] == [("1 / 8", ""), ("2 / 8", ""), ("3 / 8", "")]
    assert len(classroom.lms.posts) == 3


def test_a_token_that_the_lms_has_forgotten_is_replaced(classroom: Classroom) -> None:
    classroom.record(3)
    classroom.deliver()
    classroom.lms.tokens.revoke_all()
    classroom.school.clock.pass_by(seconds=1)
    classroom.record(7)
    classroom.deliver()
    assert classroom.cell() == ("7 / 8", "")


def test_an_answer_lost_on_its_way_back_does_no_harm(classroom: Classroom) -> None:
    classroom.lms.answer_scores_with = [Fault(503, stored=True)]
    classroom.record(7)
    classroom.deliver()
    assert classroom.school.status().state == "open"
    classroom.school.clock.pass_by(seconds=2)
    classroom.deliver()
    assert classroom.school.status().state == "delivered"
    assert classroom.cell() == ("7 / 8", "")
    assert {post.body["scoreGiven"] for post in classroom.lms.posts} == {7}


def test_a_process_killed_after_posting_leaves_the_same_grade_to_the_next(classroom: Classroom) -> None:
    classroom.record(7)
    with classroom.school.database.write() as connection:
        (score,) = outbox.claim(connection, classroom.school.clock(), limit=1)
    posted = f'{{"userId": "{score.sub}", "scoreGiven": 7, "scoreMaximum": 8, "timestamp": "2026-11-25T10:00:00Z", '
    rest = '"activityProgress": "Completed", "gradingProgress": "FullyGraded"}'
    classroom.lms.receive_score(1, (posted + rest).encode())
    classroom.school.clock.pass_by(seconds=15)
    classroom.deliver()
    assert [post.status for post in classroom.lms.posts] == [200, 200]
    assert classroom.school.status().state == "delivered"
    assert classroom.cell() == ("7 / 8", "")


def test_a_conflict_about_the_grade_that_is_there_already_is_a_delivery(classroom: Classroom) -> None:
    classroom.lms.answer_scores_with = [Fault(409, stored=True)]
    classroom.record(7)
    classroom.deliver()
    assert classroom.school.status().state == "delivered"
    assert len(classroom.lms.posts) == 1


def test_a_grade_dated_as_late_as_ours_gives_way_to_the_next_try(classroom: Classroom) -> None:
    classroom.record(3)
    classroom.deliver()
    classroom.record(7)
    classroom.school.clock.pass_by(seconds=1)
    with classroom.school.database.write() as connection:
        connection.exec_driver_sql("UPDATE grade_delivery SET last_timestamp = 0")
    classroom.school.clock.pass_by(seconds=-1)
    classroom.deliver()
    assert classroom.school.status().reason == "grade-conflict"
    classroom.school.clock.pass_by(seconds=2)
    classroom.deliver()
    assert classroom.cell() == ("7 / 8", "")


def test_somebody_who_is_no_pupil_there_has_the_refusal_explained(classroom: Classroom) -> None:
    classroom.lms.reconfigure(users=classroom.lms.config.users[:1])
    classroom.record(7)
    classroom.deliver()
    assert (classroom.school.status().state, classroom.school.status().reason) == ("refused", "grade-not-accepted")


def test_an_lms_that_is_busy_says_when_to_come_back(classroom: Classroom) -> None:
    classroom.lms.answer_scores_with = [Fault(503, retry_after=30)]
    classroom.record(7)
    classroom.deliver()
    assert classroom.school.seconds_to_wait() == 30


def test_an_activity_without_a_column_gets_one_and_only_one(classroom: Classroom) -> None:
    with classroom.school.database.write() as connection:
        connection.execute(update(resource_links).values(link_key=UNGRADED))
    no_column = AGSEndpoint(None, classroom.lms.config.lineitems_url, SCOPES)
    for pupil in (1, 2):
        classroom.school.record(7, pupil=pupil, ags=no_column)
    classroom.deliver()
    with classroom.school.database.write() as connection:
        connection.exec_driver_sql("UPDATE line_item SET url = NULL")
    classroom.school.record(5, pupil=3, ags=no_column)
    classroom.school.clock.pass_by(seconds=1)
    classroom.deliver()
    made = [item for item in classroom.lms.line_items() if not item.coupled]
    assert [(item.link_id, item.resource_id, item.tag, item.maximum) for item in made] == [
        (UNGRADED, "placement-1", "traam", 8)
    ]
    assert [classroom.cell(pupil, UNGRADED) for pupil in (1, 2, 3)] == [("7 / 8", ""), ("7 / 8", ""), ("5 / 8", "")]


# --- reconciliation


def reconcile(classroom: Classroom, *, recreate: bool = False) -> Figures:
    school = classroom.school
    return Reconciliation(school.database, classroom, classroom.services, school.clock).run(recreate=recreate)


@pytest.fixture
def graded(classroom: Classroom) -> Classroom:
    """Three pupils have their grades."""
    with classroom.school.database.write() as connection:
        connection.execute(update(resource_links).values(link_key=GRADED))
    for pupil in (1, 2, 3):
        classroom.record(pupil + 0.3, pupil=pupil)
    classroom.deliver()
    classroom.school.clock.pass_by(seconds=5)
    return classroom


def test_the_gradebook_is_found_as_it_was_left(graded: Classroom) -> None:
    assert reconcile(graded) == Figures(columns=1, equal=3)


def test_what_the_lms_has_lost_comes_back_and_what_a_teacher_has_changed_stays(graded: Classroom) -> None:
    item = graded.lms.line_items()[0].id
    graded.lms.store.remove_grade(item, "3")
    graded.lms.store.put_grade(Grade(item, "4", 8, "", graded.lms.now()))
    assert reconcile(graded) == Figures(columns=1, equal=1, missing=1, overridden=1)
    graded.deliver()
    assert [graded.cell(pupil) for pupil in (1, 2, 3)] == [("1,3 / 8", ""), ("8 / 8", ""), ("3,3 / 8", "")]


def test_an_erased_grade_is_a_missing_one(graded: Classroom) -> None:
    graded.lms.store.put_grade(Grade(graded.lms.line_items()[0].id, "3", None, "", graded.lms.now()))
    assert reconcile(graded).missing == 1
    graded.school.clock.pass_by(seconds=1)
    graded.deliver()
    assert graded.cell() == ("1,3 / 8", "")


def test_a_column_with_another_maximum_holds_the_same_grades_and_takes_new_ones(graded: Classroom) -> None:
    graded.lms.reconfigure(activities=(DemoActivity(GRADED, "Le plan", points=20),))
    assert reconcile(graded) == Figures(columns=1, equal=3)
    graded.record(8)
    graded.deliver()
    assert graded.cell() == ("20 / 20", "")


def test_a_rescaling_that_dates_the_grades_now_is_waited_for(graded: Classroom) -> None:
    item = graded.lms.line_items()[0]
    graded.record(8)
    change_item(graded.lms.store, dataclasses.replace(item, maximum=20), was=item, now=graded.lms.now())
    graded.deliver()
    assert graded.school.status().reason == "grade-conflict"
    graded.school.clock.pass_by(seconds=2)
    graded.deliver()
    assert graded.cell() == ("20 / 20", "")


def test_a_deleted_column_comes_back_on_request_with_every_grade(graded: Classroom) -> None:
    graded.lms.store.remove_line_item(graded.lms.line_items()[0].id)
    assert reconcile(graded) == Figures(columns=1, gone=3)
    assert graded.school.status().reason == "grade-column-gone"
    assert reconcile(graded, recreate=True) == Figures(recreated=3)
    graded.deliver()
    assert [graded.cell(pupil) for pupil in (1, 2, 3)] == [("1,3 / 8", ""), ("2,3 / 8", ""), ("3,3 / 8", "")]


# --- clocks


@pytest.mark.parametrize("seconds", [-900, 900])
def test_an_lms_whose_clock_is_a_quarter_of_an_hour_apart_gets_its_grades(classroom: Classroom, seconds: int) -> None:
    classroom.lms.clock = lambda: classroom.school.clock().timestamp() + seconds
    for pupil in (1, 2, 3):
        classroom.record(pupil, pupil=pupil)
    classroom.deliver()
    classroom.deliver()
    assert [classroom.cell(pupil) for pupil in (1, 2, 3)] == [("1 / 8", ""), ("2 / 8", ""), ("3 / 8", "")]
    stamps = [grade.modified for grade in classroom.lms.store.grades()]
    # Those that went out before its clock was known are dated by ours.
    assert sum(stamp <= classroom.lms.now() for stamp in stamps) >= len(stamps) - LANES
