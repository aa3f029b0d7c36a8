"""Contents for the official player: what they need, what is left of them, and what is refused."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import LibraryName
from h5p_exports.errors import H5PError, InvalidContent
from h5p_exports.semantics import Semantics, load_semantics
from lti_tool.catalogue.official import Official, read_official
from lti_tool.errors import Invalid
from tests.lti_tool.desk import h5p_file
from tests.support.house import House
from tests.support.toy import PARAMS, install_toy, store_toy, toy_package

GAME = [
    {"name": "intro", "type": "text", "tags": ["p"]},
    {"name": "picture", "type": "image", "optional": True},
    {"name": "inside", "type": "library", "options": ["H5P.Part 1.0", "H5P.TrueFalse 1.8"], "optional": True},
]
PART = [{"name": "text", "type": "text"}]


@dataclass(frozen=True)
class Fields:
    semantics: Semantics


class Shelf:
    """Some libraries with their semantics."""

    def __init__(self, **libraries: object) -> None:
        self._libraries = {name.replace("_", "."): Fields(load_semantics(json)) for name, json in libraries.items()}

    def find(self, name: LibraryName) -> Fields | None:
        return self._libraries.get(name.machine_name)


SHELF = Shelf(H5P_Game=GAME, H5P_Part=PART)


def read(params: object, shelf: Shelf = SHELF, *, media: tuple[str, ...] = ()) -> Official:
    return read_official("H5P.Game 1.0", params, shelf, media=media)


def inside(library: str, **params: object) -> dict[str, Any]:
    return {"inside": {"library": library, "params": params}}


def test_a_content_is_filtered_by_the_semantics_of_what_is_installed() -> None:
    params = {
        "intro": "<p onclick='x()'>Joue<script>x()</script></p>",
        "other": 1,
        **inside("H5P.Part 1.0", text="<b>"),
    }
    official = read(params)
    assert official.params["intro"] == "<p>Jouex()</p>"
    assert official.params["inside"]["params"] == {"text": "&lt;b&gt;"}
    assert "other" not in official.params


def test_the_libraries_that_it_names_are_what_it_needs() -> None:
    assert read(inside("H5P.Part 1.0")).dependencies == ("H5P.Game 1.0", "H5P.Part 1.0")


def test_what_is_not_installed_is_named_and_nothing_is_left() -> None:
    official = read(inside("H5P.Other 2.1"))
    assert (official.missing, official.params) == (("H5P.Other 2.1",), {})
    assert read({}, Shelf()).missing == ("H5P.Game 1.0",)


@pytest.mark.parametrize("path", ["images/absent.png", "https://elsewhere.example/a.png"])
def test_a_file_that_is_not_in_the_package_is_refused(path: str) -> None:
    picture = {"picture": {"path": path, "mime": "image/png"}}
    with pytest.raises(InvalidContent, match="missing-media"):
        read(picture)
    assert read({"picture": {"path": "images/a.png", "mime": "image/png"}}, media=("images/a.png",)).params["picture"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["intro", "picture", "path", "inside", "library", "params", "text"]), inner)
    ),
    max_leaves=15,
)


@given(JSON)
def test_any_params_are_filtered_or_refused(params: object) -> None:
    try:
        official = read(params)
    except H5PError:
        return
    assert official.missing or set(official.params) <= {"intro", "picture", "inside"}


def test_a_package_becomes_an_activity_where_its_library_is_installed(house: House) -> None:
    with pytest.raises(Invalid, match="h5p-type-not-played") as refused:
        store_toy(house.services)
    assert refused.value.params["libraries"] == "H5P.ToyQuestion 1.0"
    install_toy(house.services)
    revision = house.services.catalogue.revision(store_toy(house.services))
    assert revision.kind.name == "h5p-official"
    assert revision.settings.params == PARAMS


def test_what_is_played_natively_stays_so_whatever_is_installed(house: House) -> None:
    install_toy(house.services)
    revision = house.services.importer.store_package(io.BytesIO(h5p_file()), name="a.h5p")
    assert house.services.catalogue.revision(revision).kind.name == "h5p"


def test_a_broken_content_is_refused_with_the_word_of_the_gate(house: House) -> None:
    install_toy(house.services)
    picture = {**PARAMS, "picture": {"path": "images/absent.png", "mime": "image/png"}}
    with pytest.raises(Invalid, match="missing-media"):
        store_toy(house.services, toy_package(picture))
