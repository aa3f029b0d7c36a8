from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import multichoice as content
from h5p_exports.errors import InvalidContent, InvalidResponse
from h5p_exports.scoring import Score, multichoice, score

JSON_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


def question(marks: str, **behaviour: object) -> content.MultiChoice:
    """A question whose answers are right (T) or wrong (F)."""
    answers = [{"text": str(index), "correct": mark == "T"} for index, mark in enumerate(marks)]
    return content.parse({"answers": answers, "behaviour": behaviour})


@st.composite
def questions_and_choices(draw: st.DrawFn) -> tuple[content.MultiChoice, set[int]]:
    marks = draw(st.text("TF", min_size=1, max_size=8))
    behaviour = draw(
        st.dictionaries(st.sampled_from(["type", "singlePoint", "passPercentage"]), JSON_VALUES)
        | st.fixed_dictionaries({"type": st.sampled_from(["auto", "single", "multi"]), "singlePoint": st.booleans()})
    )
    model = question(marks, **behaviour)
    chosen = draw(st.sets(st.integers(0, len(marks) - 1), max_size=1 if model.single else None))
    return model, chosen


@given(questions_and_choices())
def test_a_score_is_between_none_and_all_points(case: tuple[content.MultiChoice, set[int]]) -> None:
    result = multichoice.score(*case)

    assert 0 <= result.raw <= result.max
    assert result.max >= 1


@given(questions_and_choices())
def test_every_part_right_is_the_best_score(case: tuple[content.MultiChoice, set[int]]) -> None:
    model, _ = case
    chosen = {index for index, answer in enumerate(model.answers) if answer.correct}
    if model.single and len(chosen) != 1:
        return

    assert all(multichoice.verdicts(model, chosen))
    result = multichoice.score(model, chosen)
    if not model.single_point or model.pass_percentage <= 100:
        assert result.raw == result.max


def test_a_choice_and_what_is_left_are_judged_apart() -> None:
    assert multichoice.verdicts(question("TTF"), {1, 2}) == (False, True, False)


@pytest.mark.parametrize("response", ["3", "-1", "0[,]0", "0[,]", " 0", "00", "1e0", "٠", "0,1", "[,]"])
def test_a_response_that_no_player_sends_is_refused(response: str) -> None:
    with pytest.raises(InvalidResponse):
        multichoice.read_response(question("TTF"), response)


def test_two_answers_are_refused_where_one_is_allowed() -> None:
    with pytest.raises(InvalidResponse):
        multichoice.read_response(question("TFF"), "0[,]1")


def test_no_answers_at_all_leave_the_built_in_one() -> None:
    assert score("H5P.MultiChoice 1.16", {"answers": []}, "0") == Score(1, 1, success=True)


def test_a_behaviour_that_php_emptied_has_no_defaults() -> None:
    model = content.parse({"answers": [{}, {"correct": True}], "behaviour": []})

    assert multichoice.score(model, {0, 1}) == Score(2, 2, success=False)


@pytest.mark.parametrize("params", [{"answers": None}, {"answers": [None]}, {"answers": ["a"]}, {"behaviour": None}, 3])
def test_params_that_break_the_official_player_are_refused(params: object) -> None:
    with pytest.raises(InvalidContent):
        content.parse(params)
