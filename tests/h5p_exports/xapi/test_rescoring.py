from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import InvalidContent, InvalidResponse, NotScored
from h5p_exports.xapi import MOST_DECLARED, Basis, Node, Rescored, maximum, read_tree, rescore
from tests.h5p_exports.xapi.trees import JSON, NODES

GOLDEN = Path(__file__).parents[2] / "golden" / "h5p_scoring_a.json"
CASES = [case for case in json.loads(GOLDEN.read_text("utf-8")) if '"state"' not in json.dumps(case)]
"""The recorded verdicts on what a tree says: it holds no saved state."""

TRUE = {"library": "H5P.TrueFalse 1.8", "params": {"correct": "true", "question": "<p>Vrai ?</p>"}, "subContentId": "t"}
BLANKS = {"library": "H5P.Blanks 1.14", "params": {"questions": ["*x* *y*"]}, "subContentId": "b"}
CROSSWORD = {"library": "H5P.Crossword 0.5", "params": {}, "subContentId": "c", "metadata": {"title": "Grille"}}
TEXT = {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>Lis.</p>"}, "subContentId": "a"}


def column(*contents: object) -> dict[str, Any]:
    return {"content": [{"content": content} for content in contents]}


def node_of(answers: dict[str, Any]) -> Node:
    """What the player says of these answers, with full marks claimed."""
    children = tuple(node_of(child) for child in answers.get("children") or ())
    return Node(answers.get("subContentId"), answers.get("response"), 99, 99, "", children)


def of_column(contents: list[object], *nodes: Node) -> Rescored:
    return rescore("H5P.Column 1.18", column(*contents), Node(children=nodes))


def test_responses_are_scored_as_the_official_types_score_them() -> None:
    for case in CASES:
        rescored = rescore(case["library"], case["params"], node_of(case))
        expected = case["expected"]
        assert (rescored.raw, rescored.max) == (expected["raw"], expected["max"]), case["id"]
        assert not rescored.declared


def test_the_points_that_are_claimed_for_what_is_computed_count_for_nothing() -> None:
    rescored = of_column([TRUE, BLANKS], Node("t", "false", 1, 1), Node("b", "x[,]z", 2, 2))
    assert (rescored.raw, rescored.max, rescored.declared) == (1, 3, False)


def test_what_only_its_own_script_can_score_is_declared() -> None:
    rescored = of_column([TRUE, CROSSWORD], Node("t", "true"), Node("c", "mots", 3, 5))
    assert (rescored.raw, rescored.max, rescored.declared) == (4, 6, True)
    assert [(part.title, part.basis) for part in rescored.parts] == [("", Basis.COMPUTED), ("Grille", Basis.DECLARED)]


def test_leaving_out_what_only_its_own_script_can_score_is_the_browsers_word_too() -> None:
    # Its points would have counted: a tree without them makes three of six a full mark.
    for nodes in [(Node("t", "true"),), (Node("t", "true"), Node("c")), (Node("t", "true"), Node("c", raw=0, max=0))]:
        rescored = of_column([TRUE, CROSSWORD], *nodes)
        assert (rescored.raw, rescored.max, rescored.declared) == (1, 1, True)


@pytest.mark.parametrize(
    ("raw", "best", "expected"),
    [
        (3, 5, (3, 5)),
        (9, 5, (5, 5)),
        (-1, 5, (0, 5)),
        (500, 1000, (MOST_DECLARED / 2, MOST_DECLARED)),
        (1, 1e300, (pytest.approx(0), MOST_DECLARED)),
    ],
)
def test_declared_points_are_kept_within_bounds(raw: float, best: float, expected: tuple[float, float]) -> None:
    rescored = rescore("H5P.Crossword 0.5", {}, Node(raw=raw, max=best))
    assert (rescored.raw, rescored.max) == expected


@pytest.mark.parametrize("node", [None, Node(), Node(raw=1), Node(max=1), Node(raw=1, max=0), Node(raw=1, max=-3)])
def test_nothing_is_declared_without_points_to_win(node: Node | None) -> None:
    rescored = rescore("H5P.Crossword 0.5", {}, node)
    assert (rescored.raw, rescored.max, rescored.declared) == (0, 0, False)


def test_a_response_that_its_type_cannot_have_given_is_worth_nothing() -> None:
    rescored = of_column([TRUE, BLANKS], Node("t", "maybe", 1, 1), Node("b", "x[,]y[,]z", 2, 2))
    assert (rescored.raw, rescored.max) == (0, 3)
    assert {part.basis for part in rescored.parts} == {Basis.UNREADABLE}


def test_a_part_is_answered_once_and_no_other_content_adds_points() -> None:
    rescored = of_column([TRUE, TEXT], *[Node("t", "true")] * 3, Node("a", "", 5, 5), Node("other", "true", 5, 5))
    assert (rescored.raw, rescored.max) == (1, 1)


def test_the_first_answer_to_a_part_is_the_one_that_counts() -> None:
    assert of_column([TRUE], Node("t", "false"), Node("t", "true")).raw == 0


def test_parts_without_ids_are_known_by_their_places() -> None:
    unnamed = [{**content, "subContentId": None} for content in (TRUE, BLANKS)]
    rescored = of_column(list(unnamed), Node("made-up", "true"), Node(None, "x[,]y"))
    assert (rescored.raw, rescored.max) == (3, 3)


def test_statements_without_ids_are_known_by_their_places_whatever_the_player_calls_them() -> None:
    params = {"choices": [{"question": "?", "answers": ["oui", "non"]}, {"question": "?", "answers": ["un", "deux"]}]}
    rescored = rescore("H5P.SingleChoiceSet 1.11", params, Node(children=(Node("x", "0"), Node("y", "1"))))
    assert (rescored.raw, rescored.max) == (1, 2)


def test_contents_are_counted_at_every_depth() -> None:
    chapter = {"library": "H5P.Column 1.18", "params": column(TRUE, CROSSWORD), "subContentId": "1"}
    tree = Node(children=(Node("1", children=(Node("c", None, 2, 2), Node("t", "true"))),))
    rescored = rescore("H5P.InteractiveBook 1.11", {"chapters": [chapter]}, tree)
    assert (rescored.raw, rescored.max, rescored.declared) == (3, 3, True)


def drawn(count: int) -> dict[str, Any]:
    return {"poolSize": count, "randomQuestions": True, "questions": [TRUE, BLANKS, {**TRUE, "subContentId": "u"}]}


def test_of_a_draw_only_what_was_drawn_counts() -> None:
    rescored = rescore("H5P.QuestionSet 1.20", drawn(2), Node(children=(Node("u", "true"), Node("b", "x[,]"))))
    assert (rescored.raw, rescored.max) == (2, 3)


def test_fewer_questions_than_are_drawn_are_no_draw() -> None:
    with pytest.raises(InvalidResponse):
        rescore("H5P.QuestionSet 1.20", drawn(2), Node(children=(Node("u", "true"),)))


def test_a_draw_of_questions_without_ids_is_declared() -> None:
    params = {"poolSize": 1, "questions": [{**TRUE, "subContentId": None}, {**TRUE, "subContentId": None}]}
    rescored = rescore("H5P.QuestionSet 1.20", params, Node(raw=1, max=1))
    assert (rescored.raw, rescored.max, rescored.declared) == (1, 1, True)


def scenario(scoring: str) -> dict[str, Any]:
    step = {"type": TRUE, "nextContentId": -1, "feedback": {"endScreenScore": 4}}
    options = {"scoringOption": scoring, "includeInteractionsScores": True}
    return {"branchingScenario": {"content": [step], "scoringOptionGroup": options, "endScreens": []}}


def test_a_scenario_is_scored_by_its_path() -> None:
    tree = Node(children=(Node("t", "true"),))
    assert rescore("H5P.BranchingScenario 1.10", scenario("static-end-score"), tree).raw == 4
    assert rescore("H5P.BranchingScenario 1.10", scenario("dynamic-score"), tree).raw == 1


def test_a_path_that_leads_nowhere_is_worth_nothing() -> None:
    rescored = rescore("H5P.BranchingScenario 1.10", scenario("static-end-score"), Node(raw=9, max=9))
    assert (rescored.raw, rescored.parts[0].basis) == (0, Basis.UNREADABLE)


def test_an_essay_whose_keyword_no_one_reads_here_is_declared() -> None:
    params = {"keywords": [{"keyword": "/(?<=a)b/", "options": {"points": 1, "occurrences": 1}}]}
    rescored = rescore("H5P.Essay 1.5", params, Node(None, "ab", 1, 1))
    assert (rescored.raw, rescored.declared) == (1, True)


def test_an_essay_that_is_too_long_to_score_says_so() -> None:
    keywords = [{"keyword": "photosynthèse", "options": {"points": 1, "occurrences": 1, "forgiveMistakes": True}}]
    with pytest.raises(NotScored, match="essay-too-long"):
        rescore("H5P.Essay 1.5", {"keywords": keywords}, Node(None, "a " * 1_100_000))


def test_params_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(InvalidContent):
        rescore("H5P.Column 1.18", {"content": 3}, None)


@pytest.mark.parametrize(
    ("library", "params", "most"),
    [
        ("H5P.Column 1.18", column(TRUE, BLANKS, TEXT), 3),
        ("H5P.Column 1.18", column(TRUE, CROSSWORD), None),
        ("H5P.Crossword 0.5", {}, None),
        ("H5P.Agamotto 1.6", {}, 0),
        ("H5P.QuestionSet 1.20", drawn(1), 2),
        ("H5P.BranchingScenario 1.10", scenario("dynamic-score"), None),
    ],
    ids=["computed", "in part", "declared", "unscored", "draw", "scenario"],
)
def test_the_most_is_known_where_everything_is_computed(library: str, params: object, most: float | None) -> None:
    assert maximum(library, params) == most


CONTENTS: list[tuple[str, dict[str, Any]]] = [
    ("H5P.Column 1.18", column(TRUE, BLANKS, CROSSWORD, TEXT)),
    ("H5P.QuestionSet 1.20", drawn(2)),
    ("H5P.BranchingScenario 1.10", scenario("dynamic-score")),
    ("H5P.Crossword 0.5", {}),
    *((case["library"], case["params"]) for case in CASES[::60]),
]


@given(st.sampled_from(CONTENTS), NODES)
def test_any_tree_gives_a_score_within_bounds_or_a_typed_error(content: tuple[str, object], node: Node) -> None:
    try:
        rescored = rescore(*content, node)
    except (InvalidResponse, NotScored):
        return
    assert 0 <= rescored.raw <= rescored.max


@given(st.sampled_from(CONTENTS), JSON)
def test_any_json_gives_a_score_within_bounds_or_a_typed_error(content: tuple[str, object], value: object) -> None:
    try:
        rescored = rescore(*content, read_tree(value))
    except (InvalidResponse, NotScored):
        return
    assert 0 <= rescored.raw <= rescored.max
