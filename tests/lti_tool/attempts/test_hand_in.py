"""« Terminer », « Recommencer », and what goes to the gradebook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lti_tool.attempts.models import attempts
from lti_tool.attempts.service import Attempts
from lti_tool.gradebook.models import deliveries
from lti_tool.gradebook.service import Gradebook
from lti_tool.placements.models import placements
from tests.lti_tool.desk import WORDS, Desk, form_of, send
from tests.support.house import House, Visit


def finish(page: Visit, right: int) -> Visit:
    """Hand in with the first `right` words."""
    return send(page, *WORDS[:right], *["je ne sais pas"] * (len(WORDS) - right), action="finish")


def start_again(page: Visit) -> Visit:
    return page.post("attempts", {})


def set_place(desk: Desk, **values: Any) -> None:
    """Change the settings of every link's placement."""
    with desk.house.services.database.write() as connection:
        connection.execute(update(placements).where(placements.c.link_id.is_not(None)).values(**values))


def scores(desk: Desk) -> list[float]:
    """The outbox."""
    with desk.house.services.database.read() as connection:
        return list(connection.scalars(select(deliveries.c.score).order_by(deliveries.c.id)))


def statuses(desk: Desk) -> list[str]:
    with desk.house.services.database.read() as connection:
        return list(connection.scalars(select(attempts.c.status).order_by(attempts.c.id)))


def test_finish_hands_in_at_once_and_shows_the_result(desk: Desk) -> None:
    result = finish(desk.open(), 1)
    assert (result.page.status_code, result.name) == (200, "result")
    assert "1 / 2" in result.page.text
    assert scores(desk) == [1.0]


def test_finish_twice_is_told_that_it_is_handed_in(desk: Desk) -> None:
    page = desk.open()
    finish(page, 1)
    refused = finish(page, 2)
    assert (refused.page.status_code, refused.error) == (409, "attempt-submitted")
    assert "déjà rendu" in refused.page.text
    assert f'href="/s/{page.secret}/play"' in refused.page.text
    assert scores(desk) == [1.0]


def test_no_answer_comes_in_after_the_end(desk: Desk) -> None:
    page, other = desk.open(), desk.open()
    finish(page, 1)
    assert send(other, *WORDS).error == "attempt-submitted"
    assert statuses(desk) == ["submitted"]


def test_a_later_launch_finds_the_result(desk: Desk) -> None:
    finish(desk.open(), 2)
    assert desk.open().name == "result"


def test_start_again_gives_a_new_attempt(desk: Desk) -> None:
    result = finish(desk.open(), 1)
    again = start_again(result)
    assert again.name == "play"
    assert "offre" not in again.page.text
    assert statuses(desk) == ["submitted", "open"]


def test_start_again_while_an_attempt_is_open_changes_nothing(desk: Desk) -> None:
    page = desk.open()
    send(page, "offre")
    assert start_again(page).name == "play"
    assert statuses(desk) == ["open"]


def test_the_best_attempt_is_kept(desk: Desk) -> None:
    result = finish(desk.open(), 2)
    finish(start_again(result), 0)
    assert scores(desk) == [2.0]


def test_a_better_attempt_takes_the_place_of_the_first(desk: Desk) -> None:
    result = finish(desk.open(), 0)
    finish(start_again(result), 2)
    assert scores(desk) == [2.0]


@pytest.mark.parametrize(("policy", "grade"), [("best", 2.0), ("last", 1.0), ("first", 0.0), ("mean", 1.0)])
def test_the_policy_of_the_place_makes_the_grade(desk: Desk, policy: str, grade: float) -> None:
    page = desk.open()
    set_place(desk, policy=policy)
    for right in (0, 2, 1):
        page = start_again(finish(page, right))
    assert scores(desk) == [grade]


def test_the_points_of_the_place_scale_the_grade(desk: Desk) -> None:
    page = desk.open()
    set_place(desk, points=20)
    finish(page, 1)
    assert scores(desk) == [10.0]


def test_the_number_of_attempts_is_obeyed(desk: Desk) -> None:
    page = desk.open()
    set_place(desk, max_attempts=2)
    second = finish(start_again(finish(page, 0)), 1)
    assert "Recommencer" not in second.page.text
    refused = start_again(second)
    assert (refused.page.status_code, refused.error) == (409, "no-attempt-left")
    assert statuses(desk) == ["submitted", "submitted"]


