from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from h5p_exports.scoring.budget import Budget
from h5p_exports.scoring.regexp import find_all
from h5p_exports.scoring.wildcards import find_wildcards

ATOMS = st.sampled_from(["a", "b", "ab", ".", "[ab]", "[^a]", r"\d", r"\w", r"\b", "^", "$", "[a-c1]"])
TAKING = ATOMS.filter(lambda atom: atom not in {r"\b", "^", "$"})
QUANTIFIERS = st.sampled_from(["?", "*", "+", "??", "*?", "+?", "{2}", "{1,}", "{1,2}", "{0,2}?"])
PATTERNS = st.recursive(
    ATOMS | st.builds("{}{}".format, TAKING.filter(lambda atom: atom != "ab"), QUANTIFIERS),
    lambda inner: (
        st.lists(inner, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map("|".join).map("(?:{})".format)
        | st.builds("(a{}){}".format, inner, QUANTIFIERS)
    ),
    max_leaves=5,
)


def javascript_matches(pattern: str, text: str) -> list[str]:
    """What ``text.match(/pattern/g)`` finds: after an empty match it goes one character on."""
    # `$` matches before a last line end in Python alone, and `d` classes digits of every script.
    compiled = re.compile(pattern.replace("$", r"\Z"), re.ASCII)
    found: list[str] = []
    position = 0
    while position <= len(text) and (match := compiled.search(text, position)):
        found.append(match[0])
        position = match.end() if match[0] else match.end() + 1
    return [match for match in found if match]


@given(PATTERNS, st.text("abc1 \n", max_size=10))
def test_matches_are_those_of_a_backtracking_engine(pattern: str, text: str) -> None:
    assert list(find_all(pattern, text, Budget(), ignore_case=False)) == javascript_matches(pattern, text)


@given(st.text("ab*É", max_size=6).filter(lambda word: "*" in word), st.text("abÉ -", max_size=14))
@example("*a*b", "aaabab")
def test_wildcards_match_as_the_regular_expression_that_they_stand_for(word: str, text: str) -> None:
    letters = "[A-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]+"
    pattern = re.sub(r"\*+", letters, word)

    expected = [match.span() for match in re.finditer(pattern, text)]
    assert list(find_wildcards(word, text, Budget())) == expected
