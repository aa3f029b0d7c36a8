from __future__ import annotations

import pytest

from h5p_exports.content_types import Blanks, MultiChoice, TrueFalse
from h5p_exports.content_types import question_set as content
from h5p_exports.errors import InvalidContent, InvalidResponse, UnsupportedContentType
from h5p_exports.scoring import Score, question_set, score

QUESTIONS: list[dict[str, object]] = [
    {"library": "H5P.TrueFalse 1.8", "params": {"correct": "true"}, "subContentId": "a"},
    {"library": "H5P.Blanks 1.14", "params": {"questions": ["*x* *y*"]}, "subContentId": "b"},
    {"library": "H5P.MultiChoice 1.16", "params": {"answers": [{"correct": True}, {}]}, "subContentId": "c"},
]


def set_score(children: object, **params: object) -> Score:
    return score("H5P.QuestionSet 1.20", {"questions": QUESTIONS, **params}, None, children=children)


def test_points_are_added_up_whatever_the_order() -> None:
    children = [{"subContentId": "c", "response": "0"}, {"subContentId": "b", "response": "x[,]z"}]

    assert set_score(children) == Score(2, 4, success=False)


def test_full_marks_are_the_success_that_is_reported() -> None:
    children = [{"response": "true"}, {"response": "", "state": ["x", "y"]}, {"response": "0"}]

    assert set_score(children, passPercentage=0) == Score(4, 4, success=True)


def test_the_drawn_questions_alone_count() -> None:
    children = [{"subContentId": "c", "response": "0"}, {"subContentId": "a", "response": "true"}]

    assert set_score(children, poolSize=2) == Score(2, 2, success=True)


@pytest.mark.parametrize(
    "children",
    [
        [{"subContentId": "a", "response": "true"}],
        [{"subContentId": name, "response": ""} for name in "abc"],
        [{"response": "true"}, {"response": ""}],
        None,
    ],
)
def test_a_draw_that_cannot_be_is_refused(children: object) -> None:
    with pytest.raises(InvalidResponse):
        set_score(children, poolSize=2)


@pytest.mark.parametrize(
    "children",
    [
        "true",
        [None],
        [{"subContentId": "z", "response": ""}],
        [{"subContentId": "a", "response": "true"}] * 2,
        [{"subContentId": "b", "response": ""}, {"response": ""}],
        [{}] * 4,
    ],
)
def test_children_that_do_not_match_the_questions_are_refused(children: object) -> None:
    with pytest.raises(InvalidResponse):
        set_score(children)


def test_shuffled_questions_are_not_matched_by_position() -> None:
    with pytest.raises(InvalidResponse):
        set_score([{"response": "true"}], randomQuestions=True)


def test_a_question_of_another_type_is_named() -> None:
    questions = [*QUESTIONS, {"library": "H5P.MultiMediaChoice 0.3", "params": {}}]

    with pytest.raises(UnsupportedContentType, match=r"H5P\.MultiMediaChoice 0\.3"):
        score("H5P.QuestionSet 1.20", {"questions": questions}, None)


def test_a_broken_question_is_located() -> None:
    questions = [*QUESTIONS, {"library": "H5P.MultiChoice 1.16", "params": {"answers": 1}}]

    with pytest.raises(InvalidContent) as caught:
        content.parse({"questions": questions})
    assert caught.value.where == "questions[3].answers"


def test_buttons_forced_by_the_set_replace_those_of_the_questions() -> None:
    override = {"checkButton": False, "showSolutionButton": "off", "retryButton": "on"}

    model = content.parse({"questions": QUESTIONS, "override": override})

    for child in model.children:
        assert isinstance(child.model, Blanks | MultiChoice | TrueFalse)
        behaviour = child.model.behaviour
        assert (behaviour.enable_check, behaviour.enable_solutions, behaviour.enable_retry) == (False, False, True)


def test_the_pass_percentage_decides_what_the_pupil_is_told() -> None:
    model = content.parse({"questions": QUESTIONS, "passPercentage": 50})

    assert question_set.passed(model, Score(2, 4, success=False))
    assert not question_set.passed(model, Score(1, 4, success=False))
