"""What is installed, as whoever plays with it sees it."""

from __future__ import annotations

import pytest

from h5p_exports.content_types.library import LibraryName
from lti_tool.errors import NotFound
from lti_tool.libraries.service import Libraries
from tests.lti_tool.libraries.conftest import Install
from tests.support.h5p_libraries import library, names
from tests.support.house import House

TOY = LibraryName.parse("H5P.Toy 1.2")
SEMANTICS = [{"name": "text", "type": "text"}]


def order(libraries: Libraries, *names: str) -> list[str]:
    return [str(found.name) for found in libraries.closure(map(LibraryName.parse, names))]


def test_a_library_is_found_at_its_version_and_no_other(libraries: Libraries, install: Install) -> None:
    install(library("H5P.Toy 1.2", patch=7, semantics=SEMANTICS, title="Un jeu", runnable=1))

    found = libraries.find(TOY)

    assert found is not None
    assert (found.version, found.title, found.runnable, found.scripts) == ("1.2.7", "Un jeu", True, ("js/toy.js",))
    assert [field.name for field in found.semantics] == ["text"]
    assert found.library_json["patchVersion"] == 7
    assert libraries.find(LibraryName.parse("H5P.Toy 1.3")) is None


def test_what_a_library_preloads_comes_once_and_before_it(libraries: Libraries, install: Install) -> None:
    install(
        library("Font 1.0"),
        library("Joubel 1.3", "Font 1.0"),
        library("Question 1.5", "Font 1.0", "Joubel 1.3"),
        library("H5P.Toy 1.2", "Joubel 1.3", "Question 1.5"),
    )

    assert order(libraries, "H5P.Toy 1.2", "Font 1.0") == ["Font 1.0", "Joubel 1.3", "Question 1.5", "H5P.Toy 1.2"]


def test_what_only_an_editor_or_the_library_itself_loads_is_not_preloaded(
    libraries: Libraries, install: Install
) -> None:
    toy = library("H5P.Toy 1.2", dynamicDependencies=names("Late 1.0"), editorDependencies=names("H5PEditor.Gone 1.0"))
    install(library("Late 1.0"), toy)

    assert order(libraries, "H5P.Toy 1.2") == ["H5P.Toy 1.2"]


def test_libraries_that_preload_each_other_come_to_an_end(libraries: Libraries, install: Install) -> None:
    install(library("A 1.0", "B 1.0"), library("B 1.0", "A 1.0"))

    assert order(libraries, "A 1.0") == ["B 1.0", "A 1.0"]


def test_all_that_is_missing_is_named(libraries: Libraries, install: Install) -> None:
    install(library("H5P.Toy 1.2"))

    with pytest.raises(NotFound) as caught:
        order(libraries, "H5P.Toy 1.2", "H5P.Z 1.0", "H5P.Absent 2.1")

    assert (caught.value.id, caught.value.params) == ("h5p-library-missing", {"libraries": "H5P.Absent 2.1, H5P.Z 1.0"})


def test_a_file_is_opened_by_its_path_in_the_library(house: House, libraries: Libraries, install: Install) -> None:
    install(library("H5P.Toy 1.2", files={"css/toy.css": b"p {}"}))
    found = libraries.find(TOY)
    assert found is not None

    file = libraries.open(found, "css/toy.css")

    assert (file.media_type, file.size) == ("text/css", 4)
    with libraries.blobs.open(file.sha256) as stream:
        assert stream.read() == b"p {}"
    with pytest.raises(NotFound, match="medium-unknown"):
        libraries.open(found, "../H5P.Toy-1.2/css/toy.css")


def test_what_another_process_installs_is_seen_at_once(libraries: Libraries, install: Install) -> None:
    install(library("H5P.Toy 1.2", patch=1))
    before = libraries.find(TOY)
    install(library("H5P.Toy 1.2", patch=2))
    after = libraries.find(TOY)

    assert before is not None
    assert after is not None
    assert (before.patch, after.patch) == (1, 2)
    with pytest.raises(NotFound, match="medium-unknown"):
        libraries.open(before, "js/toy.js")
