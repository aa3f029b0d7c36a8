"""The pages that attempts begin with, learnt from one pupil's and given to the next."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.attempts.beginnings import MOST_KEPT, Beginning, Beginnings
from tests.activities.h5p.contents import CONTENTS
from tests.activities.h5p.player import KIND, Pupil, blanks, essay, multi_choice, question_set
from tests.lti_tool.desk import BLANKS, PNG, blanks_of, desk_with, send, with_picture
from tests.support.house import House

SEEDS = st.integers(0, 2**128 - 1)


@pytest.mark.parametrize("content", CONTENTS, ids=[content["library"] for content in CONTENTS])
@given(seeds=st.tuples(SEEDS, SEEDS))
def test_a_page_that_was_learnt_is_the_page_that_is_rendered(content: dict[str, Any], seeds: tuple[int, int]) -> None:
    one, other = (Pupil(content, seed=seed) for seed in seeds)
    mine, theirs = (KIND.identifiers(pupil.settings, pupil.state) for pupil in (one, other))
    assert (mine is None) == (theirs is None)
    if mine is not None and theirs is not None:
        assert Beginning.cut(one.page(), mine, ()).page(theirs) == other.page()


@pytest.mark.parametrize("content", [blanks("<p>*un*</p>"), essay("eau")], ids=["blanks", "essay"])
def test_where_only_names_are_drawn_a_page_can_be_learnt(content: dict[str, Any]) -> None:
    pupil = Pupil(content)
    assert KIND.identifiers(pupil.settings, pupil.state) == tuple(pupil.turn["names"])


@pytest.mark.parametrize(
    "content",
    [
        multi_choice(True, False),
        question_set(essay("a"), essay("b"), essay("c"), poolSize=2),
        question_set(essay("a"), multi_choice(True)),
    ],
    ids=["an order", "a pool", "an order in a set"],
)
def test_where_more_is_drawn_each_pupil_has_a_page_of_their_own(content: dict[str, Any]) -> None:
    pupil = Pupil(content)
    assert KIND.identifiers(pupil.settings, pupil.state) is None


def test_a_pupil_meets_nothing_of_the_one_before(house: House) -> None:
    desk = desk_with(house, params=with_picture(BLANKS), media={"images/carte.png": PNG})
    first, second = desk.open("3"), desk.open("4")
    assert len(blanks_of(second)) == len(blanks_of(first)) == 2
    for trace in (first.secret, *blanks_of(first)):
        assert trace in first.page.text
        assert trace not in second.page.text
    assert f"/s/{second.secret}/media/" in second.page.text


def test_the_next_pupil_can_answer_on_a_page_that_was_learnt(house: House) -> None:
    desk = desk_with(house)
    desk.open("3")
    result = send(desk.open("4"), "offre", "demande", action="finish")
    assert "Bravo, tout est juste" in result.page.text


def test_what_a_pupil_has_written_is_on_no_other_page(house: House) -> None:
    desk = desk_with(house)
    send(desk.open("3"), "un secret")
    assert "un secret" in desk.open("3").page.text
    assert "un secret" not in desk.open("4").page.text


def test_so_many_pages_are_remembered_and_no_more() -> None:
    beginnings, learnt = Beginnings(), []

    def learn() -> Beginning:
        learnt.append(1)
        return Beginning.cut("<p>x1</p>", ("x1",), ())

    for number in range(MOST_KEPT + 1):
        assert beginnings.of(number, learn).page(("x2",)) == "<p>x2</p>"
    assert len(learnt) == MOST_KEPT + 1
    beginnings.of(MOST_KEPT, learn)
    assert len(learnt) == MOST_KEPT + 1
    beginnings.of(0, learn)
    assert len(learnt) == MOST_KEPT + 2
