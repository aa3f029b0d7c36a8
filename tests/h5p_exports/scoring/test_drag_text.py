from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import drag_text as content
from h5p_exports.errors import InvalidContent, InvalidResponse
from h5p_exports.scoring import Score, drag_text, score

MARKUP = st.text("*:\\+-ab <é\u00a0\u2028\n😀", max_size=30)


def exercise(text: str, distractors: str = "") -> content.DragText:
    return content.parse({"textField": text, "distractors": distractors})


@given(MARKUP, MARKUP, st.data())
def test_a_score_is_between_none_and_all_points(text: str, distractors: str, data: st.DataObject) -> None:
    model = exercise(text, distractors)
    shuffled = data.draw(st.permutations(model.labels))
    placed = tuple(label if data.draw(st.booleans()) else "" for label in shuffled[: len(model.gaps)])

    result = drag_text.score(model, placed)

    assert 0 <= result.raw <= result.max == len(model.gaps)


@given(MARKUP)
def test_every_word_in_its_gap_is_right_unless_it_is_empty(text: str) -> None:
    model = exercise(text)

    placed = tuple(gap.text for gap in model.gaps)
    assert drag_text.verdicts(model, placed) == tuple(bool(gap.text) for gap in model.gaps)


@pytest.mark.parametrize(
    ("source", "text", "tip", "correct", "incorrect"),
    [
        (r"*mot:un indice\+Oui \-Non*", "mot", "un indice", "Oui", "Non"),
        (r"*mot\-Non\+Oui:indice*", "mot", "indice", "Oui", "Non"),
        (r"*C:\dossier*", r"C:\dossier", "", "", ""),
        (r"*a\+b\+c*", r"a\+b\+c", "", "b", ""),
        ("* chat *", " chat", "", "", ""),
        ("**", "", "", "", ""),
    ],
)
def test_tip_and_feedback_are_taken_out_of_a_word(
    source: str, text: str, tip: str, correct: str, incorrect: str
) -> None:
    (gap,) = exercise(f"x {source} y").gaps

    assert (gap.text, gap.tip, gap.correct_feedback, gap.incorrect_feedback) == (text, tip, correct, incorrect)


def test_distractors_are_labels_without_a_gap() -> None:
    model = exercise("Le *chat* dort", "*chien*\n*loup* et rien")

    assert model.labels == ("chat", "chien", "loup")
    assert model.parts == ("Le ", model.gaps[0], " dort")


@pytest.mark.parametrize("response", ["chat[,]chat", "rat[,]", "chat", "chat[,]souris[,]", "Chat[,]souris"])
def test_a_response_that_no_player_sends_is_refused(response: str) -> None:
    with pytest.raises(InvalidResponse):
        drag_text.read_response(exercise("*chat* *souris*"), response)


def test_no_response_leaves_every_gap_empty() -> None:
    assert score("H5P.DragText 1.10", {"textField": "*a* *b*"}, None) == Score(0, 2, success=None)


@pytest.mark.parametrize("params", [{"textField": None}, {"textField": 3}, {"behaviour": None}, "a"])
def test_params_that_break_the_official_player_are_refused(params: object) -> None:
    with pytest.raises(InvalidContent):
        content.parse(params)
