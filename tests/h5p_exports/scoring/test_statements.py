from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import InvalidContent, InvalidResponse
from h5p_exports.scoring import Score, score

QUESTIONS = [{"subContentId": name, "question": name, "answers": ["oui", "non", "si"]} for name in "abc"]
PANELS = [{"subContentId": name, "summary": ["vrai", "faux", "faux"]} for name in "abc"]


def choices(children: object, **params: object) -> Score:
    return score("H5P.SingleChoiceSet 1.11", {"choices": QUESTIONS, **params}, None, children=children)


def summary(children: object, **params: object) -> Score:
    return score("H5P.Summary 1.10", {"summaries": PANELS, **params}, None, children=children)


def answers(*responses: str) -> list[dict[str, object]]:
    return [{"response": response} for response in responses]


@given(st.lists(st.sampled_from(["", "0", "1", "2"]), max_size=3))
def test_each_first_answer_is_a_point(responses: list[str]) -> None:
    assert choices(answers(*responses)) == Score(responses.count("0"), 3, success=None)


@given(st.lists(st.permutations(["0", "1", "2"]).map("[,]".join) | st.sampled_from(["", "0", "1[,]0"]), max_size=3))
def test_each_statement_found_at_once_is_a_point(responses: list[str]) -> None:
    assert summary(answers(*responses)) == Score(responses.count("0"), 3, success=None)


def test_answers_are_matched_by_their_id() -> None:
    given_answers = [{"subContentId": "c", "response": "0"}, {"subContentId": "a", "response": "1"}]

    result = choices(given_answers)

    assert [(name, inside.raw) for name, inside in result.children] == [("a", 0), ("b", 0), ("c", 1)]


@pytest.mark.parametrize("response", ["3", "0[,]1", "x", 0, ["0"]])
def test_an_answer_that_no_player_sends_is_refused(response: object) -> None:
    with pytest.raises(InvalidResponse):
        choices([{"response": response}])


@pytest.mark.parametrize("response", ["3", "1[,]1", "x", 0, ["0"]])
def test_clicks_that_no_player_sends_are_refused(response: object) -> None:
    with pytest.raises(InvalidResponse):
        summary([{"response": response}])


def test_what_an_author_left_empty_does_not_count() -> None:
    assert choices(None, choices=[*QUESTIONS, {"question": "?"}]).max == 3
    assert summary(None, summaries=[*PANELS, {"tip": "?"}]).max == 3


@pytest.mark.parametrize("value", [None, "a", [None], [{"answers": None, "summary": None}]])
def test_params_that_break_the_official_player_are_refused(value: object) -> None:
    with pytest.raises(InvalidContent):
        choices(None, choices=value)
    with pytest.raises(InvalidContent):
        summary(None, summaries=value)
