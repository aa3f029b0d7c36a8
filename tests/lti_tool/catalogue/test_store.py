"""Activities are stored once for each content they have had."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Table, func, insert, select

from activities.scenario import shipped_scenarios
from lti_tool.catalogue.models import activities, media, revisions
from lti_tool.catalogue.service import Catalogue, MediumSource, NewActivity, new_slug
from lti_tool.catalogue.visibility import ANYBODY, Owner, Viewer
from lti_tool.cli.db import upgrade_database
from lti_tool.contexts.models import contexts
from lti_tool.errors import NotFound
from lti_tool.placements.models import placements
from lti_tool.platforms.models import deployments
from tests.lti_tool.desk import BLANKS, PNG, TRUE_FALSE
from tests.support.house import House

SETTINGS: dict[str, Any] = {"library": "H5P.TrueFalse 1.8", "params": TRUE_FALSE}
OTHER: dict[str, Any] = {"library": "H5P.Blanks 1.14", "params": BLANKS}


def count(house: House, table: Table) -> int:
    with house.services.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def contents(house: House) -> list[int]:
    return [count(house, table) for table in (activities, revisions, media, placements)]


@pytest.fixture
def catalogue(house: House) -> Catalogue:
    return house.services.catalogue


@pytest.fixture
def courses(house: House) -> tuple[int, int]:
    """Two courses."""
    with house.services.database.write() as connection:
        deployment = connection.scalar(select(deployments.c.id))
        rows = [{"deployment_id": deployment, "context_key": key, "title": key} for key in ("a", "b")]
        return tuple(connection.scalar(insert(contexts).values(row).returning(contexts.c.id)) for row in rows)


def picture(data: bytes = PNG, path: str = "images/a.png") -> MediumSource:
    return MediumSource(path, "image/png", lambda: io.BytesIO(data))


# --- Storing


def test_the_same_content_again_makes_nothing_new(house: House, catalogue: Catalogue) -> None:
    new = NewActivity("essai", "h5p", "Essai", SETTINGS, {"discipline": "SES"}, (picture(),))
    first = catalogue.store(new)
    before = contents(house)
    assert catalogue.store(new) == first
    assert contents(house) == before


@pytest.mark.parametrize(
    "changed",
    [
        NewActivity("essai", "h5p", "Autre titre", SETTINGS, {}, (picture(),)),
        NewActivity("essai", "h5p", "Essai", OTHER, {}, (picture(),)),
        NewActivity("essai", "h5p", "Essai", SETTINGS, {"discipline": "SES"}, (picture(),)),
        NewActivity("essai", "h5p", "Essai", SETTINGS, {}, (picture(PNG + b"!"),)),
        NewActivity("essai", "h5p", "Essai", SETTINGS, {}, (picture(path="images/b.png"),)),
        NewActivity("essai", "h5p", "Essai", SETTINGS),
    ],
    ids=["title", "settings", "record", "picture", "path", "no picture"],
)
def test_another_content_is_a_new_revision(house: House, catalogue: Catalogue, changed: NewActivity) -> None:
    first = catalogue.store(NewActivity("essai", "h5p", "Essai", SETTINGS, {}, (picture(),)))
    before = count(house, activities)
    second = catalogue.store(changed)
    assert second != first
    assert count(house, activities) == before
    assert catalogue.revision(second).activity_id == catalogue.revision(first).activity_id


def test_an_old_content_that_comes_back_is_the_newest_revision(catalogue: Catalogue) -> None:
    ids = [catalogue.store(NewActivity("essai", "h5p", "Essai", content)) for content in (SETTINGS, OTHER, SETTINGS)]
    assert len(set(ids)) == 3
    assert [line.revision_id for line in catalogue.visible(ANYBODY) if line.slug == "essai"] == [ids[2]]


def test_a_revision_keeps_its_content_for_ever(catalogue: Catalogue) -> None:
    first = catalogue.store(NewActivity("essai", "h5p", "Essai", SETTINGS))
    catalogue.store(NewActivity("essai", "h5p", "Essai", OTHER))
    assert catalogue.revision(first).settings.library == "H5P.TrueFalse 1.8"


def test_settings_that_their_kind_refuses_are_not_stored(house: House, catalogue: Catalogue) -> None:
    before = contents(house)
    with pytest.raises(ValidationError):
        catalogue.store(NewActivity("essai", "h5p", "Essai", {**SETTINGS, "extra": 1}, {}, (picture(),)))
    assert contents(house) == before
    assert not (house.services.settings.data_dir / "media").exists()


def test_every_medium_that_is_opened_is_closed(catalogue: Catalogue) -> None:
    opened: list[BinaryIO] = []

    def source() -> BinaryIO:
        opened.append(io.BytesIO(PNG))
        return opened[-1]

    catalogue.store(NewActivity("essai", "h5p", "Essai", SETTINGS, {}, (MediumSource("a.png", "image/png", source),)))
    assert [stream.closed for stream in opened] == [True]


def test_the_same_content_of_the_same_course_is_one_activity(catalogue: Catalogue, courses: tuple[int, int]) -> None:
    here, there = courses
    first = catalogue.store(NewActivity("un", "h5p", "Essai", SETTINGS), Owner(here))
    assert catalogue.store(NewActivity("deux", "h5p", "Essai", SETTINGS), Owner(here)) == first
    assert catalogue.store(NewActivity("trois", "h5p", "Essai", SETTINGS), Owner(there)) != first
    assert catalogue.store(NewActivity("quatre", "h5p", "Essai", SETTINGS)) != first


# --- Seeing


def test_a_course_sees_what_is_for_everyone_and_its_own(catalogue: Catalogue, courses: tuple[int, int]) -> None:
    here, there = courses
    catalogue.store(NewActivity("public", "h5p", "Public", SETTINGS))
    catalogue.store(NewActivity("prive", "h5p", "Privé", SETTINGS), Owner(here))

    def seen(context_id: int | None) -> set[str]:
        return {line.slug for line in catalogue.visible(Viewer(context_id=context_id))} & {"public", "prive"}

    assert seen(here) == {"public", "prive"}
    assert seen(there) == {"public"}
    assert seen(None) == {"public"}


def test_what_is_not_there_is_not_found(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match="activity-unknown"):
        catalogue.revision(10_000)
    with pytest.raises(NotFound, match="medium-unknown"):
        catalogue.medium(10_000, "images/a.png")


def test_a_medium_belongs_to_its_revision(catalogue: Catalogue) -> None:
    first = catalogue.store(NewActivity("essai", "h5p", "Essai", SETTINGS, {}, (picture(),)))
    second = catalogue.store(NewActivity("autre", "h5p", "Autre", SETTINGS))
    media_type, sha256 = catalogue.medium(first, "images/a.png")
    assert media_type == "image/png"
    with catalogue.blobs.open(sha256) as stream:
        assert stream.read() == PNG
    with pytest.raises(NotFound, match="medium-unknown"):
        catalogue.medium(second, "images/a.png")


# --- Names


@given(st.text(max_size=300))
def test_a_slug_is_readable_and_short(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}", new_slug(title))
    assert len(new_slug(title)) <= 80


def test_two_slugs_of_a_title_differ() -> None:
    assert new_slug("L’offre et la demande") != new_slug("L’offre et la demande")
    assert new_slug("L’offre et la demande").startswith("l-offre-et-la-demande-") or new_slug("É").startswith("e-")


# --- The shipped activities


def test_loading_the_shipped_activities_again_changes_nothing(house: House) -> None:
    before = contents(house)
    upgrade_database(house.services)
    upgrade_database(house.services)
    assert contents(house) == before


def test_every_shipped_activity_is_there(house: House, catalogue: Catalogue) -> None:
    listed = {line.slug: line for line in catalogue.visible(ANYBODY)}
    for scenario in shipped_scenarios():
        line = listed[scenario.record.id]
        assert (line.title, line.kind) == (scenario.record.title, scenario.kind)
        assert line.card.discipline == scenario.record.discipline
        assert catalogue.revision(line.revision_id).kind.maximum(catalogue.revision(line.revision_id).settings) > 0


def test_a_house_without_media_has_no_folder_for_them(tmp_path: Path, house: House) -> None:
    assert [path for path in (house.services.settings.data_dir / "media").rglob("*") if path.is_file()] == []
