from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import Column, Text, parse
from h5p_exports.errors import InvalidContent, InvalidResponse, UnsupportedContentType
from h5p_exports.scoring import Score, score

TRUE = {"library": "H5P.TrueFalse 1.8", "params": {"correct": "true"}, "subContentId": "t"}
BLANKS = {"library": "H5P.Blanks 1.14", "params": {"questions": ["*x* *y*"]}, "subContentId": "b"}
TEXT = {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>Lis.</p>"}, "subContentId": "a"}
VIDEO = {"library": "H5P.Video 1.6", "params": {}, "subContentId": "v"}


def column(*contents: object) -> dict[str, object]:
    return {"content": [{"content": content} for content in contents]}


def chapter(*contents: object, name: str) -> dict[str, object]:
    return {"library": "H5P.Column 1.18", "params": column(*contents), "subContentId": name}


def answer(name: str, response: object, *children: object) -> dict[str, object]:
    return {"subContentId": name, "response": response, "children": [*children]}


GOLDEN = Path(__file__).parents[2] / "golden" / "h5p_scoring_a.json"
CASES = [case for case in json.loads(GOLDEN.read_text(encoding="utf-8")) if "children" not in case]


def wrapped(kind: str, contents: list[object]) -> tuple[str, dict[str, object]]:
    """A compound content of these, and its library."""
    if kind == "set":
        return "H5P.QuestionSet 1.20", {"questions": contents}
    if kind == "slides":
        slides = [{"elements": [{"action": content}]} for content in contents]
        return "H5P.CoursePresentation 1.26", {"presentation": {"slides": slides}}
    if kind == "video":
        interactions = [{"action": content} for content in contents]
        return "H5P.InteractiveVideo 1.27", {"interactiveVideo": {"assets": {"interactions": interactions}}}
    return "H5P.Column 1.18", column(*contents)


@given(st.sampled_from(["set", "slides", "video", "column"]), st.lists(st.sampled_from(CASES), max_size=4), st.data())
def test_points_are_the_sum_of_those_inside(kind: str, cases: list[dict[str, Any]], data: st.DataObject) -> None:
    contents = [
        {"library": case["library"], "params": case["params"], "subContentId": str(index)}
        for index, case in enumerate(cases)
    ]
    children = [
        {"subContentId": str(index), "response": case["response"], "state": case.get("state")}
        for index, case in enumerate(cases)
    ]
    library, params = wrapped(kind, list(contents))

    result = score(library, params, None, children=data.draw(st.permutations(children)))

    assert result.raw == pytest.approx(sum(case["expected"]["raw"] for case in cases))
    assert result.max == pytest.approx(sum(case["expected"]["max"] for case in cases))
    assert result.success == (result.raw == result.max)


def test_a_column_adds_up_what_is_worth_points() -> None:
    params = column(TEXT, TRUE, VIDEO, BLANKS)
    children = [answer("b", "x[,]z"), answer("t", "true")]

    result = score("H5P.Column 1.18", params, None, children=children)

    assert result == Score(2, 3, success=False)
    assert [(name, inside.raw) for name, inside in result.children] == [("t", 1), ("b", 1)]


def test_answers_without_id_are_those_of_the_scored_contents_in_order() -> None:
    params = column(TEXT, {**TRUE, "subContentId": None}, {**BLANKS, "subContentId": None})

    assert score("H5P.Column 1.18", params, None, children=[{"response": "true"}, {"response": ""}]).raw == 1


def test_a_word_on_an_unscored_content_is_passed_over() -> None:
    params = column(TEXT, TRUE)

    assert score("H5P.Column 1.18", params, None, children=[answer("a", ""), answer("t", "true")]).raw == 1


def test_contents_side_by_side_count_one_by_one() -> None:
    side = {"library": "H5P.RowColumn 1.0", "params": column(TRUE)}
    row = {"library": "H5P.Row 1.2", "params": {"columns": [{"content": side}]}}

    assert score("H5P.Column 1.18", column(row, BLANKS), None, children=[answer("t", "true")]) == Score(
        1, 3, success=False
    )


def test_a_book_adds_up_its_chapters() -> None:
    params = {"chapters": [chapter(TRUE, name="1"), chapter(TEXT, BLANKS, name="2")]}
    children = [answer("1", None, answer("t", "true")), answer("2", None, answer("b", "x[,]y"))]

    assert score("H5P.InteractiveBook 1.11", params, None, children=children) == Score(3, 3, success=True)


def test_a_presentation_adds_up_its_slides() -> None:
    slides = [{"elements": [{"action": TRUE}, {"action": TEXT}, {}]}, {"elements": [{"action": BLANKS}]}, {}]
    params = {"presentation": {"slides": slides}}

    assert score("H5P.CoursePresentation 1.26", params, None, children=[answer("b", "x[,]")]) == Score(
        1, 3, success=False
    )


def test_a_video_adds_up_its_interactions() -> None:
    interactions = [{"action": TRUE, "duration": {"from": 3, "to": 9}}, {"action": TEXT}]
    params = {"interactiveVideo": {"assets": {"interactions": interactions}}}

    assert score("H5P.InteractiveVideo 1.27", params, None, children=[answer("t", "true")]) == Score(1, 1, success=True)


def test_where_nothing_is_worth_points_all_of_them_are_there() -> None:
    assert score("H5P.Column 1.18", column(TEXT), None) == Score(0, 0, success=True)


def test_a_wrong_answer_inside_is_located() -> None:
    with pytest.raises(InvalidResponse) as caught:
        score("H5P.Column 1.18", column(TRUE, BLANKS), None, children=[answer("b", "x")])
    assert caught.value.params == {"where": "children[1].response"}


def test_a_content_that_breaks_the_player_is_located() -> None:
    broken = {"library": "H5P.MultiChoice 1.16", "params": {"answers": 1}}
    params = {"chapters": [chapter(TRUE, broken, name="1")]}

    with pytest.raises(InvalidContent) as caught:
        parse("H5P.InteractiveBook 1.11", params)
    assert caught.value.where == "chapters[0].content[1].content.answers"


@pytest.mark.parametrize("library", ["H5P.MemoryGame 1.3", "H5P.Column 1.18", "H5P.TrueFalse 2.0", "nonsense"])
def test_a_content_that_is_not_scored_inside_is_named(library: str) -> None:
    with pytest.raises(UnsupportedContentType, match=library.replace(".", r"\.")):
        score("H5P.Column 1.18", column(TRUE, {"library": library}), None)


@pytest.mark.parametrize("library", ["H5P.Accordion 1.0", "H5P.AdvancedText 1.1", "H5P.Dialogcards 1.9"])
def test_a_content_worth_no_point_is_not_scored_alone(library: str) -> None:
    with pytest.raises(UnsupportedContentType):
        score(library, {}, None)


@pytest.mark.parametrize("children", ["t", [None], [answer("z", "")], [answer("t", "")] * 2, [{}] * 3])
def test_children_that_do_not_match_the_contents_are_refused(children: object) -> None:
    with pytest.raises(InvalidResponse):
        score("H5P.Column 1.18", column(TRUE, BLANKS), None, children=children)


def test_content_nested_without_end_is_not_read() -> None:
    params: dict[str, object] = {}
    for _ in range(5_000):
        params = column({"library": "H5P.Column 1.18", "params": params})

    model = parse("H5P.Column 1.18", params)

    assert isinstance(model, Column)
    assert model.children[0].model is None


def test_unscored_contents_are_read_too() -> None:
    model = parse("H5P.Column 1.18", column(TEXT))

    assert isinstance(model, Column)
    assert model.children[0].model == Text("<p>Lis.</p>")
