from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import PLAYED, Blanks, MultiChoice, parse
from h5p_exports.content_types.blanks import parse as parse_blanks
from h5p_exports.errors import InvalidContent, UnsupportedContentType
from h5p_exports.filtering import clean_blanks, clean_html, clean_params, clean_text
from h5p_exports.scoring import score_line

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "golden" / "h5p_scoring_a.json").read_text(encoding="utf-8")
)


def is_played(case: dict[str, Any]) -> bool:
    questions = [question for question in case["params"].get("questions", ()) if isinstance(question, dict)]
    libraries = [case["library"], *(question["library"] for question in questions)]
    return all(library.split(" ")[0] in PLAYED for library in libraries)


OURS = [case for case in CASES if is_played(case)]
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<p onclick=alert(1)>a</p>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='java\tscript:alert(1)'>a</a>",
    "<a href='//example.org'>a</a>",
    "<iframe src='https://example.org'></iframe>",
    "<p style='background:url(https://example.org)'>a</p>",
    "<p class='btn'>a</p>",
    "<form action='https://example.org'><input name=a></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<base href='https://example.org'>",
    "<!--><script>alert(1)</script>-->",
]
DANGER = re.compile(
    r"<(?:script|img|svg|iframe|form|input|math|style|base|noscript)|<[^>]* (?:on|style|class|src)", re.IGNORECASE
)
MARKUP = st.text("*/: ab<b></b><script>&lt;#42é\u00a0😀\ue000\ue001'\"=", max_size=40)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_can_run_or_fetch_anything(attack: str) -> None:
    cleaned = clean_html(f"avant {attack} après")

    assert not DANGER.search(cleaned)
    assert "javascript:" not in cleaned
    assert "<" not in clean_text(attack)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Un <strong>mot</strong>, <em>une</em> idée<br>H<sub>2</sub>O, x<sup>2</sup></p>",
        "<h2>Titre</h2><ul><li>a</li></ul><ol><li>b</li></ol><hr><pre><code>x = 1</code></pre>",
        '<table><tbody><tr><th scope="col">a</th><td colspan="2">b</td></tr></tbody></table>',
        '<p dir="rtl" lang="ar">سلام</p>',
        "l'eau &amp; 5 &lt; 6 « oui »",
    ],
)
def test_the_markup_of_an_exercise_is_kept(text: str) -> None:
    assert clean_html(text) == text


def test_links_go_to_https_and_mail_alone_and_say_nothing_of_us() -> None:
    assert clean_html('<a href="https://example.org/a" target="_blank">a</a>') == (
        '<a href="https://example.org/a" rel="noopener noreferrer">a</a>'
    )
    assert "href" not in clean_html('<a href="http://example.org">a</a><a href="/s/1">a</a>')


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_html(clean_html(text)) == clean_html(text)


def test_lone_surrogates_do_not_survive() -> None:
    assert clean_html("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("question", "cleaned"),
    [
        ("<p>*l&#039;eau* *&lt;b&gt;*</p>", "<p>*l&#039;eau* *&lt;b&gt;*</p>"),
        ("*5 &lt; 6* et *a & b*", "*5 &lt; 6* et *a & b*"),
        ("2 &#42; 3 &#42; *4*", "2 &#42; 3 &#42; *4*"),
        ("*a*<script>alert(1)</script>*b*", "*a* *b*"),
        ("*a < b:<img src=x>aide*", "*a &lt; b:aide*"),
        ("<em>*La</em>* Seine", "<em>*La* Seine</em>"),
    ],
)
def test_the_blanks_of_a_question_are_kept(question: str, cleaned: str) -> None:
    assert clean_blanks(question) == cleaned


@given(MARKUP)
def test_cleaning_keeps_every_alternative_of_every_blank(question: str) -> None:
    before = parse_blanks({"questions": ["-" + question]})
    try:
        after = parse_blanks({"questions": [clean_blanks("-" + question)]})
    except InvalidContent:
        return

    assert [blank.alternatives for blank in after.blanks] == [blank.alternatives for blank in before.blanks]
    assert not DANGER.search("".join(part for line in after.lines for part in line.parts if isinstance(part, str)))


