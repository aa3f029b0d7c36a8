"""An activity opens and closes: the server's clock decides, and nobody loses work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from lti_tool.attempts.models import attempts
from lti_tool.placements.models import placements
from tests.lti_tool.desk import Desk, desk_with, form_of, send
from tests.support.house import OWN, House

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def desk(house: House) -> Desk:
    made = desk_with(house)
    made.open("2")
    return made


def set_dates(desk: Desk, *, opens: timedelta | None = None, closes: timedelta | None = None) -> None:
    """Move the dates of the place, from now."""
    now = datetime.now(UTC)
    values = {"opens_at": opens and now + opens, "closes_at": closes and now + closes}
    with desk.house.services.database.write() as connection:
        connection.execute(update(placements).values(**values))


def count(desk: Desk) -> int:
    with desk.house.services.database.read() as connection:
        return len(connection.execute(attempts.select().where(attempts.c.preview.is_(False))).all())


def test_before_it_opens_a_pupil_is_told_when(desk: Desk) -> None:
    set_dates(desk, opens=DAY)
    page = desk.open("3")
    assert (page.page.status_code, page.name) == (200, "closed")
    assert "n’est pas encore ouverte" in page.page.text
    assert count(desk) == 0


def test_the_moment_is_told_in_the_platforms_zone(desk: Desk) -> None:
    with desk.house.services.database.write() as connection:
        opens_at = datetime(2099, 3, 1, 7, 5, tzinfo=UTC)
        connection.execute(update(placements).values(opens_at=opens_at))
    assert "dimanche 1er mars 2099 à 8\u202fh\u202f05" in desk.open("3").page.text


def test_between_its_dates_one_works_and_is_told_the_end(desk: Desk) -> None:
    set_dates(desk, opens=-DAY, closes=DAY)
    page = desk.open("3")
    assert page.name == "play"
    assert "À rendre avant le" in page.page.text


def test_after_it_closed_no_attempt_begins(desk: Desk) -> None:
    set_dates(desk, closes=-MINUTE)
    page = desk.open("3")
    assert (page.page.status_code, page.name) == (200, "closed")
    assert "L’activité est fermée" in page.page.text
    assert count(desk) == 0


@pytest.mark.parametrize("dates", [{"opens": DAY}, {"closes": -DAY}])
def test_who_teaches_always_enters(desk: Desk, dates: dict[str, timedelta]) -> None:
    set_dates(desk, **dates)
    page = desk.open("2").get("play")
    assert page.name == "play"
    assert "2 / 2" in send(page, "offre", "demande", action="finish").page.text


def test_an_open_attempt_is_handed_in_within_five_minutes(desk: Desk) -> None:
    page = desk.open("3")
    set_dates(desk, closes=-4 * MINUTE)
    late = page.get("play")
    assert late.name == "play"
    assert "vient de fermer" in late.page.text
    assert "2 / 2" in send(late, "offre", "demande", action="finish").page.text
    assert len(desk.house.services.gradebook.list_deliveries()) == 1


def test_after_that_it_is_kept_and_not_taken(desk: Desk) -> None:
    page = send(desk.open("3"), "offre")
    set_dates(desk, closes=-6 * MINUTE)
    refused = send(page, "offre", "demande", action="finish")
    assert (refused.page.status_code, refused.error) == (409, "activity-closed")
    kept = page.get("play")
    assert (kept.page.status_code, kept.name) == (200, "closed")
    assert "Tes réponses sont gardées" in kept.page.text
    assert desk.house.services.gradebook.list_deliveries() == []


def test_saving_is_refused_to_a_script_too(desk: Desk) -> None:
    page = desk.open("3")
    set_dates(desk, closes=-DAY)
    answer = page.post(page.step, form_of(page, "offre"), {**OWN, "Accept": "application/json"})
    assert answer.page.status_code == 409
    assert answer.page.get_json()["error"]["id"] == "activity-closed"


def test_a_result_stays_in_view_and_cannot_be_improved(desk: Desk) -> None:
    page = send(desk.open("3"), "offre", action="finish")
    set_dates(desk, closes=-MINUTE)
    result = page.get("play")
    assert result.name == "result"
    assert "Recommencer" not in result.page.text
    assert page.post("attempts", {}).error == "activity-closed"


def test_opening_later_than_before_stops_who_had_begun(desk: Desk) -> None:
    page = desk.open("3")
    set_dates(desk, opens=DAY)
    assert page.get("play").name == "closed"
    assert send(page, "offre").error == "activity-closed"


def test_a_closed_activity_that_opens_again_goes_on(desk: Desk) -> None:
    page = send(desk.open("3"), "offre")
    set_dates(desk, closes=-DAY)
    set_dates(desk, closes=DAY)
    assert 'value="offre"' in page.get("play").page.text
