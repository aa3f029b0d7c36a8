from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import mark_the_words as content
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring import Score, mark_the_words, score

MARKUP = st.text("* ab<p></p>.«»'&nbsp;é\u00a0😀", max_size=40)


def right_words(html: str) -> list[int]:
    return [word.index for word in content.read_words(html) if word.correct]


@given(MARKUP, st.data())
def test_a_score_is_between_none_and_all_points(html: str, data: st.DataObject) -> None:
    model = content.parse({"textField": html})
    marked = data.draw(st.sets(st.sampled_from(range(len(model.words))))) if model.words else set()

    result = mark_the_words.score(model, marked)

    assert 0 <= result.raw <= result.max
    assert result.max >= 1


@given(MARKUP)
def test_the_right_words_alone_are_the_best_score(html: str) -> None:
    model = content.parse({"textField": html})

    result = mark_the_words.score(model, {word.index for word in model.words if word.correct})
    assert result.raw == result.max


@pytest.mark.parametrize(
    ("html", "right"),
    [
        ("<p>un *mot*, deux</p>", [1]),
        ("<p>l'*arbre* *l'eau*</p>", [1]),
        ("<p>un *grand arbre* vert</p>", []),
        ("<p>*cinq***</p>", [0]),
        ("<p>*dé<em>but</em>*</p>", []),
        ("<p>*a*😀</p>", []),
        ("*a</b>b*", [0]),
        ("*a<!-- > -->b*", []),
        ("*a* <b title='>*x*'>*b*</b>", [0, 1]),
        ("*a* <b title='*b*", [0]),
    ],
)
def test_words_are_found_as_the_official_player_finds_them(html: str, right: list[int]) -> None:
    assert right_words(html) == right


def test_punctuation_around_a_word_is_not_marked() -> None:
    (word,) = content.read_words("<p>(*« mot*…</p>")[1:]

    assert (word.before, word.text, word.after) == ("", "mot*", "…")


def test_asterisks_are_not_shown() -> None:
    assert [word.text for word in content.read_words("*a* *b*s *c***")] == ["a", "bs", "c*"]


@pytest.mark.parametrize("response", ["2", "0[,]0", "a", "-1", "0[,]"])
def test_a_word_that_is_not_there_is_refused(response: str) -> None:
    with pytest.raises(InvalidResponse):
        score("H5P.MarkTheWords 1.11", {"textField": "*a* b"}, response)


def test_where_no_word_is_right_marking_none_is_worth_a_point() -> None:
    assert score("H5P.MarkTheWords 1.11", {"textField": "a b"}, "") == Score(1, 1, success=True)
    assert score("H5P.MarkTheWords 1.11", {"textField": "a b"}, "0") == Score(0, 1, success=False)


def test_nothing_is_quadratic_in_the_length_of_a_text() -> None:
    for html in (
        "*" * 200_000,
        "<a '" * 50_000,
        "<!--" * 50_000,
        "<p>" * 60_000 + "*x*",
        "</b>" * 50_000,
        " *a" * 60_000,
    ):
        content.read_words(html)
