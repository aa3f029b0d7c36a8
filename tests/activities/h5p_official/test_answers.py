"""What a teacher reads of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from activities.h5p_official.answers import MOST_UNREADABLE, answers_of, question_of
from h5p_exports.xapi import Node, rescore

DROPS = {
    "question": {
        "settings": {"size": {"width": 100, "height": 100}},
        "task": {
            "elements": [
                {"type": {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>chat</p>"}}, "dropZones": ["0"]}
            ],
            "dropZones": [{"label": "<div>Animaux</div>", "correctElements": ["0"]}],
        },
    }
}
CHOICES = {
    "choices": [
        {"subContentId": "a", "question": "?", "answers": ["<p>oui</p>", "non"]},
        {"subContentId": "b", "question": "?", "answers": ["un", "deux"]},
    ]
}


@pytest.mark.parametrize(
    ("library", "params", "node", "expected"),
    [
        ("H5P.TrueFalse 1.8", {"correct": "true"}, Node(response="true"), ["Vrai"]),
        ("H5P.Blanks 1.14", {"questions": ["*a* *b*"]}, Node(response="x[,]"), ["x", ""]),
        ("H5P.MarkTheWords 1.11", {"textField": "*un* deux"}, Node(response="1"), ["deux"]),
        ("H5P.SortParagraphs 0.12", {"paragraphs": ["<p>A</p>", "B", "C"]}, Node(response="1[,]0"), ["B", "A"]),
        ("H5P.Essay 1.5", {"keywords": []}, Node(response="l’eau[,]etc."), ["l’eau[,]etc."]),
        ("H5P.DragQuestion 1.14", DROPS, Node(response="0[.]0"), ["chat → Animaux"]),
        ("H5P.DragQuestion 1.14", DROPS, Node(response="9"), [" → 9"]),
        ("H5P.SingleChoiceSet 1.11", CHOICES, Node(children=(Node("b", "1"), Node("a", "0"))), ["oui", "deux"]),
        ("H5P.Crossword 0.5", {}, Node(response="<i>mot</i>[,]autre"), ["mot", "autre"]),
        ("H5P.Crossword 0.5", {}, Node(), []),
        ("H5P.Crossword 0.5", {}, None, []),
    ],
)
def test_an_answer_is_told_in_the_words_of_the_content(
    library: str, params: dict[str, Any], node: Node | None, expected: list[str]
) -> None:
    (part,) = rescore(library, params, node).parts
    assert answers_of(part) == expected


def test_a_response_that_repeats_a_long_text_thousands_of_times_is_told_in_part() -> None:
    # As a whole: thousands of copies of the paragraph in a page, after many seconds.
    params = {"paragraphs": ["<p>" + "mot <b>gras</b> " * 200 + "</p>", "B"]}
    (part,) = rescore("H5P.SortParagraphs 0.12", params, Node(response="[,]".join(["0"] * 5000))).parts
    told = answers_of(part)
    assert len(told) == MOST_UNREADABLE + 1
    assert told[-1] == "…"


def test_all_the_words_that_were_marked_are_told() -> None:
    params = {"textField": " ".join(f"*m{index}*" for index in range(300))}
    (part,) = rescore("H5P.MarkTheWords 1.11", params, Node(response="[,]".join(map(str, range(300))))).parts
    assert answers_of(part) == [f"m{index}" for index in range(300)]


def test_the_question_is_the_one_of_the_content() -> None:
    (part,) = rescore("H5P.TrueFalse 1.8", {"question": "<p>Vrai ?</p>"}, Node(description="autre")).parts
    assert question_of(part) == "Vrai ?"


def test_a_question_that_is_not_read_here_is_told_as_the_player_tells_it() -> None:
    (part,) = rescore("H5P.Crossword 0.5", {}, Node(description="<b>Remplis</b> la grille")).parts
    assert question_of(part) == "Remplis la grille"
