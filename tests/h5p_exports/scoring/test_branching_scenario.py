from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import InvalidContent, InvalidResponse
from h5p_exports.scoring import Score, score


def step(library: str, params: object, **options: object) -> dict[str, object]:
    return {"type": {"library": library, "params": params}, **options}


def question(*alternatives: tuple[int, int | None]) -> dict[str, object]:
    answers = [{"nextContentId": then, "feedback": {"endScreenScore": points}} for then, points in alternatives]
    return step("H5P.BranchingQuestion 1.0", {"branchingQuestion": {"alternatives": answers}})


TRUE = {"correct": "true"}
CONTENT = [
    step("H5P.AdvancedText 1.1", {"text": "Lis."}, nextContentId=1),
    question((2, 5), (1, 2), (-1, 9)),
    step(
        "H5P.Column 1.18",
        {"content": [{"content": {"library": "H5P.TrueFalse 1.8", "params": TRUE}}]},
        nextContentId=-1,
    ),
]


def scenario(children: object, option: str, *, inside: bool = False, content: object = CONTENT) -> Score:
    params = {
        "branchingScenario": {
            "content": content,
            "endScreens": [{"endScreenScore": 4}],
            "scoringOptionGroup": {"scoringOption": option, "includeInteractionsScores": inside},
        }
    }
    return score("H5P.BranchingScenario 1.8", params, None, children=children)


def answers(*responses: str) -> list[dict[str, object]]:
    return [
        {"response": None, "children": [{"response": response}]}
        if response in {"true", "false"}
        else {"response": response}
        for response in responses
    ]


@pytest.mark.parametrize(
    ("responses", "points"), [(("0", "true"), 4), (("2",), 9), (("1", "2"), 9), (("1", "1", "0", "false"), 4)]
)
def test_the_end_that_is_reached_gives_its_points(responses: tuple[str, ...], points: int) -> None:
    assert scenario(answers(*responses), "static-end-score") == Score(points, 9, success=points == 9)


def test_the_path_gives_the_points_of_its_answers() -> None:
    assert scenario(answers("0", "true"), "dynamic-score") == Score(5, 5, success=True)
    assert scenario(answers("2"), "dynamic-score") == Score(0, 5, success=False)


def test_contents_on_the_path_may_count_too() -> None:
    assert scenario(answers("0", "true"), "dynamic-score", inside=True) == Score(6, 6, success=True)


def test_a_loop_overwrites_what_was_given_before() -> None:
    assert scenario(answers("1", "0", "false"), "dynamic-score", inside=True) == Score(5, 6, success=False)


def test_a_scenario_without_scores_is_worth_nothing() -> None:
    assert scenario(answers("2"), "no-score") == Score(0, 0, success=True)


@given(
    st.lists(st.sampled_from(["0", "1", "2", "true", "false"]), max_size=5),
    st.sampled_from(["dynamic-score", "static-end-score"]),
)
def test_a_score_is_between_none_and_all_points(responses: list[str], option: str) -> None:
    try:
        result = scenario(answers(*responses), option, inside=True)
    except InvalidResponse:
        return
    assert 0 <= result.raw <= result.max


@pytest.mark.parametrize(
    "children", [None, [], answers("0"), answers("3"), answers("2", "0"), answers(""), "0", [None]]
)
def test_answers_that_lead_to_no_end_are_refused(children: object) -> None:
    with pytest.raises(InvalidResponse):
        scenario(children, "static-end-score")


@pytest.mark.parametrize("then", [0, 7])
def test_a_path_without_end_is_refused(then: int) -> None:
    with pytest.raises(InvalidResponse):
        scenario([], "no-score", content=[step("H5P.AdvancedText 1.1", {}, nextContentId=then)])


@pytest.mark.parametrize("content", [None, [None], [{}], [{"type": {"library": "a"}, "nextContentId": "x"}]])
def test_a_scenario_that_cannot_be_followed_is_refused(content: object) -> None:
    with pytest.raises(InvalidContent):
        scenario([], "no-score", content=content)
