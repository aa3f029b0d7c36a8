from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.build import assemble
from h5p_exports.formats import find_traps
from h5p_exports.profiles import load_profile
from tests.h5p_exports.build.samples import VERBS


def traps(library: str, params: Any) -> list[str]:
    return [notice.id for notice in find_traps(library, params)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Un *chat*.", []),
        ("*l’eau*", ["blank-one-apostrophe"]),
        ("*l’eau/l'eau*", []),
        ("À *10:30*", ["blank-colon"]),
        ("*1/2*", ["blank-slash"]),
        ("*10 h 30/10h30*", []),
        ("*5\u00a0km*", ["blank-hard-space"]),
        ("*oui !*", ["blank-punctuation"]),
        ("<p>Il voit l’*arbre*</p>", ["blank-elision"]),
        ("l’*annonce/l’annonce/l'annonce*", []),
    ],
)
def test_the_traps_of_blanks_are_found(question: str, found: list[str]) -> None:
    assert traps("H5P.Blanks 1.14", {"questions": [question]}) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Le *chat* dort", []),
        ("Un *grand arbre* là", ["mark-lost", "mark-lost", "mark-nothing"]),
        ("Dans l’*arbre*", ["mark-lost", "mark-nothing"]),
        ("Rien du tout", ["mark-nothing"]),
    ],
)
def test_the_traps_of_words_to_mark_are_found(text: str, found: list[str]) -> None:
    assert traps("H5P.MarkTheWords 1.11", {"textField": text}) == found


def test_traps_inside_other_contents_have_their_path() -> None:
    question = {"library": "H5P.Blanks 1.14", "params": {"questions": ["*l’eau*"]}}

    (notice,) = find_traps("H5P.QuestionSet 1.20", {"questions": [question]})

    assert notice.details["where"] == "questions[0].params, 1"
    assert "l’eau" in notice.message("fr")
    assert "l’eau" in notice.message("en")


def test_what_is_built_here_has_no_trap() -> None:
    made = assemble(VERBS, profile=load_profile("moodle-5.1"))

    assert traps(made.library, made.params) == []


@given(st.sampled_from(["H5P.Blanks 1.14", "H5P.MarkTheWords 1.11", "x"]), st.text(max_size=30))
def test_no_content_makes_the_search_fail(library: str, text: str) -> None:
    params = {"questions": [text], "textField": text, "content": {"library": library, "params": text}}

    for notice in find_traps(library, params):
        assert notice.message("fr")
        assert notice.message("en")
