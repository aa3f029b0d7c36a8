"""Where launches arrive: one row for each course, link and person, also when many come at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from lti_tool.contexts.models import contexts, people, resource_links
from lti_tool.db import AnyRow
from lti_tool.demo_lms import DemoLMS
from lti_tool.demo_lms.claims import AGS_ENDPOINT
from lti_tool.platforms.models import registrations
from tests.support.house import House, platform_key
from tests.support.school import platform_of

ANNE, BILEL, TEACHER = "3", "4", "2"


def rows(house: House, table: Table) -> Sequence[AnyRow]:
    with house.services.database.read() as connection:
        return connection.execute(select(table).order_by(table.c.id)).all()


def only(house: House, table: Table) -> AnyRow:
    [row] = rows(house, table)
    return row


def all_at_once(house: House, users: list[str]) -> list[int]:
    """Launches that reach the tool at the same moment; their statuses."""
    logins = [house.login(user) for user in users]
    tokens = [house.lms.id_token(user, "1", nonce=login.nonce) for user, login in zip(users, logins, strict=True)]
    together = Barrier(len(users))

    def send(number: int) -> int:
        together.wait(5)
        return house.post_token(logins[number], tokens[number]).status_code

    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(send, range(len(users))))


def test_a_class_that_opens_a_new_activity_at_once_makes_one_course_and_one_link(house: House) -> None:
    assert all_at_once(house, [TEACHER, ANNE, BILEL, "5"]) == [200] * 4
    assert (len(rows(house, contexts)), len(rows(house, resource_links)), len(rows(house, people))) == (1, 1, 4)


def test_one_person_who_clicks_many_times_is_one_person(house: House) -> None:
    assert all_at_once(house, [ANNE] * 6) == [200] * 6
    assert len(rows(house, people)) == 1


def test_the_next_launch_finds_the_same_rows(house: House) -> None:
    house.launch(ANNE)
    before = [rows(house, table) for table in (people, contexts, resource_links)]
    house.launch(ANNE)
    assert [rows(house, table) for table in (people, contexts, resource_links)] == before


def test_titles_follow_the_platform(house: House) -> None:
    house.launch(
        ANNE, overrides={"context": {"id": "2", "title": "SES"}, "resource_link": {"id": "1", "title": "Plan"}}
    )
    house.launch(
        ANNE, overrides={"context": {"id": "2", "title": "SES 2de"}, "resource_link": {"id": "1", "title": "Plans"}}
    )
    assert only(house, contexts).title == "SES 2de"
    assert only(house, resource_links).title == "Plans"


def test_a_launch_without_titles_does_not_erase_that_of_the_course(house: House) -> None:
    house.launch(ANNE, overrides={"context": {"id": "2", "title": "SES"}})
    house.launch(ANNE, overrides={"context": {"id": "2"}})
    assert only(house, contexts).title == "SES"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("  deux   mots\n", "deux mots"), ("é" * 400, "é" * 255), ("<b>gras</b>", "<b>gras</b>"), ("", "")],
)
def test_a_title_is_one_line_that_fits(sent: str, kept: str, house: House) -> None:
    house.launch(ANNE, overrides={"resource_link": {"id": "1", "title": sent}})
    assert only(house, resource_links).title == kept


def test_a_title_is_text_on_the_page(house: House) -> None:
    title = "<script>alert(1)</script>"
    visit = house.launch(
        ANNE, overrides={"resource_link": {"id": "1", "title": title}, "context": {"id": "2", "title": title}}
    )
    assert "<script>alert" not in visit.page.text


def test_a_label_stands_in_for_a_missing_title(house: House) -> None:
    house.launch(ANNE, overrides={"context": {"id": "2", "label": "SES-2A"}})
    assert only(house, contexts).title == "SES-2A"


def test_a_link_that_is_moved_to_another_course_follows(house: House) -> None:
    house.launch(ANNE, overrides={"context": {"id": "2"}})
    house.launch(ANNE, overrides={"context": {"id": "8"}})
    assert only(house, resource_links).context_id == rows(house, contexts)[1].id


def test_launches_outside_any_course_have_a_place_of_their_own(house: House) -> None:
    house.launch(ANNE, "1", without=["context"])
    house.launch(BILEL, "1", without=["context"])
    assert only(house, contexts).context_key == "link 1"
    house.launch(BILEL, "2", without=["context"])
    with house.services.database.read() as connection:
        assert set(connection.scalars(select(contexts.c.context_key))) == {"link 1", "link 2"}


def test_the_history_of_a_course_is_believed_only_where_no_teacher_can_write_it(house: House) -> None:
    house.launch(ANNE, overrides={"custom": {"course_history": "7"}})
    assert only(house, contexts).history == "7"
    with house.services.database.write() as connection:
        connection.execute(update(registrations).values(tool_parameters=False))
    house.launch(ANNE, overrides={"custom": {"course_history": "8"}})
    assert only(house, contexts).history == "7"


def test_the_place_for_grades_follows_the_last_launch(house: House) -> None:
    endpoint = {"lineitem": "http://127.0.0.1:8001/li/1", "lineitems": "http://127.0.0.1:8001/li", "scope": ["a", "b"]}
    house.launch(ANNE, overrides={AGS_ENDPOINT: endpoint})
    link = only(house, resource_links)
    assert (link.ags_lineitem, link.ags_lineitems, link.ags_scopes) == (
        endpoint["lineitem"],
        endpoint["lineitems"],
        "a b",
    )
    house.launch(ANNE, without=[AGS_ENDPOINT])
    assert only(house, resource_links).ags_lineitems is None


def neighbour(house: House, **changes: Any) -> House:
    """The same house, launched by another platform or another tool of the same platform."""
    lms = DemoLMS(replace(house.lms.config, **changes), key=platform_key())
    house.services.platforms.add(platform_of(lms.config))
    return House(house.services, lms, house.http)


def test_the_same_number_on_two_platforms_is_two_people(house: House) -> None:
    house.launch(ANNE)
    neighbour(house, base_url="http://127.0.0.1:8009").launch(ANNE)
    assert [person.issuer for person in rows(house, people)] == ["http://127.0.0.1:8001", "http://127.0.0.1:8009"]


def test_a_tool_that_is_deleted_and_added_again_keeps_its_people(house: House) -> None:
    house.launch(ANNE)
    neighbour(house, client_id="another-client", deployment_id="7").launch(ANNE)
    assert only(house, people).sub == ANNE
    assert len(rows(house, resource_links)) == 2


def test_two_deployments_share_no_link(house: House) -> None:
    house.launch(ANNE)
    neighbour(house, deployment_id="2").launch(ANNE)
    assert [link.link_key for link in rows(house, resource_links)] == ["1", "1"]
    assert len(rows(house, contexts)) == 2


def test_identifiers_are_told_apart_by_case_and_accent(house: House) -> None:
    for sub in ("anne", "Anne", "ànne"):
        assert house.launch(overrides={"sub": sub}).page.status_code == 200
    assert len(rows(house, people)) == 3
