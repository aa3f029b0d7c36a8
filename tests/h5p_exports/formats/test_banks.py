from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.build import assemble
from h5p_exports.content_types import Blanks, DragText, MultiChoice, QuestionSet, TrueFalse, parse
from h5p_exports.errors import SourceRefused
from h5p_exports.formats import Source, explain, read_gift, read_moodle_xml, read_source
from h5p_exports.profiles import load_profile

GIFT = r"""// Une banque
$CATEGORY: SES

::Capitale::[html]<b>Capitale</b> du Mali ? {=Bamako#Oui ~Dakar#C’est le Sénégal ~Kayes}

Le Nil est long. {T#Si !#Oui}

Qui a écrit 1 \= 1 ? {=moi =%50%l'autre}

Il faut {=tant ~trop} de pluie.

L’eau {=gèle =gele} à 0 °C.

Des villes d’Afrique : {~%50%Dakar ~%50%Bamako ~%-100%Lyon}

Associe. {=Mali -> Bamako =Sénégal -> Dakar}

Combien ? {#4:1}

Explique. {}

Une simple description.

Accolades {=a {b}

Un joker {=Bam*}
"""

XML = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>SES</text></category></question>
<question type="multichoice"><name><text>Capitale</text></name>
 <questiontext format="html"><text><![CDATA[<p>Capitale du <u>Mali</u> ?</p>]]></text></questiontext>
 <single>true</single><shuffleanswers>false</shuffleanswers>
 <answer fraction="100" format="html"><text><![CDATA[<p>Bamako</p>]]></text></answer>
 <answer fraction="0" format="plain_text"><text>a &lt; b</text></answer></question>
<question type="truefalse"><questiontext format="html"><text>Vrai ?</text></questiontext>
 <answer fraction="0"><text>true</text><feedback><text>Eh non</text></feedback></answer>
 <answer fraction="100"><text>false</text></answer></question>
<question type="shortanswer"><questiontext><text>Année ?</text></questiontext><usecase>1</usecase>
 <answer fraction="100"><text>1789</text></answer></question>
<question type="matching"><questiontext><text>Associe</text></questiontext>
 <subquestion format="html"><text>Mali</text><answer><text>Bamako</text></answer></subquestion>
 <subquestion><text></text><answer><text>Dakar</text></answer></subquestion></question>
<question type="numerical"><questiontext><text>2+2</text></questiontext></question>
<question type="shortanswer"><questiontext><text><![CDATA[<img src="@@PLUGINFILE@@/a.png">]]></text></questiontext>
 <answer fraction="100"><text>x</text></answer></question>
