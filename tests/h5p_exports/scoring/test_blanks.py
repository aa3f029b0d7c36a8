from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import blanks as content
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring import Score, blanks, score

MARKUP = st.text("*/: ab<b></b>&lt;é\u00a0😀", max_size=30)


def exercise(*questions: str, **behaviour: object) -> content.Blanks:
    return content.parse({"questions": list(questions), "behaviour": behaviour})


@given(st.lists(MARKUP, min_size=1, max_size=3), st.data())
def test_a_score_is_between_none_and_all_points(questions: list[str], data: st.DataObject) -> None:
    model = exercise(*questions, acceptSpellingErrors=data.draw(st.booleans()))
    answers = data.draw(st.lists(st.text(max_size=12), min_size=len(model.blanks), max_size=len(model.blanks)))

    result = blanks.score(model, answers)

    assert 0 <= result.raw <= result.max == len(model.blanks)


@given(st.lists(MARKUP, min_size=1, max_size=3), st.booleans(), st.booleans())
def test_each_alternative_is_a_right_answer(questions: list[str], cases: bool, errors: bool) -> None:
    model = exercise(*questions, caseSensitive=cases, acceptSpellingErrors=errors)

    for position in (0, -1):
        answers = [blank.alternatives[position] for blank in model.blanks]
        assert all(blanks.verdicts(model, answers))


@given(st.lists(MARKUP, max_size=3))
def test_the_pieces_of_a_line_keep_its_blanks_in_order(questions: list[str]) -> None:
    model = exercise(*questions)

    parts = [part for line in model.lines for part in line.parts if isinstance(part, content.Blank)]
    assert tuple(parts) == model.blanks
    assert [blank.index for blank in parts] == list(range(len(parts)))


def test_each_blank_has_its_verdict() -> None:
    assert blanks.verdicts(exercise("*a* *b/c* *d*"), ["a", " c\u00a0", "e"]) == (True, True, False)


def test_the_saved_state_settles_an_ambiguous_response() -> None:
    params = {"questions": ["*a* *b*"]}

    assert score("H5P.Blanks 1.14", params, "a[,]b[,]", state=["a", "b[,]"]) == Score(1, 2, success=None)


@pytest.mark.parametrize("state", [["a"], ["a", "b", "c"], ["a", 1], "ab", {"0": "a", "1": "b"}, 0])
def test_a_state_of_another_shape_is_refused(state: object) -> None:
    with pytest.raises(InvalidResponse, match="state"):
        score("H5P.Blanks 1.14", {"questions": ["*a* *b*"]}, "a[,]b", state=state)


def test_a_response_with_too_many_parts_is_refused_without_a_state() -> None:
    with pytest.raises(InvalidResponse, match="response"):
        score("H5P.Blanks 1.14", {"questions": ["*a* *b*"]}, "a[,]b[,]")


def test_no_response_leaves_every_blank_empty() -> None:
    assert score("H5P.Blanks 1.14", {"questions": ["*a* *b/*"]}, None) == Score(1, 2, success=None)


def test_nothing_is_quadratic_in_the_length_of_a_text() -> None:
    model = exercise("*" * 200_000, "<" * 200_000 + "*x*", "*" + "a" * 200_000 + "*", acceptSpellingErrors=True)

    assert blanks.verdicts(model, ["x", "a" * 199_998])
