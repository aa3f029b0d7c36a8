"""The class with its roster: who has not come yet, who has left, groups, nicknames, and a platform that is down."""

from __future__ import annotations

import dataclasses
import re

import pytest
from sqlalchemy import update

from lti_tool.demo_lms import TEACHER, DemoUser
from lti_tool.gradebook.models import deliveries
from lti_tool.lti.claims import NRPS_CLAIM
from lti_tool.platforms.models import registrations
from tests.lti_tool.desk import WORDS, Desk, send
from tests.lti_tool.teaching.pages import follow, lines_of, names_of, teacher_of
from tests.support.house import House, Visit

ANNE, BILEL, CHLOE = "3", "4", "5"


def finish(page: Visit, *words: str) -> Visit:
    return send(page, *words, action="finish")


def open_in_group(desk: Desk, user: str, groups: str) -> Visit:
    custom = {"activity": desk.custom, "groups": groups}
    return desk.house.launch(user, "9", overrides={"custom": custom, "resource_link": {"id": "9"}})


def leave(desk: Desk, user: str) -> None:
    """Somebody is no longer enrolled in the course."""
    config = desk.house.lms.config
    rest = tuple(person for person in config.users if person.id != user)
    desk.house.lms.config = dataclasses.replace(config, users=rest)


def test_a_launch_asks_nobody_for_the_roster(wired_desk: Desk) -> None:
    wired_desk.open(ANNE)
    calls = len(wired_desk.house.http.calls)
    page = wired_desk.open("2")
    assert page.name == "class"
    assert len(wired_desk.house.http.calls) == calls


def test_a_pupils_page_never_asks_for_the_roster(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), *WORDS)
    assert not [call for call in wired_desk.house.http.calls if "memberships" in call]


def test_the_page_itself_asks_for_the_list_once_the_roster_is_due(wired_desk: Desk) -> None:
    page = wired_desk.open("2")
    assert f'data-poll="/s/{page.secret}/class/list"' in page.page.text
    fresh = page.get("class/list")
    assert fresh.page.text.lstrip().startswith('<section class="card stack" id="class"')
    assert "data-poll" not in fresh.page.text
    assert names_of(fresh) == ["Élève 1", "Élève 2", "Élève 3"]
    assert "data-poll" not in wired_desk.open("2").page.text


def test_who_has_not_started_is_listed_too(wired_desk: Desk) -> None:
    finish(wired_desk.open(BILEL), *WORDS)
    page = teacher_of(wired_desk).get("class")
    assert [line[:2] for line in lines_of(page)] == [
        ["Élève 1", "1 essai terminé"],
        ["Élève 2", "Pas commencé"],
        ["Élève 3", "Pas commencé"],
    ]
    assert "1 élève sur 3 a terminé" in page.page.text


def test_who_has_left_is_kept_with_their_work_and_marked(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), *WORDS)
    teacher = teacher_of(wired_desk)
    leave(wired_desk, ANNE)
    leave(wired_desk, BILEL)
    page = teacher.post("class/roster", {})
    assert names_of(page) == ["Élève 1 n’est plus dans le cours", "Élève 3"]
    assert "1 élève, personne n’a encore terminé" in page.page.text


def test_teachers_are_no_pupils(wired_desk: Desk) -> None:
    more = (*wired_desk.house.lms.config.users, DemoUser("77", "Collègue", "teacher"))
    wired_desk.house.lms.config = dataclasses.replace(wired_desk.house.lms.config, users=more)
    assert len(lines_of(teacher_of(wired_desk).get("class"))) == 3


def test_a_platform_that_is_down_leaves_the_last_list_on_the_page(wired_desk: Desk) -> None:
    teacher = teacher_of(wired_desk)
    wired_desk.house.http.down = True
    page = teacher.post("class/roster", {})
    assert page.name == "class"
    assert "La liste du cours n’a pas pu être mise à jour" in page.page.text
    assert "Liste mise à jour le " in page.page.text
    assert len(lines_of(page)) == 3
    assert page.address == f"/s/{teacher.secret}/class"


def test_the_date_of_the_list_is_in_the_platforms_zone(wired_desk: Desk) -> None:
    with wired_desk.house.services.database.write() as connection:
        connection.execute(update(registrations).values(time_zone="Pacific/Kiritimati"))
    there = teacher_of(wired_desk).get("class").page.text
    with wired_desk.house.services.database.write() as connection:
        connection.execute(update(registrations).values(time_zone="Pacific/Midway"))
    here = wired_desk.open("2").page.text
    moments = {moment for text in (there, here) for moment in re.findall(r"Liste mise à jour le ([^.]+)", text)}
    assert len(moments) == 2


def test_without_a_roster_those_who_have_come_are_the_class(wired_desk: Desk) -> None:
    claims = {"custom": {"activity": wired_desk.custom}, "resource_link": {"id": "9"}}
    for user in (ANNE, "2"):
        page = wired_desk.house.launch(user, "9", overrides=claims, without=[NRPS_CLAIM])
    assert names_of(page) == ["Élève 1"]
    assert "Moodle ne donne pas la liste du cours" in page.page.text
    assert "Actualiser la liste" not in page.page.text
    assert page.post("class/roster", {}).name == "class"


def test_names_are_shown_in_their_order_where_they_are_asked_for(wired_desk: Desk) -> None:
    people = (TEACHER, *(DemoUser(str(n), name, "pupil") for n, name in enumerate(["Zoé", "Émile", "Emma"], 3)))
    wired_desk.house.lms.config = dataclasses.replace(wired_desk.house.lms.config, users=people, tells_names=True)
    with wired_desk.house.services.database.write() as connection:
        connection.execute(update(registrations).values(with_names=True))
    assert names_of(teacher_of(wired_desk).get("class")) == ["Émile Élève 2", "Emma Élève 3", "Zoé Élève 1"]


