"""Launch sessions: how long they live, whose they are, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from sqlalchemy import func, select

from lti_tool.db import metadata
from lti_tool.launches.models import launch_sessions
from tests.support.house import BASE, House, Visit, forget_cookies

ANNE, BILEL = "3", "4"


class Waits(Protocol):
    def wait(self, **time: float) -> None: ...


def sessions_in(house: House) -> int:
    with house.services.database.read() as connection:
        return connection.execute(select(func.count()).select_from(launch_sessions)).scalar_one()


def everything(house: House) -> str:
    with house.services.database.read() as connection:
        return repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])


def told(visit: Visit) -> tuple[str, int]:
    return visit.error, visit.page.status_code


def test_a_session_lives_two_hours_after_the_last_visit(timed: House, clock: Waits) -> None:
    visit = timed.launch()
    for _ in range(3):
        clock.wait(minutes=119)
        assert visit.get("play").name == "play"
    clock.wait(minutes=121)
    assert told(visit.get("play")) == ("session-over", 403)


def test_a_session_ends_after_twelve_hours_whatever_happens(timed: House, clock: Waits) -> None:
    visit = timed.launch()
    for _ in range(12):
        clock.wait(minutes=59)
        assert visit.get("play").name == "play"
    clock.wait(minutes=13)
    assert told(visit.get("play")) == ("session-over", 403)


def test_visits_close_together_are_not_written_down(timed: House, clock: Waits) -> None:
    visit = timed.launch()
    before = everything(timed)
    clock.wait(minutes=4)
    visit.get("play")
    assert everything(timed) == before


def test_another_person_in_the_same_browser_ends_the_earlier_sessions(house: House) -> None:
    first = house.launch(ANNE, "1")
    second = house.launch(ANNE, "2", first.client)
    other = house.launch(BILEL, "1", first.client)
    assert told(first.get("play")) == ("session-over", 403)
    assert told(second.get("play")) == ("session-over", 403)
    assert other.get("play").name == "play"


def test_two_tabs_of_one_person_both_live(house: House) -> None:
    first = house.launch(ANNE, "1")
    second = house.launch(ANNE, "2", first.client)
    again = house.launch(ANNE, "1", first.client)
    assert [tab.get("play").name for tab in (first, second, again)] == ["play"] * 3
    assert len({first.secret, second.secret, again.secret}) == 3


def test_a_person_in_another_browser_disturbs_nobody(house: House) -> None:
    anne, bilel = house.launch(ANNE), house.launch(BILEL)
    assert (anne.get("play").name, bilel.get("play").name) == ("play", "play")


def test_an_address_without_the_cookie_opens_nothing(house: House) -> None:
    stolen = house.launch(ANNE).address
    page = house.browser().get(stolen, base_url=BASE)
    assert told(Visit(house.browser(), page)) == ("session-without-cookie", 403)


def test_an_address_with_the_cookie_of_another_opens_nothing(house: House) -> None:
    stolen, other = house.launch(ANNE).address, house.launch(BILEL).client
    assert told(Visit(other, other.get(stolen, base_url=BASE))) == ("session-of-another-browser", 403)


@pytest.mark.parametrize("secret", ["0" * 64, "x", "%00", "é", "a" * 50_000, "..%2F..%2F"])
def test_an_address_that_was_never_given_opens_nothing(secret: str, house: House) -> None:
    client = house.launch(ANNE).client
    page = client.get(f"/s/{secret}/", base_url=BASE)
    assert Visit(client, page).error in {"session-unknown", "page-not-found"}
    assert page.status_code == 404


def test_neither_address_nor_cookie_nor_nonce_is_kept_as_it_is(house: House) -> None:
    login = house.login(ANNE)
    cookie = login.client.get_cookie("__Host-traam")
    assert cookie is not None
    token = house.lms.id_token(ANNE, "1", nonce=login.nonce)
    visit = Visit(login.client, house.post_token(login, token))
    kept = everything(house)
    assert visit.secret not in kept
    assert cookie.value not in kept
    assert login.nonce not in kept


def test_the_log_holds_neither_address_nor_cookie(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    visit = house.launch(ANNE)
    visit.get("nowhere")
    visit.post("attempts/0/step", {"action": "check"})
    assert caplog.text
    assert visit.secret not in caplog.text


def test_old_sessions_are_forgotten_and_the_others_stay(timed: House, clock: Waits) -> None:
    timed.launch(ANNE)
    clock.wait(hours=11)
    recent = timed.launch(BILEL)
    clock.wait(hours=1, minutes=1)
    assert timed.services.sessions.purge() == 1
    assert sessions_in(timed) == 1
    assert recent.get("play").name == "play"


def ended_by_time(_house: House, clock: Waits, _visit: Visit) -> None:
    clock.wait(hours=3)


def ended_by_another(house: House, _clock: Waits, visit: Visit) -> None:
    house.launch(BILEL, "1", visit.client)


def never_opened(_house: House, _clock: Waits, visit: Visit) -> None:
    forget_cookies(visit.client)


@pytest.mark.parametrize("end", [ended_by_time, ended_by_another, never_opened])
def test_a_refusal_can_be_read_in_the_frame_and_has_nothing_to_click(
    end: Callable[[House, Waits, Visit], None], timed: House, clock: Waits
) -> None:
    visit = timed.launch(ANNE)
    end(timed, clock, visit)
    page = visit.get("play").page
    assert page.status_code == 403
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert "<form" not in page.text
    assert "<button" not in page.text
