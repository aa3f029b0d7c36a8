"""What is said to a hub, and what is believed of its answers. No hub is called: one is acted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import HubUnusable
from h5p_exports.hub import HUBS, ContentType, HubClient, hub_for
from h5p_exports.hub.client import LONGEST_ANSWER
from h5p_exports.profiles import Profile, load_profile

SITE = "5e0c7b5e-0000-4000-8000-000000000000"


def offer(name: str = "H5P.Blanks", *, core: tuple[int, int] = (1, 26), **changed: object) -> dict[str, Any]:
    return {
        "id": name,
        "title": "Fill in the Blanks",
        "version": {"major": 1, "minor": 14, "patch": 37},
        "coreApiVersionNeeded": {"major": core[0], "minor": core[1]},
        "icon": "https://h5p.example/icon.svg",
        **changed,
    }


class Acted:
    """A hub that gives one answer, and remembers what it was sent."""

    def __init__(self, answer: object) -> None:
        self.answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.sent: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, url: str, form: Mapping[str, str]) -> bytes:
        self.sent.append((url, form))
        return self.answer


def client(answer: object) -> HubClient:
    return HubClient(HUBS[0], Acted(answer), core_api=(1, 27))


def offers(*entries: object) -> tuple[ContentType, ...]:
    return client({"contentTypes": list(entries)}).content_types(SITE)


@pytest.mark.parametrize(("profile", "host"), [("moodle-5.1", "api.h5p.org"), ("hub-1.28", "hub-api.h5p.org")])
def test_each_line_of_libraries_has_its_hub(profile: str, host: str) -> None:
    assert hub_for(load_profile(profile)).sites == f"https://{host}/v1/sites"


def test_a_profile_of_ones_own_is_served_by_the_hub_of_its_core() -> None:
    assert hub_for(Profile("ours", (1, 24), {})).host == "api.h5p.org"


def test_a_site_registers_without_being_counted_and_without_a_word_about_itself() -> None:
    hub = Acted({"uuid": SITE, "message": "welcome"})

    assert HubClient(HUBS[0], hub, core_api=(1, 27)).register() == SITE

    url, form = hub.sent[0]
    assert url == "https://api.h5p.org/v1/sites"
    assert (form["disabled"], form["type"], form["core_api_version"], form["uuid"]) == ("1", "local", "1.27", "")
    assert form.keys() == {
        "uuid",
        "platform_name",
        "platform_version",
        "h5p_version",
        "disabled",
        "local_id",
        "type",
        "core_api_version",
    }


def test_content_types_are_read() -> None:
    hub = Acted({"apiVersion": {"major": 1, "minor": 1}, "contentTypes": [offer()], "libraries": []})

    found = HubClient(HUBS[0], hub, core_api=(1, 27)).content_types(SITE)

    assert found == (ContentType("H5P.Blanks", (1, 14, 37), (1, 26), "Fill in the Blanks"),)
    assert str(found[0]) == "H5P.Blanks 1.14.37"
    assert hub.sent[0][1]["uuid"] == SITE


def test_the_package_of_a_content_type_has_an_address_on_its_hub() -> None:
    hub = client({})
    assert hub.package_address(*offers(offer())) == "https://api.h5p.org/v1/content-types/H5P.Blanks"


@pytest.mark.parametrize("name", ["", "../sites", "H5P.A/../B", "H5P.A?x", "http://evil.example", "H5P.A\n", "é"])
def test_a_name_that_would_change_the_address_is_no_content_type(name: str) -> None:
    assert offers(offer(name)) == ()
    with pytest.raises(HubUnusable, match="hub-content-type-unknown"):
        client({}).package_address(ContentType(name, (1, 0, 0), (1, 0), ""))


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        offer(version="1.14"),
        offer(version={"major": 1, "minor": 14}),
        offer(version={"major": -1, "minor": 0, "patch": 0}),
        offer(version={"major": 10**30, "minor": 0, "patch": 0}),
        offer(coreApiVersionNeeded=None),
        offer(title=["<script>"]),
    ],
    ids=repr,
)
def test_an_entry_that_means_nothing_is_passed_over_and_the_others_stay(entry: object) -> None:
    assert [found.machine_name for found in offers(entry, offer("H5P.Column"))] == ["H5P.Column"]


def test_of_two_entries_of_one_name_the_first_counts() -> None:
    first, other = offer(), offer(version={"major": 9, "minor": 9, "patch": 9})
    assert [found.version for found in offers(first, other)] == [(1, 14, 37)]


def test_a_content_type_that_is_not_offered_is_said_so() -> None:
    with pytest.raises(HubUnusable) as caught:
        client({}).choose("H5P.Absent", offers(offer()))
    assert (caught.value.id, caught.value.params["library"]) == ("hub-content-type-unknown", "H5P.Absent")


def test_a_content_type_for_a_newer_core_is_not_chosen() -> None:
    with pytest.raises(HubUnusable) as caught:
        client({}).choose("H5P.Blanks", offers(offer(core=(1, 28))))
    assert caught.value.id == "hub-needs-newer-core"
    assert (caught.value.params["needed"], caught.value.params["core"]) == ("1.28", "1.27")


ANSWERS: dict[str, object] = {
    "empty": b"",
    "page": b"<!doctype html><title>Sign in</title>",
    "list": [],
    "null": None,
    "mark": b'\xef\xbb\xbf{"uuid": "a", "contentTypes": []}',
    "latin": '{"uuid": "é", "contentTypes": "é"}'.encode("latin-1"),
    "deep": b'{"uuid": ' + b"[" * 100_000,
    "nothing": {},
    "numbers": {"uuid": 7, "contentTypes": 7},
    "address": {"uuid": "../../etc/passwd", "contentTypes": {"0": offer()}},
    "book": {"uuid": "a" * 100_000, "contentTypes": "a"},
    "huge": b" " * (LONGEST_ANSWER + 1),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_means_nothing_is_a_typed_error(answer: object) -> None:
    for ask in (lambda: client(answer).register(), lambda: client(answer).content_types(SITE)):
        with pytest.raises(HubUnusable) as caught:
            ask()
        assert (caught.value.id, caught.value.params["hub"]) == ("hub-answer-wrong", "api.h5p.org")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*offer(), "major", "minor", "patch"]), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["uuid", "contentTypes"]), JSON | st.lists(JSON)))
def test_no_answer_makes_the_client_fail_in_another_way(answer: dict[str, object]) -> None:
    for ask in (lambda: client(answer).register(), lambda: client(answer).content_types(SITE)):
        with suppress(HubUnusable):
            ask()
