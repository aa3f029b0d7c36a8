"""What a teacher sees of a class without its roster: numbers, states, results; no name and no pseudonym."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import update

from lti_tool.gradebook.models import deliveries
from lti_tool.placements.models import placements
from tests.lti_tool.desk import TRUE_FALSE, WORDS, Desk, desk_with, send
from tests.lti_tool.teaching.pages import Table, lines_of
from tests.support.house import House, Visit


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_with(house)


def class_at(desk: Desk, link: str = "9") -> list[list[str]]:
    """The lines of the class page, without its head."""
    page = desk.open("2", link=link)
    assert (page.page.status_code, page.name) == (200, "class")
    return lines_of(page)


def finish(page: Visit, *words: str) -> Visit:
    return send(page, *words, action="finish")


def set_deliveries(desk: Desk, **values: Any) -> None:
    with desk.house.services.database.write() as connection:
        connection.execute(update(deliveries).values(**values))


def test_before_anyone_has_come_the_page_says_so(desk: Desk) -> None:
    page = desk.open("2")
    assert "La liste du cours arrive…" in page.page.text
    assert "<table" not in page.page.text


def test_how_many_are_done_is_told_with_the_median(desk: Desk) -> None:
    def told() -> str:
        found = re.search(
            r'id="class-title">La classe</h2>\s*<p class="muted">(.*?)</p>', desk.open("2").page.text, re.DOTALL
        )
        assert found
        return " ".join(found[1].split())

    page = desk.open("3")
    assert told() == "1 élève, personne n’a encore terminé"
    finish(page, *WORDS)
    other = desk.open("4")
    assert told() == "1 élève sur 2 a terminé · médiane 2 / 2"
    finish(other)
    assert told() == "2 élèves sur 2 ont terminé · médiane 1 / 2"


def test_the_teachers_own_trial_is_not_in_the_class(desk: Desk) -> None:
    finish(desk.open("2").get("play"), *WORDS)
    assert class_at(desk) == []


def test_work_under_way_shows_how_far_it_is(desk: Desk) -> None:
    desk.open("3")
    assert class_at(desk) == [["Élève 1", "En cours (0 %)", "–", "–"]]
    send(desk.open("3"), *WORDS)
    assert class_at(desk) == [["Élève 1", "En cours (100 %)", "–", "–"]]


def test_a_space_before_a_percent_sign_does_not_break(desk: Desk) -> None:
    desk.open("3")
    assert "(0\N{NO-BREAK SPACE}%)" in desk.open("2").page.text


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("open", "Note en attente d’envoi"),
        ("delivered", "Note transmise"),
        ("refused", "Note non transmise Renvoyer la note"),
        ("parked", "Note non transmise Renvoyer la note"),
    ],
)
def test_the_state_of_a_grade_is_shown(desk: Desk, state: str, shown: str) -> None:
    finish(desk.open("3"), "offre")
    set_deliveries(desk, state=state)
    assert class_at(desk) == [["Élève 1", "1 essai terminé", "1 / 2", shown]]


def test_why_a_grade_was_not_taken_is_told(desk: Desk) -> None:
    finish(desk.open("3"), "offre")
    set_deliveries(desk, state="refused", reason="grade-column-gone")
    (line,) = class_at(desk)
    assert line[3].startswith("Note non transmise ")
    assert len(line[3]) > len("Note non transmise ") + 20


def test_a_reason_without_a_text_breaks_nothing(desk: Desk) -> None:
    finish(desk.open("3"), "offre")
    set_deliveries(desk, state="refused", reason="something-new")
    assert class_at(desk)[0][3] == "Note non transmise Renvoyer la note"


def test_several_attempts_are_counted_and_the_best_is_shown(desk: Desk) -> None:
    page = finish(desk.open("3"), *WORDS)
    finish(page.post("attempts", {}), "rien", "rien")
    assert class_at(desk)[0][1:3] == ["2 essais terminés", "2 / 2"]


def test_results_are_written_as_in_french(desk: Desk) -> None:
    finish(desk.open("3"), "offre")
    with desk.house.services.database.write() as connection:
        connection.execute(update(placements).values(points=15))
    assert class_at(desk)[0][2] == "7,5 / 15"


def test_a_result_of_nothing_is_a_zero(desk: Desk) -> None:
    finish(desk.open("3"), "rien", "rien")
    assert class_at(desk)[0][2] == "0 / 2"


def test_thirds_are_rounded(house: House) -> None:
    child = {"library": "H5P.TrueFalse 1.8", "params": TRUE_FALSE}
    desk = desk_with(house, "H5P.QuestionSet 1.20", {"questions": [child, child, child]})
    page = desk.open("3")
    yes = re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"', page.page.text)[0]
    form = {**dict(re.findall(r'name="(version|tab)" value="([^"]*)"', page.page.text)), yes[0]: yes[1]}
    page = page.post(page.step, {**form, "action": "next"})
    finish(send(page, action="next"))
    with house.services.database.write() as connection:
        connection.execute(update(placements).values(points=20))
    assert class_at(desk)[0][2] == "6,67 / 20"


def test_pupils_have_the_same_number_at_every_link_of_the_course(desk: Desk) -> None:
    desk.open("4", link="10")
    desk.open("3", link="9")
    desk.open("5", link="10")
    assert [line[:2] for line in class_at(desk, "9")] == [
        ["Élève 1", "Pas commencé"],
        ["Élève 2", "En cours (0 %)"],
        ["Élève 3", "Pas commencé"],
    ]
    assert [line[0] for line in class_at(desk, "10") if line[1] != "Pas commencé"] == ["Élève 1", "Élève 3"]


def test_a_number_stays_when_others_come(desk: Desk) -> None:
    desk.open("5")
    finish(desk.open("4"), *WORDS)
    before = class_at(desk)
    desk.open("3")
    desk.open("5")
    assert class_at(desk)[:2] == before


def test_another_course_counts_for_itself(desk: Desk) -> None:
    desk.open("4")
    elsewhere = {
        "context": {"id": "88", "title": "Autre cours"},
        "resource_link": {"id": "60"},
        "custom": {"activity": desk.custom},
    }
    desk.house.launch("3", "9", overrides=elsewhere)
    page = desk.house.launch("2", "9", overrides=elsewhere)
    assert [line[0] for line in Table(page.page.text).rows[1:]] == ["Élève 1"]


def test_no_name_and_no_identifier_of_a_pupil_is_on_the_page(house: House, desk: Desk) -> None:
    names = {"name": "Zoé Martin", "given_name": "Zoé", "family_name": "Martin", "email": "zoe@example.fr"}
    claims = {**names, "sub": "pseudonyme-7f3a", "resource_link": {"id": "9"}, "custom": {"activity": desk.custom}}
    assert house.launch("3", "9", overrides=claims).name == "play"
    page = desk.open("2")
    assert len(Table(page.page.text).rows) == 2
    for said in (*names.values(), "pseudonyme-7f3a"):
        assert said not in page.page.text


def test_a_pupil_does_not_see_the_class(desk: Desk) -> None:
    desk.open("4")
    pupil = desk.open("3")
    assert pupil.get("").name == "play"
    assert "Élève 1" not in pupil.get("").page.text


def test_a_reload_of_the_page_is_the_class_again(desk: Desk) -> None:
    desk.open("3")
    page = desk.open("2")
    assert Table(page.get("").page.text).rows == Table(page.page.text).rows
