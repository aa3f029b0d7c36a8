"""Who may see an activity, place it, and play it where it was placed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from lti_tool.catalogue.models import activities, revisions
from lti_tool.catalogue.visibility import ANYBODY, Owner, Viewer
from lti_tool.contexts.models import contexts, people
from lti_tool.demo_lms.claims import MEMBERSHIP
from lti_tool.platforms.models import registrations
from tests.lti_tool.desk import h5p_file
from tests.lti_tool.picking import insert, open_picker, placed, revisions_of
from tests.support.house import House, Visit

HERE = {"context": {"id": "70", "title": "La seconde 4"}}
COPY = {"context": {"id": "71"}, "custom": {"course_history": "69,70"}}
TEACHES = {"roles": [MEMBERSHIP + "Instructor"]}


class School:
    """A teacher's activity, and colleagues of several courses. `2` is the owner, `5` a colleague."""

    def __init__(self, house: House) -> None:
        self.house = house
        open_picker(house, "2", overrides=HERE)
        with house.services.database.write() as connection:
            connection.execute(update(registrations).values(academie="Versailles"))
            context_id = connection.execute(select(contexts.c.id).where(contexts.c.context_key == "70")).scalar_one()
            person_id = connection.execute(select(people.c.id).where(people.c.sub == "2")).scalar_one()
        self.owner = Owner(context_id, person_id, "Versailles")
        import io  # noqa: PLC0415 - beside its only use

        file = io.BytesIO(h5p_file(title="Le devoir"))
        self.revision = house.services.importer.store_package(file, name="d.h5p", owner=self.owner)

    def share(self, visibility: str) -> None:
        with self.house.services.database.write() as connection:
            of = select(revisions.c.activity_id).where(revisions.c.id == self.revision).scalar_subquery()
            connection.execute(update(activities).where(activities.c.id == of).values(visibility=visibility))

    def sees(self, user: str, claims: Mapping[str, Any]) -> bool:
        """Whether the picker offers the activity; what it does not offer is not placed by force either."""
        page = open_picker(self.house, user, overrides={**TEACHES, **claims})
        offered = str(self.revision) in revisions_of(page)
        assert insert(page, self.revision).name == ("returning" if offered else "error")
        assert page.post(f"previews/of/{self.revision}", {}).name == ("preview" if offered else "error")
        return offered


@pytest.fixture
def staff(house: House) -> School:
    return School(house)


WHO: dict[str, tuple[str, dict[str, Any]]] = {
    "the owner": ("2", HERE),
    "the owner elsewhere": ("2", {"context": {"id": "80"}}),
    "a colleague of the course": ("5", HERE),
    "a colleague of a copy": ("5", COPY),
    "a colleague of another course": ("5", {"context": {"id": "80"}}),
    "a course without an id": ("5", {"context": {}}),
    "a course that was copied from others": ("5", {"context": {"id": "81"}, "custom": {"course_history": "7,170,700"}}),
    "a history of wildcards": ("5", {"context": {"id": "82"}, "custom": {"course_history": "%,_0,7_,,"}}),
}
ALLOWED = {
    "me": {"the owner", "the owner elsewhere"},
    "course": {"the owner", "the owner elsewhere", "a colleague of the course", "a colleague of a copy"},
    "academie": set(WHO),
    "everyone": set(WHO),
}


@pytest.mark.parametrize("visibility", ALLOWED)
@pytest.mark.parametrize("who", WHO)
def test_each_sees_what_is_shared(staff: School, visibility: str, who: str) -> None:
    staff.share(visibility)
    user, claims = WHO[who]
    assert staff.sees(user, claims) is (who in ALLOWED[visibility])


def test_another_academie_does_not_see_what_is_shared_with_ours(staff: School) -> None:
    staff.share("academie")
    catalogue = staff.house.services.catalogue
    for academie, seen in (("Versailles", True), ("Créteil", False), ("", False), (None, False)):
        found = {line.revision_id for line in catalogue.visible(Viewer(None, None, academie))}
        assert (staff.revision in found) is seen


def test_a_course_of_another_deployment_is_another_course(staff: School) -> None:
    from lti_tool.platforms.models import deployments  # noqa: PLC0415 - beside its only use

    with staff.house.services.database.write() as connection:
        row = connection.execute(select(deployments)).one()
        values = {"registration_id": row.registration_id, "deployment_id": "other", "created_at": row.created_at}
        connection.execute(deployments.insert().values(**values, state="accepted"))
    assert staff.sees("5", {**COPY, "deployment_id": "other"}) is False
    assert staff.sees("5", {**HERE, "deployment_id": "other"}) is False


def test_an_activity_without_its_owner_is_not_anybodys(staff: School) -> None:
    staff.share("me")
    with staff.house.services.database.write() as connection:
        connection.execute(update(activities).values(owner_person_id=None))
    assert staff.sees("2", HERE) is False
    assert staff.revision not in {line.revision_id for line in staff.house.services.catalogue.visible(ANYBODY)}


# --- Where it was placed


def launch(house: House, user: str, key: str, claims: Mapping[str, Any], custom: Mapping[str, str]) -> Visit:
    told = {**claims, "custom": {**claims.get("custom", {}), **custom}, "resource_link": {"id": key, "title": "Lien"}}
    return house.launch(user, "9", overrides=told)


@pytest.mark.parametrize(("claims", "played"), [(HERE, True), (COPY, True), ({"context": {"id": "80"}}, False)])
def test_a_private_activity_is_played_where_it_was_placed_and_in_copies(
    staff: School, claims: dict[str, Any], played: bool
) -> None:
    staff.share("me")
    (activity,) = placed(staff.house, insert(open_picker(staff.house, "2", overrides=HERE), staff.revision))
    page = launch(staff.house, "3", "500", claims, activity.custom)
    assert (page.name, page.error) == (("play", "") if played else ("error", "placement-unknown"))
