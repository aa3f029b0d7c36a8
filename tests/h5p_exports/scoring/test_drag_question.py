from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import drag_question as content
from h5p_exports.errors import InvalidContent, InvalidResponse
from h5p_exports.scoring import Score, drag_question, score

INDEXES = st.lists(st.sampled_from("0123"), unique=True)
ELEMENTS = st.lists(st.fixed_dictionaries({"dropZones": INDEXES, "multiple": st.booleans()}), max_size=4)
ZONES = st.lists(st.fixed_dictionaries({"correctElements": INDEXES, "single": st.booleans()}), max_size=4)
BEHAVIOURS = st.dictionaries(st.sampled_from(["singlePoint", "applyPenalties"]), st.booleans())


def task(elements: list[dict[str, object]], zones: list[dict[str, object]], **behaviour: object) -> dict[str, object]:
    return {"question": {"task": {"elements": elements, "dropZones": zones}}, "behaviour": behaviour}


TWO = task(
    [{"dropZones": ["0", "1"]}, {"dropZones": ["0", "1"]}, {"dropZones": ["1"], "multiple": True}],
    [{"correctElements": ["0"], "single": True}, {"correctElements": ["1"]}],
)


@given(ELEMENTS, ZONES, BEHAVIOURS, st.data())
def test_a_score_is_between_none_and_all_points(
    elements: list[dict[str, object]], zones: list[dict[str, object]], behaviour: dict[str, object], data: st.DataObject
) -> None:
    model = content.parse(task(elements, zones, **behaviour))
    pairs = [f"{zone}[.]{element}" for zone in range(len(zones)) for element in range(len(elements))]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    try:
        drops = drag_question.read_response(model, "[,]".join(chosen))
    except InvalidResponse:
        return

    result = drag_question.score(model, drops)

    assert 0 <= result.raw <= result.max
    assert result.success == (result.raw == result.max)


@pytest.mark.parametrize(
    "response",
    ["0[.]2", "0[.]0[,]1[.]0", "0[.]0[,]0[.]1", "1[.]1[,]1[.]1", "2[.]0", "0[.]3", "0", "[.]", "00[.]0", "0[.]0[,]"],
)
def test_a_drop_that_cannot_be_is_refused(response: str) -> None:
    with pytest.raises(InvalidResponse):
        score("H5P.DragQuestion 1.14", TWO, response)


def test_a_wrong_drop_costs_a_point() -> None:
    assert score("H5P.DragQuestion 1.14", TWO, "0[.]0[,]1[.]2") == Score(0, 2, success=False)
    without = {**TWO, "behaviour": {"applyPenalties": False}}
    assert score("H5P.DragQuestion 1.14", without, "0[.]0[,]1[.]2") == Score(1, 2, success=False)


def test_where_nothing_belongs_anywhere_leaving_all_is_worth_a_point() -> None:
    params = task([{"dropZones": ["0"]}], [{"correctElements": []}])

    assert score("H5P.DragQuestion 1.14", params, "") == Score(1, 1, success=True)
    assert score("H5P.DragQuestion 1.14", params, "0[.]0") == Score(0, 1, success=False)


@pytest.mark.parametrize(
    "params",
    [{"question": None}, {"question": {"task": None}}, {"question": {"task": {"elements": 1}}}, {"behaviour": None}],
)
def test_params_that_break_the_official_player_are_refused(params: object) -> None:
    with pytest.raises(InvalidContent):
        content.parse(params)
