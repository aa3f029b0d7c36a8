"""`traam explain`: what happened, in plain words, and of nobody by name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from lti_tool.app import utc_now
from lti_tool.attempts.models import attempts
from lti_tool.gradebook.models import deliveries, platform_health
from tests.lti_tool.cli.conftest import Shell
from tests.lti_tool.desk import desk_with, send
from tests.support.house import House

WRITTEN = "reponsemarquee"


@pytest.fixture
def shell(house: House, quiet_machine: None) -> Shell:
    """The operator of a house where pupil 3 has handed in and pupil 4 is at work."""
    desk = desk_with(house)
    send(desk.open("3"), WRITTEN, "demande", action="finish")
    send(desk.open("4"), WRITTEN)
    return Shell(house.services.settings.data_dir)


def change(house: House, **values: Any) -> None:
    with house.services.database.write() as connection:
        connection.execute(update(deliveries).values(**values))


def ids(house: House) -> dict[str, int]:
    """The numbers of the grade, its person, link and platform."""
    [grade] = house.services.gradebook.list_deliveries()
    return {
        "grade": grade.id,
        "person": grade.person_id,
        "link": grade.link_id,
        "platform": grade.registration_id,
    }


def attempt_ids(house: House) -> dict[str, str]:
    """The public ids of the attempts by their status."""
    with house.services.database.read() as connection:
        return {row.status: row.public_id for row in connection.execute(select(attempts))}


def test_a_grade_that_waits_says_since_when_and_for_whom(house: House, shell: Shell) -> None:
    known = ids(house)
    said = shell.good("explain", str(known["grade"]))
    assert "1 of 2" in said
    assert "waits to be sent" in said
    assert all(f"{kind}:{known[kind]}" in said for kind in ("person", "link", "platform"))


def test_a_grade_that_nobody_sends_is_called_overdue(house: House, shell: Shell) -> None:
    change(house, due_at=utc_now() - timedelta(minutes=10))
    assert "nobody sends it" in shell.good("explain", str(ids(house)["grade"]))


def test_a_grade_that_was_delivered_says_when(house: House, shell: Shell) -> None:
    change(house, state="delivered", delivered_at=utc_now())
    assert f"delivered {utc_now():%Y-%m-%d}" in shell.good("explain", str(ids(house)["grade"]))


@pytest.mark.parametrize("state", ["refused", "parked"])
def test_a_grade_that_was_given_up_says_why_and_what_to_do(state: str, house: House, shell: Shell) -> None:
    change(house, state=state, reason="grade-not-accepted")
    said = shell.good("explain", f"grade:{ids(house)['grade']}")
    assert "Le carnet de notes n’accepte pas cette note" in said
    assert f"traam grades retry {ids(house)['grade']}" in said


def test_a_platform_that_is_spared_is_named(house: House, shell: Shell) -> None:
    known = ids(house)
    with house.services.database.write() as connection:
        later = utc_now() + timedelta(minutes=5)
        row = {"registration_id": known["platform"], "failures": 6, "resume_at": later, "clock_lag": 3}
        connection.execute(platform_health.insert().values(**row))
    for id in (f"platform:{known['platform']}", f"grade:{known['grade']}"):
        assert "6 failures" in shell.good("explain", id)


def test_what_the_comparison_has_found_is_told(house: House, shell: Shell) -> None:
    change(house, state="delivered", delivered_at=utc_now(), finding="overridden", checked_at=utc_now())
    assert "somebody had changed it" in shell.good("explain", str(ids(house)["grade"]))


def test_an_attempt_leads_to_its_grade(house: House, shell: Shell) -> None:
    said = shell.good("explain", attempt_ids(house)["submitted"])
    assert "1 of 2" in said
    assert f"Grade {ids(house)['grade']}:" in said


def test_an_attempt_under_way_has_no_grade(house: House, shell: Shell) -> None:
    assert "not handed in" in shell.good("explain", attempt_ids(house)["open"])


@pytest.mark.parametrize("kind", ["link", "person", "platform"])
def test_a_link_a_person_and_a_platform_lead_to_their_grades(kind: str, house: House, shell: Shell) -> None:
    known = ids(house)
    said = shell.good("explain", f"{kind}:{known[kind]}")
    assert f"rade:{known['grade']}" in said or f"Grade {known['grade']}:" in said


def test_nothing_of_a_person_is_told(house: House, shell: Shell) -> None:
    known = ids(house)
    asked = [f"{kind}:{number}" for kind, number in known.items()] + list(attempt_ids(house).values())
    with house.services.database.read() as connection:
        subs = [row.sub for row in connection.exec_driver_sql("SELECT sub FROM person")]
    for id in asked:
        for told in shell.json("explain", id):
            said = " ".join(told["says"])
            assert WRITTEN not in said
            assert not [sub for sub in subs if len(sub) > 3 and sub in said]


def test_a_reference_is_looked_up_in_the_log(house: House, shell: Shell, tmp_path: Path) -> None:
    assert "journalctl" in shell.good("explain", "45970d0f")
    log = tmp_path / "log"
    log.write_text("404 session-unknown reference=45970d0f endpoint=x\n404 page-not-found reference=0badc0de\n")
    said = shell.good("explain", "45970D0F", "--log", str(log))
    assert "The answer was 404" in said
    assert "«" in said
    assert "0badc0de" not in said


@pytest.mark.parametrize("id", ["999999", "grade:0", "person:999", "f" * 32, "Zoé", "../etc/passwd", "9" * 40])
def test_an_id_that_nothing_has_is_said_to_be_unknown(id: str, shell: Shell) -> None:
    assert "nothing here has the id" in shell.bad("explain", id)


def test_a_log_is_searched_for_references_only(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    assert "references" in shell.bad("explain", "12", "--log", str(tmp_path / "log"), status=2)
    assert "nothing here" in shell.bad("explain", "45970d0f", "--log", str(tmp_path / "log"))
