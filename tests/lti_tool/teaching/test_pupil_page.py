"""One pupil as a teacher reads them: every attempt with its verdicts, and the grade that Moodle has."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lti_tool.attempts.models import attempts
from lti_tool.demo_lms.store import Grade, LineItem
from tests.lti_tool.desk import BLANKS, PNG, WORDS, Desk, blanks_of, desk_with, send, with_picture
from tests.lti_tool.teaching.pages import teacher_of
from tests.support.house import House, Visit
from tests.support.wired import wire

ANNE, BILEL = "3", "4"


def finish(page: Visit, *words: str) -> Visit:
    return send(page, *words, action="finish")


def stored(house: House) -> list[tuple[object, ...]]:
    with house.services.database.read() as connection:
        return [tuple(row) for row in connection.execute(select(attempts).order_by(attempts.c.id))]


def test_an_attempt_is_read_with_answers_verdicts_and_solutions(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), "offre", "le vent")
    page = teacher_of(wired_desk).get("class/1")
    assert page.name == "pupil"
    assert list(blanks_of(page).values()) == ["offre", "le vent"]
    assert "blank--right" in page.page.text
    assert "blank--wrong" in page.page.text
    assert "demande" in page.page.text
    assert "Ton résultat" not in page.page.text


def test_an_attempt_under_way_is_read_as_it_stands_and_stays_open(wired_desk: Desk) -> None:
    send(wired_desk.open(ANNE), "offre")
    before = stored(wired_desk.house)
    page = teacher_of(wired_desk).get("class/1")
    assert "Essai 1, en cours" in page.page.text
    assert list(blanks_of(page).values()) == ["offre", ""]
    assert stored(wired_desk.house) == before


def test_every_attempt_can_be_read(wired_desk: Desk) -> None:
    first = finish(wired_desk.open(ANNE), "un", "deux")
    finish(first.post("attempts", {}), *WORDS)
    teacher = teacher_of(wired_desk)
    assert list(blanks_of(teacher.get("class/1")).values()) == list(WORDS)
    assert list(blanks_of(teacher.get("class/1?attempt=1")).values()) == ["un", "deux"]


@pytest.mark.parametrize("attempt", ["0", "99", "-1", "x", "9" * 50, "²"])
def test_an_attempt_that_is_not_there_shows_the_newest(wired_desk: Desk, attempt: str) -> None:
    finish(wired_desk.open(ANNE), *WORDS)
    assert list(blanks_of(teacher_of(wired_desk).get(f"class/1?attempt={attempt}")).values()) == list(WORDS)


def test_nothing_can_be_changed_on_the_page(wired_desk: Desk) -> None:
    send(wired_desk.open(ANNE), "offre")
    page = teacher_of(wired_desk).get("class/1").page.text
    assert 'name="action"' not in page
    assert "/step" not in page
    assert all(" readonly" in field for field in re.findall(r'<input class="blank[^>]*>', page))


def test_what_a_teacher_tries_is_nobodys_work(wired_desk: Desk) -> None:
    finish(wired_desk.open("2").get("play"), *WORDS)
    teacher = teacher_of(wired_desk)
    assert "Pas encore de travail" in teacher.get("class/1").page.text


def test_nobody_has_that_number(wired_desk: Desk) -> None:
    refused = teacher_of(wired_desk).get("class/99")
    assert (refused.page.status_code, refused.error) == (404, "pupil-unknown")


def test_the_work_of_another_link_is_not_here(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE, link="10"), *WORDS)
    assert "Pas encore de travail" in teacher_of(wired_desk).get("class/1").page.text


def test_pictures_of_the_exercise_are_shown(house: House) -> None:
    desk = desk_with(wire(house), params=with_picture(BLANKS), media={"images/carte.png": PNG})
    finish(desk.open(ANNE), *WORDS)
    teacher = teacher_of(desk)
    page = teacher.get("class/1")
    found = re.search(rf'src="/s/{teacher.secret}/(class/1/media/[^"]+)"', page.page.text)
    assert found
    with teacher.get(found[1]).page as picture:
        assert picture.data == PNG
    assert teacher.get(found[1].replace("class/1", "class/2")).page.status_code == 404
    assert teacher.get(found[1] + "x").page.status_code == 404


def column_of(desk: Desk) -> LineItem:
    return next(item for item in desk.house.lms.line_items() if item.link_id == "9")


def send_grades(desk: Desk) -> None:
    assert desk.house.services.delivery.round()


def test_the_same_grade_in_moodle_is_told(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), "offre", "le vent")
    send_grades(wired_desk)
    page = wired_desk.open("2").post("class/1/compare", {})
    assert "La note est la même dans Moodle" in page.page.text


def test_a_grade_that_was_changed_in_moodle_is_shown_beside_ours(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), "offre", "le vent")
    send_grades(wired_desk)
    item = column_of(wired_desk)
    wired_desk.house.lms.store.put_grade(Grade(item.id, ANNE, 6.5, "", 2_000_000_000))
    page = wired_desk.open("2").post("class/1/compare", {})
    assert "Note modifiée dans Moodle" in page.page.text
    assert "6,5 / 8" in page.page.text
    assert "la note envoyée était 1 / 2" in page.page.text


def test_a_grade_that_was_removed_in_moodle_is_told(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), "offre", "le vent")
    send_grades(wired_desk)
    item = column_of(wired_desk)
    wired_desk.house.lms.store.remove_grade(item.id, ANNE)
    page = wired_desk.open("2").post("class/1/compare", {})
    assert "Le carnet de notes ne contient plus de note" in page.page.text


def test_a_platform_that_is_down_breaks_no_page(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), *WORDS)
    send_grades(wired_desk)
    teacher = wired_desk.open("2")
    wired_desk.house.http.down = True
    page = teacher.post("class/1/compare", {})
    assert (page.page.status_code, page.name) == (200, "pupil")
    assert "La note de Moodle n’a pas pu être lue" in page.page.text


def test_a_page_asks_moodle_for_no_grade_by_itself(wired_desk: Desk) -> None:
    finish(wired_desk.open(ANNE), *WORDS)
    send_grades(wired_desk)
    teacher = wired_desk.open("2")
    teacher.get("class")
    teacher.get("class/1")
    assert not [call for call in wired_desk.house.http.calls if "/results" in call]
