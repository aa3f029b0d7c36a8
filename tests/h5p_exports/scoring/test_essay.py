from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import essay as content
from h5p_exports.errors import InvalidContent, NotScored
from h5p_exports.scoring import Score, essay

WORDS = st.text("ab*é ',😀", max_size=12)
PATTERNS = st.text("ab.*+?()|[]", max_size=8).map("/{}/".format)
NUMBERS = st.integers(0, 5) | st.floats(0, 5)
KEYWORDS = st.fixed_dictionaries(
    {
        "keyword": WORDS | PATTERNS,
        "alternatives": st.lists(WORDS, max_size=2),
        "options": st.fixed_dictionaries(
            {
                "points": NUMBERS,
                "occurrences": NUMBERS,
                "caseSensitive": st.booleans(),
                "forgiveMistakes": st.booleans(),
            }
        ),
    }
)
BEHAVIOURS = st.dictionaries(
    st.sampled_from(["percentageMastering", "percentagePassing", "pointsHost"]), st.integers(0, 120)
)


def found(keyword: str, text: str, *alternatives: str, occurrences: int = 9, **options: object) -> float:
    """How often a keyword is counted in a text."""
    options = {"points": 1, "occurrences": occurrences, "caseSensitive": True, **options}
    model = content.parse({"keywords": [{"keyword": keyword, "alternatives": [*alternatives], "options": options}]})
    return essay.score(model, text).raw


@given(st.lists(KEYWORDS, max_size=3), BEHAVIOURS, WORDS)
def test_a_score_is_between_none_and_all_points(
    keywords: list[dict[str, object]], behaviour: dict[str, object], text: str
) -> None:
    model = content.parse({"keywords": keywords, "behaviour": behaviour})
    try:
        result = essay.score(model, text)
    except NotScored:
        return

    assert 0 <= result.raw <= result.max
    assert math.isfinite(result.max)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("eau", 1),
        ("l'eau, eau; eau!", 3),
        ("(eau) eau: «eau» l’eau eaux", 0),
        ("eau\neau\r\neau", 3),
        ("Eau", 0),
        ("", 0),
    ],
)
def test_a_keyword_counts_where_it_stands_alone(text: str, count: int) -> None:
    assert found("eau", text) == count


def test_a_wildcard_stands_for_letters() -> None:
    assert found("ch*t", "chat chaaat ch*t cht ch-t ch8t") == 3
    assert found("chant*", "chanter chant chantons-le") == 2
    assert found("*", "mot") == 1


def test_mistakes_are_forgiven_by_the_length_of_the_word() -> None:
    assert found("photosynthèse", "la fotosynthèse", forgiveMistakes=True) == 1
    assert found("chat", "le caht", forgiveMistakes=True) == 1
    assert found("sel", "du sle", forgiveMistakes=True) == 0
    assert found("chat", "le caht") == 0


def test_a_regular_expression_finds_words_that_stand_alone() -> None:
    assert found("/colou?r/", "color, colour; odour") == 2
    assert found("/CHATS?/", "un chat", caseSensitive=False) == 1
    assert found(r"/\d+ km/", "à 12 km, 5 km") == 2


@pytest.mark.parametrize(
    "pattern", ["/(a)\\1/", "/(?=a)/", "/(?!a)b/", "/a{2,1}/", "/[b-a]/", "/(/", "/a)/", "/*/", "/\\k/"]
)
def test_a_regular_expression_out_of_the_subset_is_named(pattern: str) -> None:
    with pytest.raises(NotScored, match="essay-regex-not-scored"):
        found(pattern, "abc")


@pytest.mark.parametrize("pattern", ["/(a+)+$/", "/(a|a)*b/", "/(a*)*(a*)*c/", "/(.*.*.*.*)x/"])
def test_no_regular_expression_blows_up(pattern: str) -> None:
    assert found(pattern, "a" * 2_000) in {0, 1}


def test_no_text_takes_for_ever() -> None:
    with pytest.raises(NotScored, match="essay-too-long"):
        found("photosynthèse", "a " * 1_100_000, forgiveMistakes=True)
    assert found("a*a*a*a*a*b", "a" * 20_000) == 0


def test_counting_stops_at_the_occurrences_that_are_worth_points() -> None:
    assert found("eau", "eau " * 50, occurrences=3) == 3


def test_points_may_be_no_whole_number() -> None:
    options = {"points": 7, "occurrences": 1}
    model = content.parse(
        {"keywords": [{"keyword": "a", "options": options}], "behaviour": {"percentageMastering": 33}}
    )

    assert essay.score(model, "a") == Score(2.31, 2.31, success=True)


@pytest.mark.parametrize(
    "options", [{}, {"points": 1}, {"points": "x", "occurrences": 1}, {"points": -1, "occurrences": 1}]
)
def test_points_that_are_no_number_are_refused(options: object) -> None:
    with pytest.raises(InvalidContent, match="keywords"):
        content.parse({"keywords": [{"keyword": "a", "options": options}]})


@pytest.mark.parametrize("behaviour", [{"ignoreScoring": True, "pointsHost": -1}, {"percentageMastering": "x"}, None])
def test_a_maximum_that_is_no_number_is_refused(behaviour: object) -> None:
    with pytest.raises(InvalidContent, match="behaviour"):
        content.parse({"behaviour": behaviour})


def test_the_essay_may_decide_for_all_keywords() -> None:
    keyword = {"keyword": "Eau", "options": {"points": 1, "occurrences": 1, "caseSensitive": True}}

    model = content.parse({"keywords": [keyword], "behaviour": {"overrideCaseSensitive": "off"}})

    assert essay.score(model, "eau").raw == 1


@pytest.mark.parametrize(
    ("keyword", "options", "maximum"),
    [
        ("eau", {"points": 2, "occurrences": 3}, 6),
        # No occurrences are one in the maximum, though none is ever found.
        ("eau", {"points": 2, "occurrences": 0}, 2),
        ("", {"points": 2, "occurrences": 3}, 1),
    ],
)
def test_the_maximum_is_that_of_the_official_player(keyword: str, options: dict[str, int], maximum: float) -> None:
    model = content.parse({"keywords": [{"keyword": keyword, "alternatives": ["sel"], "options": options}]})

    assert model.maximum == maximum


def test_line_breaks_are_spaces_where_their_replacement_is_empty() -> None:
    options = {"points": 1, "occurrences": 1}
    behaviour = {"linebreakReplacement": ""}
    model = content.parse({"keywords": [{"keyword": "sel", "options": options}], "behaviour": behaviour})

    assert essay.score(model, "eau\nsel").raw == 1


@pytest.mark.parametrize(("case_sensitive", "count"), [(True, 1), (False, 0)])
def test_a_star_that_an_expression_finds_is_no_wildcard(case_sensitive: bool, count: int) -> None:
    assert found("/x.y/", "x*y xay", caseSensitive=case_sensitive) == count + 1


def test_a_forgiven_sign_is_found_behind_itself() -> None:
    assert found("?", "c?d e", forgiveMistakes=True) == 1
    assert found("?", "c?d e") == 0
