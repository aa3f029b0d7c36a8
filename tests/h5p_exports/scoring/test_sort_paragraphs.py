from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import sort_paragraphs as content
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring import Score, score, sort_paragraphs

BEHAVIOURS = st.fixed_dictionaries(
    {},
    optional={
        "scoringMode": st.sampled_from(["positions", "transitions", 1]),
        "applyPenalties": st.booleans(),
        "duplicatesInterchangeable": st.booleans(),
    },
)


@given(st.lists(st.sampled_from(["<p>a</p>", "<b>a</b>", "b", "c"]), max_size=6), BEHAVIOURS, st.data())
def test_a_score_is_between_none_and_all_points(
    paragraphs: list[str], behaviour: dict[str, object], data: st.DataObject
) -> None:
    model = content.parse({"paragraphs": paragraphs, "behaviour": behaviour})

    result = sort_paragraphs.score(model, data.draw(st.permutations(range(len(paragraphs)))))
    best = sort_paragraphs.score(model, range(len(paragraphs)))

    assert 0 <= result.raw <= result.max
    assert best.raw == best.max


def test_paragraphs_of_the_same_text_are_alike_whatever_their_tags() -> None:
    params = {"paragraphs": ["<b>a</b>", "<p>a</p>", "b"], "behaviour": {"scoringMode": "positions"}}

    assert score("H5P.SortParagraphs 0.12", params, "1[,]0[,]2") == Score(3, 3, success=True)


@pytest.mark.parametrize("response", ["0", "0[,]1[,]2[,]3", "0[,]1[,]1", "0[,]1[,]3", "a"])
def test_an_order_that_cannot_be_is_refused(response: str) -> None:
    with pytest.raises(InvalidResponse):
        score("H5P.SortParagraphs 0.12", {"paragraphs": ["a", "b", "c"]}, response)


def test_no_order_is_worth_nothing() -> None:
    assert score("H5P.SortParagraphs 0.12", {"paragraphs": ["a", "b", "c"]}, "") == Score(0, 2, success=False)


@pytest.mark.parametrize(("penalties", "raw"), [(True, 0), (False, 1), (None, 0), ("", 0), (0, 0)])
def test_penalties_are_only_left_out_where_that_is_said(penalties: object, raw: int) -> None:
    behaviour = {"scoringMode": "positions", "applyPenalties": penalties}
    params = {"paragraphs": ["a", "b", "c"], "behaviour": behaviour}

    assert score("H5P.SortParagraphs 0.12", params, "0[,]2[,]1").raw == raw
