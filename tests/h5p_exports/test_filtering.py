from __future__ import annotations

import html
import json
import re
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import PLAYED, Blanks, DragText, MarkTheWords, MultiChoice, SortParagraphs, parse
from h5p_exports.content_types.blanks import parse as parse_blanks
from h5p_exports.errors import InvalidContent, UnsupportedContentType
from h5p_exports.filtering import clean_blanks, clean_html, clean_params, clean_text
from h5p_exports.scoring import score_line
from h5p_exports.scoring.sort_paragraphs import verdicts as sort_verdicts

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "golden" / "h5p_scoring_a.json").read_text(encoding="utf-8")
)


def is_played(case: dict[str, Any]) -> bool:
    libraries = [case["library"], *re.findall(r'"library": "([^"]*)"', json.dumps(case["params"]))]
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


def contents_with(attack: str) -> list[dict[str, Any]]:
    """A content of every other type, with this in all its texts."""
    feedback = [{"from": 0, "to": 100, "feedback": attack}]
    text = {"library": "H5P.AdvancedText 1.1", "params": {"text": attack}, "metadata": {"title": attack}}
    written = f"*x {attack}:{attack}\\+{attack}\\-{attack}* {attack}"
    element = {"type": text, "dropZones": ["0"]}
    zone = {"label": attack, "correctElements": ["0"], "tipsAndFeedback": {"tip": attack}}
    return [
        {"library": "H5P.DragText 1.10", "params": {"textField": written, "distractors": written}},
        {"library": "H5P.MarkTheWords 1.11", "params": {"taskDescription": attack, "textField": written}},
        {"library": "H5P.SingleChoiceSet 1.11", "params": {"choices": [{"question": attack, "answers": [attack] * 2}]}},
        {
            "library": "H5P.Summary 1.10",
            "params": {"intro": attack, "summaries": [{"summary": [attack], "tip": attack}]},
        },
        {"library": "H5P.SortParagraphs 0.11", "params": {"paragraphs": [attack, "a"], "overallFeedback": feedback}},
        {
            "library": "H5P.DragQuestion 1.14",
            "params": {"question": {"task": {"elements": [element], "dropZones": [zone]}}},
        },
        {
            "library": "H5P.Essay 1.5",
            "params": {
                "solution": {"introduction": attack, "sample": attack},
                "keywords": [
                    {
                        "keyword": attack,
                        "alternatives": [attack],
                        "options": {"points": 1, "occurrences": 1, "x": attack},
                    }
                ],
            },
        },
        {"library": "H5P.Flashcards 1.7", "params": {"cards": [{"text": attack, "answer": attack, "tip": attack}]}},
        {"library": "H5P.Accordion 1.0", "params": {"panels": [{"title": attack, "content": text}]}},
        {"library": "H5P.Dialogcards 1.9", "params": {"dialogs": [{"text": attack, "tips": {"front": attack}}]}},
        {"library": "H5P.ImageHotspots 1.10", "params": {"hotspots": [{"header": attack, "content": [text]}]}},
        text,
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_every_other_type_is_cleaned(attack: str) -> None:
    for content in contents_with(attack):
        inside = {"content": [{"content": content}]}
        for library, params in ((content["library"], content["params"]), ("H5P.Column 1.18", inside)):
            cleaned = json.dumps(clean_params(library, params, media=()), ensure_ascii=False)
            assert not DANGER.search(cleaned)
            assert 'href=\\"javascript:' not in cleaned


@given(MARKUP, MARKUP)
def test_cleaning_keeps_every_label(text: str, distractors: str) -> None:
    params = {"textField": text, "distractors": distractors}
    before = parse("H5P.DragText 1.10", params)
    after = parse("H5P.DragText 1.10", clean_params("H5P.DragText 1.10", params, media=()))

    assert isinstance(before, DragText)
    assert isinstance(after, DragText)
    assert [label.replace("<br/>", "\n").replace("<", "&lt;").replace(">", "&gt;") for label in before.labels] == [
        label.replace("<br/>", "\n") for label in after.labels
    ]
    assert not DANGER.search("".join(part for part in after.parts if isinstance(part, str)))


@given(MARKUP)
def test_cleaning_keeps_every_word_to_mark(text: str) -> None:
    params = {"textField": text}
    cleaned = clean_params("H5P.MarkTheWords 1.11", params, media=())

    before, after = parse("H5P.MarkTheWords 1.11", params), parse("H5P.MarkTheWords 1.11", cleaned)
    assert isinstance(before, MarkTheWords)
    assert isinstance(after, MarkTheWords)
    assert after.words == before.words
    assert not DANGER.search("".join(part for part in after.parts if isinstance(part, str)))


@given(MARKUP)
def test_cleaning_keeps_what_is_looked_for_in_texts(text: str) -> None:
    card = {"cards": [{"answer": text}]}
    assert parse("H5P.Flashcards 1.7", card) == parse(
        "H5P.Flashcards 1.7", clean_params("H5P.Flashcards 1.7", card, media=())
    )
    essay = {"keywords": [{"keyword": text, "options": {"points": 1, "occurrences": 1}}]}
    assert parse("H5P.Essay 1.5", essay) == parse("H5P.Essay 1.5", clean_params("H5P.Essay 1.5", essay, media=()))


@given(st.lists(MARKUP, max_size=5))
def test_paragraphs_stay_alike_or_different(paragraphs: list[str]) -> None:
    params = {"paragraphs": paragraphs}
    before = parse("H5P.SortParagraphs 0.11", params)
    after = parse("H5P.SortParagraphs 0.11", clean_params("H5P.SortParagraphs 0.11", params, media=()))
    assert isinstance(before, SortParagraphs)
    assert isinstance(after, SortParagraphs)
    for order in permutations(range(min(len(paragraphs), 4))):
        assert sort_verdicts(before, order) == sort_verdicts(after, order)


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


@pytest.mark.parametrize("library", ["H5P.MemoryGame 1.3", "H5P.QuestionSet 1.20", "H5P.Blanks 2.0", "<script>", ""])
def test_a_question_of_an_unknown_type_is_named(library: str) -> None:
    with pytest.raises(UnsupportedContentType) as caught:
        clean_params("H5P.QuestionSet 1.20", {"questions": [{"library": library, "params": {}}]}, media=())
    assert caught.value.params == {"library": library}