</quiz>
"""


def questions(source: Source) -> list[object]:
    made = assemble(source.draft, profile=load_profile("moodle-5.1"))
    model = parse(made.library, made.params)
    return [child.model for child in model.children] if isinstance(model, QuestionSet) else [model]


def one(gift: str) -> object:
    return questions(read_gift(gift))[0]


def test_each_kind_of_gift_question_becomes_its_like() -> None:
    source = read_gift(GIFT)

    kinds = [type(model) for model in questions(source)]

    assert kinds == [MultiChoice, TrueFalse, Blanks, MultiChoice, Blanks, MultiChoice, DragText]


def test_a_gift_question_that_is_left_out_is_said_to_be_with_its_line() -> None:
    skipped = [(notice.id, notice.line) for notice in read_gift(GIFT).notices if notice.severity == "skipped"]

    assert skipped == [
        ("question-kind", 18),
        ("question-kind", 20),
        ("question-kind", 22),
        ("gift-not-understood", 24),
        ("question-wildcard", 26),
    ]


def test_what_is_lost_of_a_weight_is_said() -> None:
    notices = {notice.id: notice.line for notice in read_gift(GIFT).notices}

    assert notices["weights-lost"] == 14
    assert notices["answer-worth-less"] == 8
    assert notices["matching-as-drag-text"] == 16


def test_answers_of_gift_keep_their_comments() -> None:
    model = questions(read_gift(GIFT))[0]

    assert isinstance(model, MultiChoice)
    assert model.question == "<p><strong>Capitale</strong> du Mali ?</p>"
    assert [(a.html, a.correct, a.chosen_feedback) for a in model.answers][:2] == [
        ("Bamako", True, "Oui"),
        ("Dakar", False, "C’est le Sénégal"),
    ]
    assert model.single


def test_several_weighted_answers_of_gift_may_all_be_chosen() -> None:
    model = one("Villes {~%50%Dakar ~%50%Bamako ~%-100%Lyon}")

    assert isinstance(model, MultiChoice)
    assert not model.single
    assert [answer.correct for answer in model.answers] == [True, True, False]


def test_escaped_signs_of_gift_are_texts() -> None:
    model = one(r"Que vaut 1 \= 1 \{ici\} ? {=\=oui\: \~ ~non \# rien}")

    assert isinstance(model, MultiChoice)
    assert model.question == "<p>Que vaut 1 = 1 {ici} ?</p>"
    assert [answer.html for answer in model.answers] == ["=oui: ~", "non # rien"]


def test_plain_gift_is_no_html() -> None:
    model = one("<script>x</script> a < b ? {T}")

    assert isinstance(model, TrueFalse)
    assert "<script" not in model.question
    assert "a &lt; b" in model.question


def test_the_comment_of_a_wrong_answer_comes_first_in_gift() -> None:
    model = one("Long ? {T#Si !#Oui}")

    assert isinstance(model, TrueFalse)
    assert (model.correct, model.feedback_on_correct, model.feedback_on_wrong) == (True, "Oui", "Si !")


def test_each_kind_of_xml_question_becomes_its_like() -> None:
    source = read_moodle_xml(XML.encode())

    choice, truth, short, matching = questions(source)

    assert isinstance(choice, MultiChoice)
    assert choice.question == "<p>Capitale du Mali ?</p>"
    assert [answer.html for answer in choice.answers] == ["Bamako", "a &lt; b"]
    assert not choice.random_answers
    assert isinstance(truth, TrueFalse)
    assert (truth.correct, truth.feedback_on_wrong) == (False, "Eh non")
    assert isinstance(short, Blanks)
    assert short.case_sensitive
    assert isinstance(matching, DragText)
    assert matching.labels == ("Bamako", "Dakar")


def test_an_xml_question_that_is_left_out_is_said_to_be_with_its_line() -> None:
    notices = [(notice.id, notice.line) for notice in read_moodle_xml(XML.encode()).notices]

    assert notices == [
        ("markup-lost", 4),
        ("matching-as-drag-text", 14),
        ("question-kind", 17),
        ("question-picture", 18),
    ]


@pytest.mark.parametrize(
    ("data", "id_"),
    [
        (b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "xml-entities"),
        (b"<! doctype quiz><quiz/>", "xml-entities"),
        (b"<quiz>", "xml-not-read"),
        (b"<html/>", "xml-not-read"),
        (b"<quiz/>", "no-questions"),
        ('<?xml version="1.0" encoding="utf-16"?><quiz/>'.encode("utf-16"), "not-utf8"),
        (b"<quiz>" + b"<a>" * 100, "source-too-large"),
        (b"<quiz>" + b'<question type="essay"/>' * 501 + b"</quiz>", "too-many-questions"),
    ],
)
def test_xml_that_could_do_harm_is_refused(data: bytes, id_: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        read_moodle_xml(data)

    assert refused.value.id == id_
    assert explain(refused.value, "en") != str(refused.value)


def test_the_format_follows_from_the_name(tmp_path: Path) -> None:
    for name, text in {
        "a.gift": "Oui ? {T}",
        "b.txt": "Oui ? {T}",
        "c.txt": "---\ntype: vrai-faux\n---\nOui ?\n= vrai",
        "d.md": "---\ntype: vrai-faux\n---\nOui ?\n= vrai",
        "e.xml": XML,
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
        assert questions(read_source(tmp_path / name))


def test_another_name_or_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")

    for name in ("a.docx", "a.md", "absent.md"):
        with pytest.raises(SourceRefused):
            read_source(tmp_path / name)


SIGNS = st.sampled_from([*"~=#{}:\\%->\n", "\n\n", "::t::", "[html]", "T", "%50%", "####", "//", "<b>", "a", "*"])


@given(st.lists(SIGNS | st.text(max_size=4), max_size=30).map("".join))
def test_no_gift_fails_in_another_way_than_by_a_refusal(text: str) -> None:
    try:
        source = read_gift(text)
    except SourceRefused as error:
        explain(error)
    else:
        questions(source)
        assert all(notice.message("fr") and notice.message("en") for notice in source.notices)


TAGS = st.sampled_from(
    ["quiz", "question", "answer", "text", "questiontext", "feedback", "subquestion", "single", "name"]
)
KINDS = st.sampled_from(["multichoice", "truefalse", "shortanswer", "matching", "essay", ""])
TREES = st.recursive(
    st.text(st.characters(exclude_categories=["C"], exclude_characters="<&]"), max_size=6),
    lambda inner: st.builds(
        lambda tag, kind, children: f'<{tag} type="{kind}" fraction="50" format="markdown">{"".join(children)}</{tag}>',
        TAGS,
        KINDS,
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(TREES)
def test_no_xml_fails_in_another_way_than_by_a_refusal(tree: str) -> None:
    try:
        source = read_moodle_xml(f"<quiz>{tree}</quiz>".encode())
    except SourceRefused as error:
        explain(error)
    else:
        questions(source)


@given(st.binary(max_size=80))
def test_no_bytes_are_read_as_xml_without_a_refusal(data: bytes) -> None:
    with pytest.raises(SourceRefused):
        read_moodle_xml(data)
