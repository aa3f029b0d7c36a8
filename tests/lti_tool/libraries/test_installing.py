"""Installing: all of a package or nothing, once, and never other bytes under the same version."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Iterable
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, insert, select
from sqlalchemy.engine import Connection

from h5p_exports.content_types.library import LibraryName
from h5p_exports.package.libraries import Library
from lti_tool.catalogue.blobs import Blob
from lti_tool.catalogue.models import activities, revisions
from lti_tool.errors import Conflict, Invalid, NotFound, Refused, ToolError
from lti_tool.libraries import installing
from lti_tool.libraries.installing import Installation
from lti_tool.libraries.models import libraries as library_rows
from lti_tool.libraries.models import library_files
from lti_tool.libraries.service import Libraries
from tests.lti_tool.libraries.conftest import Install
from tests.support.h5p_libraries import Files, library, library_package
from tests.support.house import House

FONT = library("Font 4.5", patch=4)
TOY = library("H5P.Toy 1.2", "Font 4.5", patch=7)


def names(found: Iterable[Library]) -> list[str]:
    return [str(library) for library in found]


def here(libraries: Libraries) -> dict[str, str]:
    """What is installed, and its digest."""
    return {f"{library.name.machine_name} {library.version}": library.digest for library in libraries.all()}


def count(house: House, table: Table) -> int:
    with house.services.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def refused(install: Install, *brought: Files, **options: Any) -> ToolError:
    with pytest.raises(ToolError) as caught:
        install(*brought, **options)
    return caught.value


def test_a_package_is_installed_with_all_that_it_brings(house: House, install: Install) -> None:
    done = install(TOY, FONT)

    assert names(done.installed) == ["Font 4.5.4", "H5P.Toy 1.2.7"]
    assert (count(house, library_rows), count(house, library_files)) == (2, 4)


def test_installing_twice_is_installing_once(libraries: Libraries, install: Install) -> None:
    install(TOY, FONT)
    before = here(libraries)

    again = install(TOY, FONT)

    assert names(again.same) == ["Font 4.5.4", "H5P.Toy 1.2.7"]
    assert again.installed == again.older == ()
    assert here(libraries) == before


def test_where_a_library_came_from_and_when_is_kept(house: House, libraries: Libraries) -> None:
    house.services.library_installer.install(io.BytesIO(library_package(FONT)), name="f.h5p", origin="x" * 300)
    assert libraries.all()[0].source == "x" * 255


def test_a_newer_patch_takes_the_place_of_an_older_one(house: House, libraries: Libraries, install: Install) -> None:
    install(library("Font 4.5", patch=4, files={"css/old.css": b"p {}"}))

    done = install(library("Font 4.5", patch=5))

    assert names(done.installed) == ["Font 4.5.5"]
    assert list(here(libraries)) == ["Font 4.5.5"]
    assert count(house, library_files) == 2


def test_an_older_patch_is_passed_over(libraries: Libraries, install: Install) -> None:
    install(library("Font 4.5", patch=5))

    done = install(FONT, TOY)

    assert (names(done.older), names(done.installed)) == (["Font 4.5.4"], ["H5P.Toy 1.2.7"])
    assert list(here(libraries)) == ["Font 4.5.5", "H5P.Toy 1.2.7"]


def test_minor_versions_stand_side_by_side(libraries: Libraries, install: Install) -> None:
    install(FONT)
    install(library("Font 4.6"), library("Font 5.0"))
    assert list(here(libraries)) == ["Font 4.5.4", "Font 4.6.0", "Font 5.0.0"]


@pytest.mark.parametrize(
    "poisoned",
    [
        library("Font 4.5", patch=4, files={"js/toy.js": b"steal()"}),
        library("Font 4.5", patch=4, files={"js/more.js": b""}),
        library("Font 4.5", patch=4, title="Another title"),
        {name: data for name, data in FONT.items() if not name.endswith(".js")}
        | library("Font 4.5", patch=4, preloadedJs=None),
    ],
    ids=["script changed", "file added", "words changed", "script removed"],
)
def test_other_bytes_under_the_same_version_are_refused_and_nothing_is_written(
    house: House, libraries: Libraries, install: Install, poisoned: Files
) -> None:
    install(FONT)
    before = here(libraries)

    error = refused(install, TOY, poisoned)

    assert (type(error), error.id, error.params["library"]) == (Refused, "h5p-library-poisoned", "Font 4.5.4")
    assert error.params["here"] != error.params["brought"]
    assert here(libraries) == before
    assert count(house, library_files) == 2


def test_a_package_of_which_one_library_is_bad_leaves_nothing(
    house: House, libraries: Libraries, install: Install
) -> None:
    bad = library("Bad 1.0", preloadedJs=[{"path": "gone.js"}])

    assert refused(install, TOY, FONT, bad).id == "library-missing-file"
    assert here(libraries) == {}
    assert not (house.services.settings.data_dir / "media").exists()


def test_what_the_gate_refuses_is_invalid_with_its_id(install: Install) -> None:
    error = refused(install, library("Font 4.5", coreApi={"majorVersion": 1, "minorVersion": 99}))
    assert (type(error), error.id, error.params["name"]) == (Invalid, "api-version-unsupported", "Font-4.5")


def test_what_is_needed_and_nowhere_is_named(libraries: Libraries, install: Install) -> None:
    error = refused(install, library("H5P.Toy 1.2", "Font 4.5", "Font 4.4"))

    assert (type(error), error.id) == (NotFound, "h5p-library-missing")
    assert error.params == {"libraries": "Font 4.4, Font 4.5"}
    assert here(libraries) == {}


def test_what_is_needed_may_be_here_already(install: Install) -> None:
    install(FONT)
    assert names(install(TOY).installed) == ["H5P.Toy 1.2.7"]


def test_a_package_without_the_library_that_was_asked_for_is_refused(libraries: Libraries, install: Install) -> None:
    assert refused(install, FONT, expected="H5P.Toy").id == "h5p-library-not-in-package"
    assert here(libraries) == {}


def test_who_checks_sees_what_would_be_here_and_can_refuse(libraries: Libraries, install: Install) -> None:
    install(library("Font 4.5", patch=5))
    seen: list[str] = []

    def check(found: Iterable[Library]) -> None:
        seen.extend(names(found))
        raise Refused("no")

    assert refused(install, TOY, FONT, check=check).id == "no"
    assert seen == ["H5P.Toy 1.2.7"]
    assert list(here(libraries)) == ["Font 4.5.5"]


def test_the_files_written_are_counted(install: Install) -> None:
    told: list[tuple[int, int]] = []
    install(TOY, FONT, stored=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_another_installation_in_between_is_noticed(
    libraries: Libraries, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store(*_args: object) -> None:
        monkeypatch.undo()
        install(library("Font 4.5", patch=9))

    monkeypatch.setattr(installing.Installer, "_store", store)

    error = refused(install, FONT)

    assert (type(error), error.id) == (Conflict, "h5p-libraries-overtaken")
    assert list(here(libraries)) == ["Font 4.5.9"]


def test_another_installation_that_the_plan_could_not_see_is_never_overwritten(
    libraries: Libraries, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on PostgreSQL, where one that commits after the plan and before the rows are written is in no snapshot.
    stale = installing._plan
    plans: list[Installation] = []

    def plan(connection: Connection, brought: tuple[Library, ...]) -> Installation:
        plans.append(stale(connection, brought) if not plans else plans[0])
        if len(plans) == 2:  # The second is made where the rows are written.
            monkeypatch.undo()
        return plans[-1]

    def store(*_args: object) -> None:
        monkeypatch.setattr(installing, "_plan", stale)
        monkeypatch.setattr(installing.Installer, "_store", lambda *_args: None)
        install(FONT)
        monkeypatch.setattr(installing, "_plan", plan)

    monkeypatch.setattr(installing, "_plan", plan)
    monkeypatch.setattr(installing.Installer, "_store", store)

    error = refused(install, library("Font 4.5", patch=4, files={"js/toy.js": b"steal()"}))

    assert error.id == "h5p-library-poisoned"
    assert list(here(libraries)) == ["Font 4.5.4"]


def test_a_file_that_changes_while_it_is_installed_is_noticed(house: House, libraries: Libraries) -> None:
    source = io.BytesIO(library_package(TOY, FONT))

    def overwrite(_libraries: object) -> None:
        source.getbuffer()[60:300] = bytes(240)

    with pytest.raises(Conflict, match="h5p-libraries-overtaken"):
        house.services.library_installer.install(source, name="pack.h5p", origin="", check=overwrite)
    assert here(libraries) == {}


def test_a_store_without_place_is_said_and_nothing_is_installed(
    house: House, libraries: Libraries, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: BinaryIO) -> Blob:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(house.services.libraries.blobs, "put", full)

    assert refused(install, FONT).id == "storage-unavailable"
    assert here(libraries) == {}


LAW = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAW
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.data())
def test_whatever_the_order_the_newest_patch_is_what_stays(
    libraries: Libraries, install: Install, patches: list[int], data: st.DataObject
) -> None:
    major = data.draw(st.integers(0, 99_999), "a version of its own")
    name = LibraryName(f"Law{len(libraries.all())}", major, 0)
    for patch in patches:
        install(library(str(name), patch=patch))
    found = libraries.find(name)
    assert found is not None
    assert found.patch == max(patches)


# --- removing


def remove(house: House, name: str) -> None:
    house.services.library_installer.remove(LibraryName.parse(name))


def store_official(house: House, title: str, *dependencies: str) -> None:
    """An activity for the official player, as the catalogue keeps it."""
    made = {"slug": title, "title": title, "created_at": house.services.libraries.all()[0].installed_at}
    content = {"library": dependencies[0], "params": {}, "dependencies": dependencies}
    with house.services.database.write() as connection:
        statement = insert(activities).values(**made, kind="h5p-official").returning(activities.c.id)
        of_activity = {"activity_id": connection.execute(statement).scalar_one(), "created_at": made["created_at"]}
        connection.execute(
            insert(revisions).values(**of_activity, number=1, digest=title, settings=json.dumps(content))
        )


def test_a_library_that_nobody_needs_is_removed(house: House, libraries: Libraries, install: Install) -> None:
    install(TOY, FONT)
    remove(house, "H5P.Toy 1.2")
    assert list(here(libraries)) == ["Font 4.5.4"]
    assert count(house, library_files) == 2


def test_a_library_that_another_one_needs_stays(house: House, libraries: Libraries, install: Install) -> None:
    install(TOY, FONT)

    with pytest.raises(Conflict) as caught:
        remove(house, "Font 4.5")

    assert (caught.value.id, caught.value.params["user"]) == ("h5p-library-in-use", "H5P.Toy 1.2")
    assert len(here(libraries)) == 2


def test_a_library_that_an_activity_needs_stays(house: House, libraries: Libraries, install: Install) -> None:
    install(TOY, FONT, library("H5P.Toy 1.1"))
    store_official(house, "Les jouets", "H5P.Other 1.0", "H5P.Toy 1.2")

    with pytest.raises(Conflict) as caught:
        remove(house, "H5P.Toy 1.2")
    remove(house, "H5P.Toy 1.1")

    assert (caught.value.id, caught.value.params["user"]) == ("h5p-library-in-use", "Les jouets")
    assert list(here(libraries)) == ["Font 4.5.4", "H5P.Toy 1.2.7"]


def test_a_library_that_is_not_here_cannot_be_removed(house: House) -> None:
    with pytest.raises(NotFound, match="h5p-library-missing"):
        remove(house, "H5P.Toy 1.2")


def test_the_same_library_can_come_back_with_other_bytes_once_it_was_removed(house: House, install: Install) -> None:
    install(FONT)
    remove(house, "Font 4.5")
    done: Installation = install(library("Font 4.5", patch=4, files={"js/toy.js": b"/* mended */"}))
    assert names(done.installed) == ["Font 4.5.4"]
