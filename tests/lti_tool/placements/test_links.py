"""A link takes a placement of its own at its first launch, and keeps it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from lti_tool.catalogue.service import NewActivity
from lti_tool.contexts.models import contexts
from lti_tool.db import AnyRow
from lti_tool.demo_lms import DemoLMS
from lti_tool.placements.models import placements
from lti_tool.placements.parameter import sign
from tests.lti_tool.desk import BLANKS, TRUE_FALSE, Desk, custom_of, desk_with, h5p_file, send, store
from tests.support.house import House, Visit
from tests.support.school import platform_of


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_with(house)


def of_links(house: House) -> list[AnyRow]:
    with house.services.database.read() as connection:
        statement = select(placements).where(placements.c.link_id.is_not(None)).order_by(placements.c.id)
        return list(connection.execute(statement))


def launch(house: House, user: str = "3", *, link: str = "9", **claims: Any) -> Visit:
    return house.launch(user, "9", overrides={"resource_link": {"id": link}, **claims})


def choose(page: Visit, revision: object) -> Visit:
    return page.post("choose", {"revision": str(revision)})


def store_revision(house: House, text: str, slug: str = "essai") -> int:
    """Store a version of an activity for everyone, as `traam db upgrade` does with a scenario."""
    settings = {"library": "H5P.TrueFalse 1.8", "params": {**TRUE_FALSE, "question": f"<p>{text}</p>"}}
    return house.services.catalogue.store(NewActivity(slug, "h5p", "Essai", settings))


# --- The parameter


def test_the_first_launch_of_a_link_copies_the_placement(desk: Desk) -> None:
    desk.open()
    desk.open("4")
    (placement,) = of_links(desk.house)
    assert placement.model_of is None
    assert (placement.graded, placement.policy, placement.max_attempts) == (True, "best", None)


def test_the_first_launch_may_be_the_teachers(desk: Desk) -> None:
    assert desk.open("2").name == "class"
    assert desk.open("3").name == "play"
    assert len(of_links(desk.house)) == 1


def test_each_link_has_a_placement_of_its_own(desk: Desk) -> None:
    desk.open(link="9")
    desk.open(link="10")
    first, second = of_links(desk.house)
    with desk.house.services.database.write() as connection:
        connection.execute(update(placements).where(placements.c.id == first.id).values(points=20, max_attempts=1))
    assert of_links(desk.house)[1] == second
    desk.open("4", link="11")
    assert of_links(desk.house)[2].points is None


def test_the_activity_may_be_named_in_the_target_link_uri(desk: Desk) -> None:
    uri = f"{desk.house.lms.config.tool_launch_url}?activity={desk.custom}"
    page = launch(desk.house, target_link_uri=uri)
    assert page.name == "play"
    assert "Complète" in page.page.text


def test_the_custom_parameter_goes_before_the_address(desk: Desk) -> None:
    other = custom_of(desk.house, store(desk.house, h5p_file("H5P.TrueFalse 1.8")))
    uri = f"{desk.house.lms.config.tool_launch_url}?activity={other}"
    assert "Complète" in launch(desk.house, target_link_uri=uri, custom={"activity": desk.custom}).page.text


@pytest.mark.parametrize("user", ["2", "3"])
@pytest.mark.parametrize("forge", ["{}x", "x{}", "p1-{}", "{}\x00", "é", "a" * 200, "p9999-" + "a" * 24])
def test_a_parameter_that_is_not_ours_is_refused_for_everyone(desk: Desk, user: str, forge: str) -> None:
    page = desk.house.launch(user, "9", overrides={"custom": {"activity": forge.format(desk.custom)}})
    assert page.page.status_code in {400, 403}
    assert page.error in {"placement-forged", "launch-claim-malformed"}
    assert of_links(desk.house) == []


def test_a_parameter_that_is_changed_later_is_refused_too(desk: Desk) -> None:
    assert desk.open().name == "play"
    assert launch(desk.house, custom={"activity": desk.custom[:-1] + "~"}).error == "placement-forged"


def test_a_signed_placement_that_is_gone_is_not_found(desk: Desk) -> None:
    gone = sign(10_000, desk.house.services.placements.key)
    page = launch(desk.house, custom={"activity": gone})
    assert (page.page.status_code, page.error) == (404, "placement-unknown")


def test_a_course_restored_on_another_platform_works(desk: Desk) -> None:
    other = replace(desk.house.lms.config, base_url="http://127.0.0.1:8002", client_id="another", deployment_id="5")
    lms = DemoLMS(other)
    desk.house.services.platforms.add(platform_of(other))
    desk.house.http.lms = lms
    restored = Desk(House(desk.house.services, lms, desk.house.http), desk.custom)
    page = restored.open()
    assert page.name == "play"
    assert "Complète" in page.page.text


# --- Revisions


def test_a_new_revision_reaches_new_links_not_old_work(house: House) -> None:
    desk = Desk(house, custom_of(house, store_revision(house, "Version une")))
    old = desk.open("3")
    assert "Version une" in old.page.text
    store_revision(house, "Version deux")
    assert [offer.custom for offer in house.services.placements.offers()].count(desk.custom) == 1
    assert "Version une" in old.get("play").page.text
    assert "Version une" in desk.open("4").page.text
    assert "Version deux" in desk.open("3", link="10").page.text


def test_a_newly_chosen_version_is_met_at_the_next_attempt(house: House) -> None:
    desk = Desk(house, custom_of(house, store_revision(house, "Version une")))
    page = desk.open("3")
    send(page, "offre")
    newer = store_revision(house, "Version deux")
    choose(desk.open("2"), newer)
    assert "Version une" in page.get("play").page.text
    result = send(page, action="finish")
    assert "Version deux" in result.post("attempts", {}).page.text


def test_a_teacher_is_offered_the_new_version(house: House) -> None:
    desk = Desk(house, custom_of(house, store_revision(house, "Version une")))
    teacher = desk.open("2")
    newer = store_revision(house, "Version deux")
    page = teacher.get("choose")
    assert "Prendre la nouvelle version" in page.page.text
    after = choose(teacher, newer).get("choose")
    assert "Activité actuelle" in after.page.text
    assert "Prendre la nouvelle version" not in after.page.text


# --- The choice


def test_a_teacher_chooses_in_place(house: House) -> None:
    revision = store(house, h5p_file())
    page = launch(house, "2")
    assert (page.page.status_code, page.name) == (200, "choose")
    assert "Le marché" in page.page.text
    chosen = choose(page, revision)
    assert (chosen.page.status_code, chosen.name) == (200, "class")
    assert launch(house, "3").name == "play"


def test_a_pupil_is_told_that_the_activity_is_not_ready(house: House) -> None:
    page = launch(house, "3")
    assert (page.page.status_code, page.name) == (200, "not-ready")
    assert "pas encore prête" in page.page.text


def test_a_pupil_chooses_nothing(house: House) -> None:
    store(house, h5p_file())
    pupil = launch(house, "4", custom={"activity": custom_of(house, store(house, h5p_file()))}, link="10")
    for answer in (pupil.get("choose"), choose(pupil, 1), pupil.post("upload", {})):
        assert (answer.page.status_code, answer.error) == (403, "teachers-only")
    assert len(of_links(house)) == 1


@pytest.mark.parametrize(
    ("revision", "status"),
    [("0", 404), ("999999", 404), ("-1", 400), ("", 400), ("un", 400), ("١", 400), ("1" * 400, 400), ("1\x00", 400)],
)
def test_a_choice_that_is_not_offered_changes_nothing(house: House, revision: str, status: int) -> None:
    teacher = launch(house, "2")
    answer = choose(teacher, revision)
    assert answer.page.status_code == status
    assert answer.error in {"activity-unknown", "request-malformed"}
    assert f'href="/s/{teacher.secret}/choose"' in answer.page.text
    assert of_links(house) == []


def test_another_choice_keeps_the_settings_of_the_place(desk: Desk) -> None:
    teacher = desk.open("2")
    with desk.house.services.database.write() as connection:
        connection.execute(update(placements).where(placements.c.link_id.is_not(None)).values(points=5))
    before = of_links(desk.house)[0]
    choose(teacher, store(desk.house, h5p_file("H5P.TrueFalse 1.8")))
    after = of_links(desk.house)[0]
    assert after.revision_id != before.revision_id
    assert (after.id, after.points, after.resource_id) == (before.id, 5, before.resource_id)


def test_another_site_cannot_choose(house: House) -> None:
    revision = store(house, h5p_file())
    teacher = launch(house, "2")
    answer = teacher.post("choose", {"revision": str(revision)}, {"Sec-Fetch-Site": "cross-site"})
    assert (answer.page.status_code, answer.error) == (403, "request-cross-site")
    assert of_links(house) == []


# --- An activity of another course


@pytest.fixture
def private(house: House) -> tuple[int, str]:
    """The revision and the title of an activity that another course has uploaded."""
    launch(house, "2", link="50", context={"id": "77", "title": "Autre cours"})
    with house.services.database.read() as connection:
        owner = connection.scalar(select(contexts.c.id).where(contexts.c.context_key == "77"))
    return store(house, h5p_file(params=BLANKS, title="Le devoir secret"), owner=owner), "Le devoir secret"


def test_the_activity_of_another_course_is_not_shown(house: House, private: tuple[int, str]) -> None:
    assert private[1] not in launch(house, "2").page.text
    assert private[1] in launch(house, "2", link="51", context={"id": "77"}).page.text


def test_the_activity_of_another_course_cannot_be_chosen(house: House, private: tuple[int, str]) -> None:
    answer = choose(launch(house, "2"), private[0])
    assert (answer.page.status_code, answer.error) == (404, "activity-unknown")


def test_the_activity_of_another_course_has_no_parameter(house: House, private: tuple[int, str]) -> None:
    assert private[1] not in [offer.listed.title for offer in house.services.placements.offers()]


def test_the_activity_of_another_course_cannot_be_launched(house: House, private: tuple[int, str]) -> None:
    """Not even by a parameter that we signed, for one of that course's links."""
    there = launch(house, "2", link="51", context={"id": "77"})
    choose(there, private[0])
    custom = sign(of_links(house)[0].id, house.services.placements.key)
    page = launch(house, "3", custom={"activity": custom})
    assert (page.page.status_code, page.error) == (404, "placement-unknown")
    page = launch(house, "2", custom={"activity": custom})
    assert (page.page.status_code, page.name) == (200, "choose")
    assert private[1] not in page.page.text
    assert launch(house, "3", link="52", context={"id": "77"}, custom={"activity": custom}).name == "play"
