"""Copied and restored courses: each link goes its own way, and one that is lost can be mended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lti_tool.catalogue.models import activities
from lti_tool.db import AnyRow
from lti_tool.demo_lms import DemoActivity
from lti_tool.placements.models import placements
from tests.lti_tool.desk import h5p_file, send, store
from tests.lti_tool.picking import insert, open_picker, placed, settings_of
from tests.support.house import House, Visit


@pytest.fixture
def graded(house: House) -> DemoActivity:
    """An activity that was picked with settings of its own: 10 points, two attempts."""
    revision = store(house, h5p_file())
    (activity,) = placed(house, insert(open_picker(house), revision, **settings_of(revision, attempts="2")))
    return activity


def links(house: House) -> list[AnyRow]:
    with house.services.database.read() as connection:
        return list(
            connection.execute(select(placements).where(placements.c.link_id.is_not(None)).order_by(placements.c.id))
        )


def restored(house: House, activity: DemoActivity, user: str = "3", **claims: Any) -> Visit:
    """The link in a course that was restored from another site."""
    link = {"resource_link": {"id": "900", "title": "Restauré"}, "context": {"id": "90"}}
    return house.launch(user, "9", overrides={**link, "custom": dict(activity.custom), **claims})


def hide(house: House, values: Mapping[str, object] | None = None) -> None:
    """What was picked may not be seen any more, but by a person who is not here."""
    with house.services.database.write() as connection:
        connection.execute(update(activities).values(visibility="me", **(values or {})))


def test_a_duplicate_has_the_settings_and_then_its_own(house: House, graded: DemoActivity) -> None:
    copy = house.lms.duplicate(graded.key)
    for key in (graded.key, copy.key):
        assert house.launch("3", key).name == "play"
    teacher = house.launch("2", copy.key)
    fields = {name.split("-")[1]: value for name, value in settings_of(1, title="La copie", points="5").items()}
    assert teacher.post("settings", fields).name == "class"
    first, second = links(house)
    assert (first.title, first.points, first.max_attempts) == ("Le devoir", 10, 2)
    assert (second.title, second.points, second.max_attempts) == ("La copie", 5, None)
    assert first.resource_id == second.resource_id == graded.resource_id


def test_a_whole_course_is_copied(house: House, graded: DemoActivity) -> None:
    copies = house.lms.copy_course()
    assert len(copies) == 4
    copy = next(activity for activity in copies if activity.title == graded.title)
    result = send(house.launch("3", copy.key), "offre", "rien", action="finish")
    assert "1 / 2" in result.page.text
    (delivery,) = house.services.gradebook.list_deliveries()
    assert (delivery.status.score, delivery.status.maximum) == (5, 10)


def test_attempts_of_a_copy_are_its_own(house: House, graded: DemoActivity) -> None:
    copy = house.lms.duplicate(graded.key)
    send(house.launch("3", graded.key), "offre", "demande", action="finish")
    assert house.launch("3", copy.key).name == "play"


def test_the_limit_of_attempts_is_held(house: House, graded: DemoActivity) -> None:
    page = house.launch("3", graded.key)
    assert "Il te reste 1 essai" in send(page, "offre", action="finish").page.text
    last = send(page.get("play").post("attempts", {}), "offre", action="finish")
    assert "Recommencer" not in last.page.text
    assert last.post("attempts", {}).error == "no-attempt-left"


# --- A link that is lost


def test_a_restored_link_works_where_the_activity_may_be_seen(house: House, graded: DemoActivity) -> None:
    assert restored(house, graded).name == "play"


def test_a_lost_link_tells_a_pupil_whom_to_ask(house: House, graded: DemoActivity) -> None:
    hide(house)
    page = restored(house, graded)
    assert (page.page.status_code, page.error) == (404, "placement-unknown")
    assert "réparer le lien" in page.page.text
    assert links(house) == []


def test_a_teacher_mends_a_lost_link_in_place(house: House, graded: DemoActivity) -> None:
    hide(house)
    other = store(house, h5p_file("H5P.TrueFalse 1.8", title="Vrai ou faux"))
    teacher = restored(house, graded, "2")
    assert (teacher.page.status_code, teacher.name) == (200, "choose")
    assert "Ce lien est à réparer" in teacher.page.text
    assert teacher.post("choose", {"revision": str(other)}).name == "class"
    (link,) = links(house)
    assert (link.points, link.max_attempts, link.resource_id) == (10, 2, graded.resource_id)
    page = restored(house, graded)
    assert page.name == "play"
    assert "Vrai ou faux" in page.page.text


def test_a_link_that_has_its_placement_is_never_lost(house: House, graded: DemoActivity) -> None:
    assert house.launch("3", graded.key).name == "play"
    hide(house)
    assert house.launch("3", graded.key).name == "play"
    assert house.launch("4", graded.key).name == "play"


def test_changing_the_activity_keeps_what_was_done(house: House, graded: DemoActivity) -> None:
    send(house.launch("3", graded.key), "offre", "demande", action="finish")
    other = store(house, h5p_file("H5P.TrueFalse 1.8", title="Vrai ou faux"))
    house.launch("2", graded.key).post("choose", {"revision": str(other)})
    page = house.launch("3", graded.key)
    assert page.name == "result"
    assert "2 / 2" in page.page.text


def test_a_tampered_parameter_is_refused_to_the_teacher_too(house: House, graded: DemoActivity) -> None:
    forged = {"activity": graded.custom["activity"][:-1] + "~"}
    page = restored(house, graded, "2", custom=forged)
    assert (page.page.status_code, page.error) == (403, "placement-forged")
    assert "vider" in page.page.text


# --- The dates of a copy

NOW = datetime.now(UTC)


@pytest.mark.parametrize(("closes_at", "kept"), [(NOW - timedelta(days=200), False), (NOW + timedelta(days=2), True)])
def test_dates_that_are_over_do_not_close_a_copy(
    house: House, graded: DemoActivity, closes_at: datetime, kept: bool
) -> None:
    with house.services.database.write() as connection:
        dates = {"opens_at": NOW - timedelta(days=300), "closes_at": closes_at}
        connection.execute(update(placements).where(placements.c.title == "Le devoir").values(**dates))
    assert restored(house, graded).name == "play"
    (link,) = links(house)
    assert (link.closes_at is not None, link.opens_at is not None) == (kept, kept)
