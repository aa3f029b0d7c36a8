"""What holds for every content type, in every state of an attempt, whatever a pupil sends."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.kind import Outcome, StepRefused
from h5p_exports.content_types import PLAYED
from tests.activities.h5p import outline
from tests.activities.h5p.contents import CONTENTS, QUESTIONS, any_answer, pages
from tests.activities.h5p.player import Pupil

each_content = pytest.mark.parametrize("content", CONTENTS, ids=[content["library"] for content in CONTENTS])


def test_every_type_is_here() -> None:
    assert {content["library"].split(" ")[0] for content in CONTENTS} == set(PLAYED)


@each_content
@pytest.mark.parametrize("version", ["0.1", "1.0", "1.99"])
def test_any_version_is_played(content: dict[str, Any], version: str) -> None:
    assert Pupil({**content, "library": f"{content['library'].split(' ')[0]} {version}"}).page()


@each_content
def test_every_page_is_sound(content: dict[str, Any]) -> None:
    for page in pages(content):
        elements = outline.Outline(page)
        outline.assert_identifiers_are_sound(elements)
        outline.assert_one_element_takes_the_focus(elements)
        outline.assert_nothing_is_inline(elements)


@pytest.mark.parametrize("content", QUESTIONS, ids=[content["library"] for content in QUESTIONS])
def test_headings_skip_no_level(content: dict[str, Any]) -> None:
    for page in pages(content):
        outline.assert_headings_are_in_order(outline.Outline(page))


@each_content
def test_every_field_has_a_name_that_is_read_out(content: dict[str, Any]) -> None:
    for page in pages(content):
        for tag in ("select", "textarea"):
            for attributes in outline.Outline(page).all(tag):
                assert attributes.get("aria-label") or attributes.get("aria-labelledby")
        for field in re.findall(r'<input[^>]* type="text"[^>]*>', page):
            assert "aria-label" in field


@each_content
def test_french_signs_stand_after_a_non_breaking_space(content: dict[str, Any]) -> None:
    for page in pages(content):
        words = re.sub(r"<[^>]*>", "", page.replace("Laquelle ?", "").replace("Vrai ou faux ?", ""))
        assert not re.search(r"\w [:;!?]|« | »", words)


@each_content
def test_a_state_is_json_and_comes_back_as_it_was(content: dict[str, Any]) -> None:
    pupil = Pupil(content)
    pupil.press("save", any_answer(pupil))
    page = pupil.page()
    pupil.state = json.loads(json.dumps(pupil.state))
    assert pupil.page() == page


def tried(pupil: Pupil, action: str, fields: dict[str, list[str]]) -> Outcome | None:
    """What a button does, or nothing at all where it is refused."""
    before = copy.deepcopy(pupil.state)
    try:
        return pupil.press(action, fields)
    except StepRefused:
        assert pupil.state == before
        return None


moves = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.lists(st.tuples(st.integers(0, 12), st.lists(st.integers(-2, 12), max_size=4)), max_size=5),
    ),
    max_size=12,
)


@given(st.sampled_from(CONTENTS), moves, st.integers(0, 2**128 - 1))
def test_whatever_is_sent_is_an_outcome_or_a_refusal(
    content: dict[str, Any], game: list[tuple[int, list[tuple[int, list[int]]]]], seed: int
) -> None:
    pupil = Pupil(content, seed)
    for button, answers in game:
        turns = pupil.state["questions"]
        names = sorted({name for turn in turns for name in turn["names"]}) or ["x"]
        values = sorted({value for turn in turns for value in turn["values"]}) or ["y"]
        fields = {
            names[place % len(names)]: [
                ["", "des mots"][chosen] if chosen < 0 else values[chosen % len(values)] for chosen in listed
            ]
            for place, listed in answers
        }
        buttons = [*sorted(pupil.buttons), "save", "check", "retry", "solution", "up-x", "turn.1"]
        outcome = tried(pupil, buttons[button % len(buttons)], fields)
        if outcome is None:
            continue
        assert 0 <= outcome.progress <= 1
        if outcome.score:
            assert 0 <= outcome.score.raw <= outcome.score.maximum <= pupil.settings.exercise.maximum
        for old, new in zip(turns, outcome.state["questions"], strict=True):
            is_retried = old["phase"] == "checked" and new["phase"] == "open"
            assert old["phase"] == "open" or is_retried or new["answer"] == old["answer"]
            assert old["phase"] != "solved" or new["phase"] == "solved"
        assert pupil.page()
