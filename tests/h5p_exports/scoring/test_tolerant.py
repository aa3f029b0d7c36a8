from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.scoring import Tolerance, score

TOLERANCES = st.builds(Tolerance, st.booleans(), st.booleans(), st.booleans(), st.booleans())
TEXTS = st.text("ae\u0301éœÆ'’‘ \u00a0\u202f", max_size=10)


def blank(expected: str, answer: str, tolerance: Tolerance | None) -> bool:
    params = {"questions": [f"*{expected}*"]}
    return score("H5P.Blanks 1.14", params, answer, tolerance=tolerance).raw == 1


@given(TOLERANCES, TEXTS)
def test_folding_twice_changes_nothing_more(tolerance: Tolerance, text: str) -> None:
    assert tolerance.fold(tolerance.fold(text)) == tolerance.fold(text)


@given(TOLERANCES, TEXTS.filter(lambda text: text.strip(" \u00a0\u202f")), st.text("aé'’ ", max_size=6))
def test_tolerance_takes_no_point_away(tolerance: Tolerance, expected: str, answer: str) -> None:
    assert blank(expected, answer, tolerance) or not blank(expected, answer, None)


@pytest.mark.parametrize(
    ("expected", "answer"),
    [("l'eau", "l’eau"), ("l’eau", "l'eau"), ("5 km", "5\u00a0km"), ("5 km", "5  km"), ("été", "e\u0301te\u0301")],
)
def test_typing_makes_no_difference(expected: str, answer: str) -> None:
    assert blank(expected, answer, Tolerance())
    assert not blank(expected, answer, None)


def test_ligatures_and_accents_are_forgiven_where_a_teacher_says_so() -> None:
    assert not blank("cœur", "coeur", Tolerance())
    assert blank("cœur", "coeur", Tolerance(ligatures=True))
    assert not blank("élève", "eleve", Tolerance())
    assert blank("élève", "eleve", Tolerance(accents=True))


def test_every_typed_answer_is_tolerated_wherever_it_stands() -> None:
    blanks = {"library": "H5P.Blanks 1.14", "params": {"questions": ["*l'eau*"]}}
    options = {"points": 1, "occurrences": 1}
    essay = {"library": "H5P.Essay 1.5", "params": {"keywords": [{"keyword": "eau", "options": options}]}}
    cards = {"library": "H5P.Flashcards 1.5", "params": {"cards": [{"text": "?", "answer": "l'eau"}]}}
    params = {"content": [{"content": content} for content in (blanks, essay, cards)]}
    children = [{"response": "l’eau"}, {"response": "de l’eau"}, {"response": "l’eau"}]

    assert score("H5P.Column 1.18", params, None, children=children).raw == 0
    assert score("H5P.Column 1.18", params, None, children=children, tolerance=Tolerance()).raw == 3