@pytest.mark.parametrize(
    "question", ["<a href='https://a.fr/*x*'>a</a>", "<p title='*x*'>a</p>", "<script>*x*</script>"]
)
def test_a_blank_that_cannot_be_shown_is_refused(question: str) -> None:
    with pytest.raises(InvalidContent, match="blank-inside-markup"):
        clean_blanks(question)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_cleaned_params_are_scored_alike(case: dict[str, Any]) -> None:
    cleaned = clean_params(case["library"], case["params"], media=())

    assert score_line(case | {"params": cleaned}) == case["expected"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_every_type_is_cleaned(attack: str) -> None:
    feedback = [{"from": 0, "to": 100, "feedback": attack}]
    behaviour = {"feedbackOnCorrect": attack, "feedbackOnWrong": attack}
    texts = {"tip": attack, "chosenFeedback": attack, "notChosenFeedback": attack}
    questions = [
        {
            "library": "H5P.MultiChoice 1.16",
            "params": {
                "question": attack,
                "answers": [{"text": attack, "tipsAndFeedback": texts}],
                "overallFeedback": feedback,
                "UI": {"checkAnswerButton": attack},
            },
            "metadata": {"title": attack},
        },
        {"library": "H5P.TrueFalse 1.8", "params": {"question": attack, "behaviour": behaviour, "l10n": {"a": attack}}},
        {"library": "H5P.Blanks 1.14", "params": {"text": attack, "questions": [f"*x:{attack}* {attack}"]}},
    ]
    params = {
        "questions": questions,
        "introPage": {"showIntroPage": True, "title": attack, "introduction": attack},
        "endGame": {"message": attack, "overallFeedback": feedback},
    }

    cleaned = json.dumps(clean_params("H5P.QuestionSet 1.20", params, media=()), ensure_ascii=False)

    assert not DANGER.search(cleaned)
    assert "javascript:" not in cleaned


def test_the_answers_of_a_choice_say_the_same() -> None:
    answers = [{"text": "<div>5 &lt; 6 &amp; l&#039;eau</div>\n", "correct": True}, {"text": "a < b", "correct": False}]

    before = parse("H5P.MultiChoice 1.16", {"answers": answers})
    after = parse("H5P.MultiChoice 1.16", clean_params("H5P.MultiChoice 1.16", {"answers": answers}, media=()))

    assert isinstance(before, MultiChoice)
    assert isinstance(after, MultiChoice)
    assert [html.unescape(choice.html) for choice in after.answers] == [
        html.unescape(choice.html) for choice in before.answers
    ]
    assert [choice.correct for choice in after.answers] == [True, False]


def media_params(path: str) -> dict[str, object]:
    return {"media": {"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": path}, "alt": "l&#039;eau"}}}}


def test_a_picture_of_the_package_is_kept() -> None:
    cleaned = clean_params("H5P.Blanks 1.14", media_params("images/a&b.png"), media={"images/a&b.png"})

    model = parse("H5P.Blanks 1.14", cleaned)
    assert isinstance(model, Blanks)
    assert model.image is not None
    assert (model.image.path, model.image.alt) == ("images/a&b.png", "l'eau")


@pytest.mark.parametrize("path", ["https://example.org/a.png", "../../etc/passwd", "/etc/passwd", "images/b.png", ""])
def test_a_picture_that_is_not_in_the_package_is_refused(path: str) -> None:
    with pytest.raises(InvalidContent, match="missing-media"):
        clean_params("H5P.Blanks 1.14", media_params(path), media={"images/a.png"})


@pytest.mark.parametrize("library", ["H5P.DragText 1.10", "H5P.QuestionSet 1.20", "H5P.Blanks 2.0", "<script>", ""])
def test_a_question_of_an_unknown_type_is_named(library: str) -> None:
    with pytest.raises(UnsupportedContentType) as caught:
        clean_params("H5P.QuestionSet 1.20", {"questions": [{"library": library, "params": {}}]}, media=())
    assert caught.value.params == {"library": library}