def test_a_nickname_is_kept_and_moves_nobody(wired_desk: Desk) -> None:
    teacher = teacher_of(wired_desk)
    page = teacher.post("class/2/nickname", {"nickname": " Le  penseur "})
    assert page.name == "pupil"
    assert names_of(teacher.get("class")) == ["Élève 1", "Le penseur Élève 2", "Élève 3"]


def test_a_nickname_is_text_on_the_page(wired_desk: Desk) -> None:
    teacher = teacher_of(wired_desk)
    page = teacher.post("class/2/nickname", {"nickname": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.page.text + teacher.get("class").page.text


def test_a_nickname_that_is_too_long_is_refused_with_a_way_back(wired_desk: Desk) -> None:
    teacher = teacher_of(wired_desk)
    refused = teacher.post("class/2/nickname", {"nickname": "x" * 41})
    assert (refused.page.status_code, refused.error) == (400, "nickname-malformed")
    assert f'href="/s/{teacher.secret}/class/2"' in refused.page.text


def test_the_class_can_be_seen_by_group(wired_desk: Desk) -> None:
    finish(open_in_group(wired_desk, ANNE, "7"), *WORDS)
    open_in_group(wired_desk, BILEL, "7,12")
    teacher = teacher_of(wired_desk)
    page = teacher.post("class/groups", {"group": ["7", "12"], "name": ["Lundi", ""]})
    assert '<option value="7">Lundi</option>' in page.page.text
    assert '<option value="12">Groupe 12</option>' in page.page.text
    page = teacher.get("class?group=7")
    assert names_of(page) == ["Élève 1", "Élève 2"]
    assert "1 élève sur 2 a terminé" in page.page.text
    assert names_of(teacher.get("class?group=12")) == ["Élève 2"]


@pytest.mark.parametrize(
    ("show", "seen"),
    [
        ("done", ["Élève 1"]),
        ("open", ["Élève 2"]),
        ("none", ["Élève 3"]),
        ("nonsense", ["Élève 1", "Élève 2", "Élève 3"]),
    ],
)
def test_the_class_can_be_seen_by_work(wired_desk: Desk, show: str, seen: list[str]) -> None:
    finish(wired_desk.open(ANNE), *WORDS)
    wired_desk.open(BILEL)
    assert names_of(teacher_of(wired_desk).get(f"class?show={show}")) == seen


def test_a_choice_that_fits_nobody_says_so(wired_desk: Desk) -> None:
    page = teacher_of(wired_desk).get("class?group=nowhere")
    assert "Personne ne correspond à ce choix." in page.page.text


def test_naming_a_group_of_another_course_is_refused(wired_desk: Desk) -> None:
    refused = teacher_of(wired_desk).post("class/groups", {"group": "99", "name": "Ailleurs"})
    assert (refused.page.status_code, refused.error) == (404, "group-unknown")


def test_a_grade_that_was_refused_can_be_sent_again_from_the_class(wired_desk: Desk) -> None:
    house = wired_desk.house
    leave(wired_desk, ANNE)
    page = house.launch("4", "9", overrides={"custom": {"activity": wired_desk.custom}, "resource_link": {"id": "1"}})
    finish(page, *WORDS)
    with house.services.database.write() as connection:
        connection.execute(update(deliveries).values(state="refused", reason="grade-not-accepted"))
    teacher = wired_desk.open("2", link="1")
    assert "n’y est pas inscrite comme élève" in teacher.page.text
    seen = follow(teacher, "Renvoyer la note")
    assert seen.name == "class"
    assert "Note en attente d’envoi" in seen.page.text


def test_only_the_grade_of_this_link_is_sent_again(wired_desk: Desk) -> None:
    for link in ("1", "2"):
        finish(wired_desk.open(ANNE, link=link), *WORDS)
    with wired_desk.house.services.database.write() as connection:
        connection.execute(update(deliveries).values(state="parked"))
    wired_desk.open("2", link="1").post("class/1/resend", {})
    states = [delivery.status.state for delivery in wired_desk.house.services.gradebook.list_deliveries()]
    assert states == ["parked", "open"]


@pytest.mark.parametrize("path", ["class", "class/list", "class/1", "class/1/media/1/images/a.png"])
def test_a_pupil_sees_nothing_of_the_class(wired_desk: Desk, path: str) -> None:
    refused = wired_desk.open(ANNE).get(path)
    assert (refused.page.status_code, refused.error) == (403, "class-teachers-only")


@pytest.mark.parametrize(
    "path", ["class/roster", "class/groups", "class/1/nickname", "class/1/resend", "class/1/compare"]
)
def test_a_pupil_changes_nothing_of_the_class(wired_desk: Desk, path: str) -> None:
    refused = wired_desk.open(ANNE).post(path, {"nickname": "Zozo"})
    assert (refused.page.status_code, refused.error) == (403, "class-teachers-only")


def test_somebody_with_no_role_sees_nothing_of_the_class(wired_desk: Desk) -> None:
    assert wired_desk.house.launch("3", "9", overrides={"roles": []}).name == "no-role"


def test_the_class_may_be_framed_by_its_platform_only(wired_desk: Desk) -> None:
    page = teacher_of(wired_desk).get("class/1")
    assert "frame-ancestors http://127.0.0.1:8001" in page.page.headers["Content-Security-Policy"]


def test_no_pupil_is_told_by_a_pseudonym(house: House, wired_desk: Desk) -> None:
    people = (TEACHER, DemoUser("987654321", "Zoé", "pupil"))
    house.lms.config = dataclasses.replace(house.lms.config, users=people)
    assert "987654321" not in teacher_of(wired_desk).get("class").page.text
