from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from h5p_exports.errors import InvalidResponse
from h5p_exports.xapi import Node, read_tree
from h5p_exports.xapi.tree import DEEPEST, LONGEST_RESPONSE, MOST_NODES
from tests.h5p_exports.xapi.trees import JSON, NODES


def statement(**said: Any) -> dict[str, Any]:
    return {"statement": said}


def nested(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(levels - 1):
        tree = {"children": [tree]}
    return tree


def test_the_id_the_response_the_points_and_the_question_are_read() -> None:
    definition = {
        "extensions": {"http://h5p.org/x-api/h5p-subContentId": "a-b"},
        "description": {"en-US": "<p>Combien ?</p>"},
    }
    result = {"score": {"min": 0, "max": 4, "raw": 3, "scaled": 0.75}, "response": "0[,]2", "success": True}
    tree = statement(actor={"name": "x"}, object={"definition": definition}, result=result)
    assert read_tree(tree) == Node("a-b", "0[,]2", 3, 4, "<p>Combien ?</p>")


def test_a_content_that_says_nothing_has_no_tree() -> None:
    assert read_tree(None) is None


@given(NODES)
def test_a_tree_that_is_kept_is_read_again(node: Node) -> None:
    assert read_tree(json.loads(json.dumps(node.as_tree()))) == node


@given(JSON)
def test_any_value_is_a_tree_or_refused(value: object) -> None:
    try:
        node = read_tree(value)
    except InvalidResponse:
        return
    json.dumps(node.as_tree() if node else None).encode()


@pytest.mark.parametrize("points", [True, "3", float("nan"), float("inf"), 10**400, None, [3]])
def test_points_that_are_no_finite_number_are_not_said(points: object) -> None:
    node = read_tree(statement(result={"score": {"raw": points, "max": points}}))
    assert node == Node()


@pytest.mark.parametrize(
    "tree",
    [
        [],
        "tree",
        nested(DEEPEST + 1),
        {"children": [{}] * MOST_NODES},
        {"children": [3]},
        statement(result={"response": "x" * (LONGEST_RESPONSE + 1)}),
        statement(result={"response": "\0"}),
        statement(result={"response": "\ud800"}),
        statement(object={"definition": {"extensions": {"http://h5p.org/x-api/h5p-subContentId": "x" * 65}}}),
    ],
    ids=["list", "text", "deep", "many", "child", "long", "NUL", "surrogate", "id"],
)
def test_what_no_player_sends_is_refused(tree: object) -> None:
    with pytest.raises(InvalidResponse):
        read_tree(tree)


def test_what_is_just_allowed_is_read() -> None:
    assert read_tree(nested(DEEPEST))
    assert read_tree({"children": [{}] * (MOST_NODES - 1)})


def test_a_child_without_data_is_passed_over() -> None:
    assert read_tree({"children": [None, statement(result={"response": "a"})]}) == Node(children=(Node(response="a"),))
