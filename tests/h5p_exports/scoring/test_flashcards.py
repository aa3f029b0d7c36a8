from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring import Score, score

CARDS = [
    {"text": "Capitale de la France ?", "answer": "Paris"},
    {"text": "Fleuve ?", "answer": r"la Seine/Seine"},
    {"text": "Lis bien."},
    {"text": "Vitesse ?", "answer": r"km\/h"},
]


def cards(response: object, children: object = None, **params: object) -> Score:
    return score("H5P.Flashcards 1.5", {"cards": CARDS, **params}, response, children=children)


@given(st.lists(st.text(max_size=5).filter(lambda text: "[,]" not in text), min_size=3, max_size=3))
def test_a_score_is_between_none_and_all_points(answers: list[str]) -> None:
    result = cards("[,]".join(answers))

    assert 0 <= result.raw <= result.max == 3


def test_each_alternative_is_a_right_answer() -> None:
    assert cards("paris[,] SEINE [,]km/h") == Score(3, 3, success=True)
    assert cards("paris[,]la Seine[,]km", caseSensitive=True) == Score(1, 3, success=False)


def test_answers_may_come_one_by_one() -> None:
    assert cards(None, children=[{"response": "Paris"}, {"response": "Loire"}]) == Score(1, 3, success=False)


@pytest.mark.parametrize("response", ["Paris", "a[,]b[,]c[,]d"])
def test_another_number_of_answers_is_refused(response: str) -> None:
    with pytest.raises(InvalidResponse):
        cards(response)