def test_a_place_that_is_not_graded_sends_nothing(desk: Desk) -> None:
    page = desk.open()
    set_place(desk, graded=False)
    result = finish(page, 2)
    assert result.name == "result"
    assert "Note" not in result.page.text
    assert scores(desk) == []


def test_an_lms_without_a_gradebook_gets_nothing_and_the_result_is_shown(house: House, desk: Desk) -> None:
    endpoint = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    overrides = {"custom": {"activity": desk.custom}}
    result = finish(house.launch("3", "9", overrides=overrides, without=[endpoint]), 2)
    assert result.name == "result"
    assert scores(desk) == []


class BrokenGradebook(Gradebook):
    """Cannot write."""

    def record(self, *_rows: Any, **_values: Any) -> None:
        raise OSError("disk full")


def test_without_its_delivery_an_attempt_is_not_handed_in(desk: Desk) -> None:
    whole = desk.house.services
    broken = BrokenGradebook(whole.database, lambda: pytest.fail("no clock is needed"))
    work = Attempts(whole.database, whole.catalogue, whole.placements, broken, whole.attempts._clock)
    house = House(replace(whole, attempts=work), desk.house.lms, desk.house.http)
    page = Desk(house, desk.custom).open()
    with pytest.raises(OSError, match="disk full"):
        finish(page, 2)
    assert statuses(desk) == ["open"]
    assert finish(desk.open(), 2).name == "result"
    assert scores(desk) == [2.0]


def test_the_service_wakes_the_delivery(desk: Desk) -> None:
    page = desk.open()
    desk.house.services.gradebook.wake_up.clear()
    send(page, "offre")
    assert not desk.house.services.gradebook.wake_up.is_set()
    finish(page.get("play"), 1)
    assert desk.house.services.gradebook.wake_up.is_set()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("open", "Note en attente d’envoi"),
        ("delivered", "Note transmise"),
        ("refused", "La note n’a pas pu partir"),
        ("parked", "La note n’a pas pu partir"),
    ],
)
def test_the_pupil_sees_what_became_of_the_grade(desk: Desk, state: str, words: str) -> None:
    result = finish(desk.open(), 1)
    with desk.house.services.database.write() as connection:
        connection.execute(update(deliveries).values(state=state))
    assert words in result.get("grade").page.text
    assert words in result.get("play").page.text


def test_only_a_waiting_grade_is_asked_for_again(desk: Desk) -> None:
    result = finish(desk.open(), 1)
    assert f'data-poll="/s/{result.secret}/grade"' in result.page.text
    with desk.house.services.database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered"))
    assert "data-poll" not in result.get("grade").page.text


# --- The teacher's preview


def test_what_a_teacher_tries_is_never_graded(desk: Desk) -> None:
    page = desk.open("2").get("play")
    result = finish(page, 2)
    assert result.name == "result"
    assert scores(desk) == []
    assert "Note" not in result.page.text


def test_a_teacher_who_takes_the_part_of_a_pupil_has_other_work(desk: Desk) -> None:
    """Moodle's « Prendre le rôle » sends the same person as a learner."""
    trial = desk.open("2").get("play")
    send(trial, "offre")
    pupil = desk.open("2", role="Learner")
    assert 'value="offre"' not in pupil.page.text
    finish(pupil, 1)
    assert finish(trial.get("play"), 2).name == "result"
    assert scores(desk) == [1.0]
    with desk.house.services.database.read() as connection:
        previews = connection.scalars(select(attempts.c.preview).order_by(attempts.c.id)).all()
    assert previews == [True, False]


def test_a_trial_counts_in_no_grade(desk: Desk) -> None:
    finish(desk.open("2").get("play"), 2)
    finish(desk.open("2", role="Learner"), 0)
    assert scores(desk) == [0.0]


def test_no_attempt_is_lost_when_two_pages_start_again(desk: Desk) -> None:
    result = finish(desk.open(), 1)
    start_again(result)
    start_again(result)
    with desk.house.services.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(attempts)) == 2


def test_a_form_that_is_kept_from_before_the_end_is_told(desk: Desk) -> None:
    page = desk.open()
    form = form_of(page, *WORDS, action="finish")
    page.post(page.step, form)
    start_again(page.get("play"))
    refused = page.post(page.step, form)
    assert refused.error == "attempt-submitted"
