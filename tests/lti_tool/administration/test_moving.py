"""A site that moves, a tool that is registered again: people keep their links, attempts, grades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

from lti_tool.administration.moving import NewAddresses
from lti_tool.attempts.models import attempts
from lti_tool.contexts.models import contexts, people, resource_links, roster_members
from lti_tool.errors import ToolError
from lti_tool.gradebook.models import deliveries, line_items
from lti_tool.placements.models import placements
from lti_tool.platforms.deployments import DeploymentState
from lti_tool.platforms.models import registrations
from lti_tool.platforms.service import NewPlatform
from tests.support.administrator import administrator_of
from tests.support.house import House, Visit

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
ELSEWHERE = "https://nouveau.example"


@dataclass
class Site:
    """A Moodle as the tool knows it: one registration, by which its people launch."""

    house: House
    registration_id: int
    client_id: str
    deployment_id: str

    def launch(self, user: str, activity: str = "1") -> Visit:
        """Somebody opens an activity of the course."""
        self.house.lms.reconfigure(client_id=self.client_id, deployment_id=self.deployment_id)
        visit = self.house.launch(user, activity)
        assert visit.page.status_code == 200, visit.error
        return visit


@pytest.fixture
def old(house: House) -> Site:
    (record,) = house.services.platforms.records.all()
    return Site(house, record.id, record.registration.client_id, "1")


@pytest.fixture
def new(house: House) -> Site:
    """The same Moodle, where the tool was deleted and added again."""
    return add_site(house, "traamagain00002", "2")


def add_site(house: House, client_id: str, deployment_id: str, issuer: str | None = None) -> Site:
    base = issuer or house.lms.config.base_url
    platform = NewPlatform(base, client_id, f"{base}/auth", f"{base}/token", f"{base}/certs", deployment_id, "Moodle")
    return Site(house, house.services.platforms.add(platform), client_id, deployment_id)


def count(house: House, table: Table) -> int:
    with house.services.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def rows(house: House, table: Table) -> list[Any]:
    with house.services.database.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)).all())


def change(house: House, table: Table, id: int, **values: Any) -> None:
    with house.services.database.write() as connection:
        connection.execute(update(table).where(table.c.id == id).values(**values))


def grade(house: House, *, registration_id: int, link_id: int, person_id: int, score: float) -> None:
    """A grade on its way to the gradebook, of 10 points."""
    with house.services.database.write() as connection:
        item = connection.execute(
            insert(line_items)
            .values(
                registration_id=registration_id,
                link_id=link_id,
                resource_id="r1",
                tag="t",
                label="L",
                maximum=10,
                url=f"{house.lms.config.base_url}/services/2/lineitems/1/lineitem?type_id=1",
                scopes="",
            )
            .returning(line_items.c.id)
        ).scalar_one()
        connection.execute(
            insert(deliveries).values(
                line_item_id=item,
                person_id=person_id,
                revision=1,
                score=score,
                maximum=10,
                state="delivered",
                due_at=NOW,
                tries=1,
                last_timestamp=7,
            )
        )


def merge(house: House, old: Site, new: Site, **options: Any) -> None:
    house.services.moving.merge(old.registration_id, new.registration_id, **options)


# --- merge


def test_a_pupil_finds_the_attempt_again_after_a_merge(house: House, old: Site, new: Site) -> None:
    old.launch("3")
    (attempt,) = rows(house, attempts)
    merge(house, old, new)
    assert len(house.services.platforms.records.all()) == 1
    new.launch("3")
    assert [row.id for row in rows(house, attempts)] == [attempt.id]
    assert count(house, people) == count(house, contexts) == count(house, resource_links) == 1


def test_links_and_courses_that_both_had_are_joined(house: House, old: Site, new: Site) -> None:
    old.launch("3", "1")
    old.launch("4", "2")
    new.launch("5", "1")
    assert (count(house, contexts), count(house, resource_links)) == (2, 3)
    merge(house, old, new)
    assert (count(house, contexts), count(house, resource_links)) == (1, 2)
    assert count(house, attempts) == 3
    (course,) = rows(house, contexts)
    assert {link.context_id for link in rows(house, resource_links)} == {course.id}


def test_attempts_of_both_are_kept_and_numbered_on(house: House, old: Site, new: Site) -> None:
    old.launch("3")
    (first,) = rows(house, attempts)
    change(house, attempts, first.id, status="submitted", raw=4.0, maximum=8.0, submitted_at=NOW)
    new.launch("3")
    merge(house, old, new)
    kept = rows(house, attempts)
    assert sorted((row.number, row.status) for row in kept) == [(1, "open"), (2, "submitted")]
    assert len({row.link_id for row in kept}) == 1


def test_what_a_teacher_had_set_at_a_link_stays_after_a_merge(house: House, old: Site, new: Site) -> None:
    settings = {"title": "Devoir", "graded": "1", "points": "20", "attempts": "1", "policy": "last"}
    old.launch("3")
    assert old.launch("2").post("settings", settings).page.status_code == 200
    new.launch("3")  # Copies the model once more, with its own settings.
    merge(house, old, new)
    (place,) = [row for row in rows(house, placements) if row.link_id is not None]
    assert (place.title, place.points, place.max_attempts, place.policy) == ("Devoir", 20, 1, "last")


@pytest.mark.parametrize("old_is_newer", [True, False])
def test_of_two_open_attempts_the_one_saved_last_stays_open(
    old_is_newer: bool, house: House, old: Site, new: Site
) -> None:
    old.launch("3")
    new.launch("3")
    first, second = rows(house, attempts)
    change(house, attempts, first.id, saved_at=NOW + timedelta(hours=1 if old_is_newer else -1))
    change(house, attempts, second.id, saved_at=NOW)
    merge(house, old, new)
    states = {row.id: row.status for row in rows(house, attempts)}
    open_one, other = (first.id, second.id) if old_is_newer else (second.id, first.id)
    assert states == {open_one: "open", other: "aside"}
    new.launch("3")
    assert count(house, attempts) == 2


@pytest.mark.parametrize(("scores", "state"), [((9, 4), "open"), ((4, 9), "delivered")])
def test_of_two_grades_the_better_one_stays_and_is_sent(
    scores: tuple[float, float], state: str, house: House, old: Site, new: Site
) -> None:
    old.launch("3")
    new.launch("3")
    links = rows(house, resource_links)
    (person,) = rows(house, people)
    for site, link, score in zip((old, new), links, scores, strict=True):
        grade(house, registration_id=site.registration_id, link_id=link.id, person_id=person.id, score=score)
    merge(house, old, new)
    (item,) = rows(house, line_items)
    (delivery,) = rows(house, deliveries)
    assert (delivery.line_item_id, delivery.score, delivery.state) == (item.id, 9, state)
    assert item.registration_id == new.registration_id


def test_a_column_of_the_old_tool_is_looked_for_anew(house: House, old: Site, new: Site) -> None:
    old.launch("3")
    (link,) = rows(house, resource_links)
    (person,) = rows(house, people)
    grade(house, registration_id=old.registration_id, link_id=link.id, person_id=person.id, score=5)
    merge(house, old, new)
    (item,) = rows(house, line_items)
    assert (item.url, item.registration_id, item.link_id) == (None, new.registration_id, link.id)
    assert count(house, deliveries) == 1


def test_a_roster_keeps_its_nicknames_and_numbers(house: House, old: Site, new: Site) -> None:
    old.launch("3")
    old.launch("4")
    new.launch("3")
    one, two = rows(house, contexts)
    first, second = rows(house, people)
    with house.services.database.write() as connection:
        for context, person, number, nickname in (
            (one, first, 1, "Le premier"),
            (one, second, 2, None),
            (two, first, 2, None),
        ):
            connection.execute(
                insert(roster_members).values(
                    context_id=context.id, person_id=person.id, number=number, nickname=nickname, status="active"
                )
            )
    merge(house, old, new)
    members = {row.person_id: (row.number, row.nickname) for row in rows(house, roster_members)}
    assert members == {first.id: (2, "Le premier"), second.id: (3, None)}


def test_people_of_a_site_with_a_new_address_are_the_same_people(house: House, old: Site) -> None:
    old.launch("3")
    old.launch("4")
    moved = add_site(house, "nouveau00000001", "1", ELSEWHERE)
    with house.services.database.write() as connection:
        connection.execute(insert(people).values(issuer=ELSEWHERE, sub="3", created_at=NOW))
    merge(house, old, moved)
    assert sorted((row.issuer, row.sub) for row in rows(house, people)) == [(ELSEWHERE, "3"), (ELSEWHERE, "4")]
    owners = {row.person_id for row in rows(house, attempts)}
    assert owners == {row.id for row in rows(house, people)}


def test_a_merge_ends_the_sessions_of_the_old_platform(house: House, old: Site, new: Site) -> None:
    visit = old.launch("3")
    merge(house, old, new)
    assert visit.get("").error == "session-unknown"


def test_an_administrator_of_the_old_platform_does_not_become_one_of_the_new(
    house: House, old: Site, new: Site
) -> None:
    records = house.services.platforms.records
    records.permit(new.registration_id, active=True, admin_launch=True, academie=None)
    who = administrator_of(house, old.registration_id)
    merge(house, old, new)
    assert who.get("platforms").status_code == 401


def error_of_merge(house: House, old: int, new: int, **options: Any) -> str:
    with pytest.raises(ToolError) as refusal:
        house.services.moving.merge(old, new, **options)
    return refusal.value.id


def test_a_platform_is_not_merged_with_itself_or_with_nothing(house: House, old: Site) -> None:
    assert error_of_merge(house, old.registration_id, old.registration_id) == "merge-same"
    assert error_of_merge(house, old.registration_id, 99) == "platform-not-here"
    assert error_of_merge(house, 99, old.registration_id) == "platform-not-here"


def test_where_the_courses_go_must_be_clear(house: House, old: Site, new: Site) -> None:
    old.launch("3")
    platforms = house.services.platforms
    with house.services.database.write() as connection:
        platforms.deployments.accept(connection, new.registration_id, "3")
    assert error_of_merge(house, old.registration_id, new.registration_id) == "merge-without-deployment"
    assert count(house, attempts) == 1
    merge(house, old, new, deployment_id="3")
    assert {row.deployment_id: row.state for row in platforms.deployments.of(new.registration_id)} == {
        "2": DeploymentState.ACCEPTED,
        "3": DeploymentState.ACCEPTED,
    }
    Site(house, new.registration_id, new.client_id, "3").launch("3")
    assert count(house, attempts) == 1


def test_a_platform_that_shares_its_old_address_is_moved_first(house: House, old: Site, new: Site) -> None:
    moved = add_site(house, "nouveau00000001", "1", ELSEWHERE)
    assert error_of_merge(house, old.registration_id, moved.registration_id) == "merge-shared-issuer"


# --- move


def test_a_move_takes_people_and_addresses_along(house: House, old: Site) -> None:
    old.launch("3")
    (link,) = rows(house, resource_links)
    (person,) = rows(house, people)
    grade(house, registration_id=old.registration_id, link_id=link.id, person_id=person.id, score=5)
    assert house.services.moving.move(old.registration_id, NewAddresses(ELSEWHERE)) == [old.registration_id]
    (row,) = rows(house, registrations)
    assert (row.issuer, row.auth_url, row.token_url, row.jwks_url) == (
        ELSEWHERE, f"{ELSEWHERE}/auth", f"{ELSEWHERE}/token", f"{ELSEWHERE}/certs",
    )  # fmt: skip
    assert row.keyset is None
    assert [(one.id, one.issuer, one.sub) for one in rows(house, people)] == [(person.id, ELSEWHERE, "3")]
    (item,) = rows(house, line_items)
    assert item.url == f"{ELSEWHERE}/services/2/lineitems/1/lineitem?type_id=1"
    assert rows(house, resource_links)[0].ags_lineitems.startswith(f"{ELSEWHERE}/")


def test_after_a_move_a_pupil_goes_on(house: House, old: Site) -> None:
    old.launch("3")
    site = "http://127.0.0.1:8002"
    house.services.moving.move(old.registration_id, NewAddresses(site))
    house.lms.reconfigure(base_url=site)
    old.launch("3")
    assert (count(house, attempts), count(house, people)) == (1, 1)


def test_a_move_joins_people_whom_the_new_address_has_already(house: House, old: Site) -> None:
    old.launch("3")
    with house.services.database.write() as connection:
        connection.execute(insert(people).values(issuer=ELSEWHERE, sub="3", created_at=NOW))
    house.services.moving.move(old.registration_id, NewAddresses(ELSEWHERE))
    (person,) = rows(house, people)
    assert rows(house, attempts)[0].person_id == person.id


def test_the_other_registrations_of_the_site_move_along(house: House, old: Site, new: Site) -> None:
    moved = house.services.moving.move(old.registration_id, NewAddresses(ELSEWHERE, jwks_url=f"{ELSEWHERE}/keys"))
    assert moved == [old.registration_id, new.registration_id]
    assert [(row.issuer, row.jwks_url) for row in rows(house, registrations)] == [
        (ELSEWHERE, f"{ELSEWHERE}/keys"),
        (ELSEWHERE, f"{ELSEWHERE}/certs"),
    ]


def test_a_move_onto_another_platform_is_refused(house: House, old: Site) -> None:
    add_site(house, old.client_id, "1", ELSEWHERE)
    with pytest.raises(ToolError, match="move-taken"):
        house.services.moving.move(old.registration_id, NewAddresses(ELSEWHERE))
    assert rows(house, registrations)[0].issuer == house.lms.config.base_url


def test_addresses_that_are_not_under_the_issuer_stay(house: House) -> None:
    site = add_site(house, "canvas", "1", "https://ancien.example")
    change(house, registrations, site.registration_id, auth_url="https://sso.example/auth")
    house.services.moving.move(site.registration_id, NewAddresses(ELSEWHERE))
    row = rows(house, registrations)[1]
    assert (row.auth_url, row.token_url) == ("https://sso.example/auth", f"{ELSEWHERE}/token")
