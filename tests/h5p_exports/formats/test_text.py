from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.build import assemble
from h5p_exports.content_types import (
    Accordion,
    Audio,
    Blanks,
    Column,
    Dialogcards,
    DragQuestion,
    DragText,
    Essay,
    Flashcards,
    ImageHotspots,
    InteractiveBook,
    MarkTheWords,
    MultiChoice,
    Picture,
    QuestionSet,
    SingleChoiceSet,
    SortParagraphs,
    Summary,
    Text,
    TrueFalse,
    parse,
)
from h5p_exports.errors import SourceRefused
from h5p_exports.formats import Source, explain, read_text
from h5p_exports.formats.kinds import KINDS as KIND_NAMES
from h5p_exports.profiles import load_profile
from tests.h5p_exports.build.samples import MEDIA

GUIDE = Path("docs/h5p/ecrire-un-exercice.md").absolute()
EXAMPLES = re.findall(r"````markdown\n(.*?)````", GUIDE.read_text("utf-8"), re.DOTALL)
MOODLE = load_profile("moodle-5.1")
TYPES = {
    *(MultiChoice, TrueFalse, Blanks, DragText, MarkTheWords, SingleChoiceSet, Summary, SortParagraphs, DragQuestion),
    *(Essay, Flashcards, Dialogcards, ImageHotspots, Accordion, Audio, Text, Picture, QuestionSet, Column),
    InteractiveBook,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, data in MEDIA.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    return tmp_path


def model_of(source: Source) -> object:
    made = assemble(source.draft, profile=MOODLE)
    return parse(made.library, made.params)


def refusal(text: str) -> SourceRefused:
    with pytest.raises(SourceRefused) as refused:
        read_text(text)
    return refused.value


def sheet(kind: str, body: str, **settings: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    return f"---\ntype: {kind}\n{lines}---\n{body}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_guide_is_read_without_a_remark(example: str, folder: Path) -> None:
    source = read_text(example, folder=folder)

    model_of(source)
    assert source.notices == ()


def test_the_guide_has_an_example_of_every_type(folder: Path) -> None:
    assert {type(model_of(read_text(example, folder=folder))) for example in EXAMPLES} == TYPES


def test_boxes_are_answers_with_their_tips_and_comments() -> None:
    body = "Capitale **du pays** ?\n\n- [x] Dakar :: Un port >> Oui << Non\n- [ ] Thiès\n  >> Plus loin\n\n=> 100 Oui"

    model = model_of(read_text(sheet("choix", body)))

    assert isinstance(model, MultiChoice)
    assert model.question == "<p>Capitale <strong>du pays</strong> ?</p>"
    first, second = model.answers
    assert (first.html, first.correct, first.tip, first.chosen_feedback) == ("Dakar", True, "<p>Un port</p>", "Oui")
    assert (second.correct, second.chosen_feedback) == (False, "Plus loin")
    assert (model.overall_feedback[0].from_, model.overall_feedback[0].text) == (100, "Oui")


def test_a_box_may_be_empty() -> None:
    model = model_of(read_text(sheet("choix", "?\n- [X] a\n- [] b")))

    assert isinstance(model, MultiChoice)
    assert [(answer.html, answer.correct) for answer in model.answers] == [("a", True), ("b", False)]


def test_settings_have_french_and_english_names_with_or_without_accents() -> None:
    for name in ("réessayer", "reessayer", "Réessayer", "retry"):
        model = model_of(read_text(sheet("QCM", "?\n- [x] a\n- [ ] b", **{name: "non"})))
        assert isinstance(model, MultiChoice)
        assert not model.behaviour.enable_retry


def test_a_gap_accepts_both_apostrophes() -> None:
    model = model_of(read_text(sheet("trous", "Il faut *l’eau/de l'air:vital*.")))

    assert isinstance(model, Blanks)
    assert model.blanks[0].alternatives == ("l’eau", "l'eau", "de l'air", "de l’air")
    assert model.blanks[0].tip == "vital"


def test_escaped_signs_stay_in_an_answer() -> None:
    model = model_of(read_text(sheet("trous", r"À *10\:30*, *1\/2* de 2\*3, **gras** et *a\*b*.")))

    assert isinstance(model, Blanks)
    assert [blank.alternatives for blank in model.blanks] == [("10:30",), ("1/2",), ("a*b",)]
    assert "<strong>gras</strong>" in str(model.lines[0].parts)


def test_what_stands_before_the_first_gap_is_the_instruction() -> None:
    model = model_of(read_text(sheet("trous", "Complète.\n\nUn *chat*.\n\nUn *chien*.")))

    assert isinstance(model, Blanks)
    assert (model.text, len(model.lines)) == ("<p>Complète.</p>", 2)


def test_words_to_drag_have_distractors_and_comments() -> None:
    model = model_of(read_text(sheet("glisser-mots", "Qui va *à la chasse:loisir >> oui << non*", intrus="rien, tout")))

    assert isinstance(model, DragText)
    assert model.labels == ("à la chasse", "rien", "tout")
    assert (model.gaps[0].tip, model.gaps[0].correct_feedback) == ("loisir", "oui")


def test_formulas_and_indices_go_through() -> None:
    model = model_of(read_text(sheet("vrai-faux", r"H~2~O, x^2^ et \(a_1 * b < c\) ?" + "\n= vrai")))

    assert isinstance(model, TrueFalse)
    assert model.question == r"<p>H<sub>2</sub>O, x<sup>2</sup> et \(a_1 * b &lt; c\) ?</p>"


def test_html_is_text() -> None:
    model = model_of(read_text(sheet("vrai-faux", "<script>alert(1)</script> ?\n= faux")))

    assert isinstance(model, TrueFalse)
    assert "<script" not in model.question


@pytest.mark.parametrize(
    ("text", "id_", "line"),
    [
        ("Bonjour", "no-kind", 1),
        ("---\ntype: choix", "settings-not-closed", 1),
        (sheet("mystère", ""), "unknown-kind", 2),
        (sheet("choix", "?\n- [x] a", couleur="bleu"), "unknown-setting", 3),
        (sheet("choix", "?\n- [x] a", réessayer="peut-être"), "not-yes-or-no", 3),
        (sheet("choix", "?\n- [x] a", seuil="beaucoup"), "not-a-number", 3),
        (sheet("choix", "?\n- [x] a", langue="français"), "language-unknown", 3),
        (sheet("choix", "?\n- [x] a", réessayer="oui").replace("réessayer:", "réessayer"), "setting-not-understood", 3),
        (sheet("choix", "Question ?"), "no-answers", 4),
        (sheet("choix", "- [x] a"), "no-question", 4),
        (sheet("choix", "?\n:: seul\n- [x] a"), "comment-without-answer", 5),
        (sheet("choix", "- un\n\n- [x] a"), "markup-not-allowed", 4),
        (sheet("choix", "?\n- [x] a\n=> 80-20 mal"), "feedback-not-understood", 6),
        (sheet("vrai-faux", "?\n= peut-être"), "no-true-or-false", 5),
        (sheet("trous", "Sans rien"), "no-gaps", 4),
        (sheet("trous", "Un *chat\nperdu"), "gap-not-closed", 4),
        (sheet("marquer", "Un *grand arbre*."), "mark-phrase", 4),
        (sheet("marquer", "Dans l’*arbre*."), "mark-in-word", 4),
        (sheet("marquer", "Des *chat*s."), "mark-in-word", 4),
        (sheet("choix-rapides", "?\n- [x] a\n- [x] b"), "not-one-right-answer", 6),
        (sheet("ordre", "1. un\n2. deux"), "too-few-paragraphs", 4),
        (sheet("cartes", "recto"), "card-without-answer", 4),
        (sheet("glisser", "- Zone @ 10 20\n  - a"), "place-without-picture", 4),
        (sheet("image", "![x](images/absente.png)"), "file-missing", 4),
        (sheet("image", "![x](../../etc/passwd)"), "file-elsewhere", 4),
        (sheet("image", "![x](images/plan.svg)"), "file-type", 4),
        (sheet("texte", "Voir ![x](images/a.png) là"), "image-in-text", 4),
        (sheet("série", "Rien"), "nothing-inside", 4),
        (sheet("série", "## {série}\n## Q {vrai-faux}\n?\n= vrai"), "compound-inside", 4),
        (sheet("texte", "caché \u202e\x07"), "control-character", 4),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, id_: str, line: int) -> None:
    error = refusal(text)

    assert (error.id, error.line) == (id_, line)
    for language in ("fr", "en"):
        said = explain(error, language)
        assert "{" not in said.replace("{choix}", "")
        assert said != str(error)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "ailleurs.png").write_bytes(MEDIA["images/carte.png"])
    inside = tmp_path / "cours" / "images"
    inside.mkdir(parents=True)
    (inside / "carte.png").symlink_to(tmp_path / "ailleurs.png")

    with pytest.raises(SourceRefused, match="file-missing"):
        read_text(sheet("image", "![Carte](images/carte.png)"), folder=tmp_path / "cours")


def test_a_picture_without_a_text_is_remarked(folder: Path) -> None:
    source = read_text(sheet("image", "![](images/carte.png)"), folder=folder)

    assert [(notice.id, notice.line) for notice in source.notices] == [("no-alternative-text", 4)]
    assert "images/carte.png" in source.notices[0].message("fr")


def test_a_text_that_h5p_has_no_place_for_is_remarked(folder: Path) -> None:
    source = read_text(sheet("glisser", "- A\n  - a", image="images/carte.png", alt="Une carte"), folder=folder)

    assert [(notice.id, notice.line) for notice in source.notices] == [("background-text-lost", 4)]


@pytest.mark.parametrize(
    ("body", "id_"),
    [
        ("À *10:30* pile", "blank-colon"),
        ("Il en reste *1/2* ici", "blank-slash"),
        ("C’est *5\u00a0km* loin", "blank-hard-space"),
        ("Dis *bonjour !* ici", "blank-punctuation"),
        ("L’*arbre* pousse", "blank-elision"),
    ],
)
def test_a_trap_of_french_is_remarked(body: str, id_: str) -> None:
    source = read_text(sheet("trous", body))

    assert [notice.id for notice in source.notices] == [id_]
    assert source.notices[0].severity == "warning"


def test_an_article_that_is_accepted_too_is_no_trap() -> None:
    assert read_text(sheet("trous", "L’*arbre/l’arbre* pousse")).notices == ()


@pytest.mark.parametrize("piece", ["## ", "\\(", "*", "[", "$$", "- @ ", "`", "_a", "<", "x: "])
def test_a_long_source_is_read_in_no_time(piece: str) -> None:
    body = piece + " " * 60_000 + piece * 20_000

    start = time.process_time()
    for kind in ("choix", "trous", "glisser", "texte", "série"):
        with suppress(SourceRefused):
            read_text(sheet(kind, body))
    assert time.process_time() - start < 10


PIECES = st.sampled_from(
    [
        *("- [x] a", "- [ ] b", "*x*", "*", "**", "\n", "\n\n", "---", "=", "= vrai", "=> 0-9 a", ":: i", ">> c"),
        *("## T {choix}", "# C", "### P @ 1 2", "- z", "  - e", "1. u", "![a](b.png)", "[a](b.mp3)", "```", "{", "}"),
        *("<b>", "\\(", "$$", "é", "|a|b|\n|-|-|"),
    ]
)
KINDS = st.sampled_from([*KIND_NAMES, "?"])


@given(kind=KINDS, body=st.lists(PIECES | st.text(max_size=8), max_size=14).map("\n".join))
def test_no_sheet_fails_in_another_way_than_by_a_refusal(kind: str, body: str) -> None:
    try:
        source = read_text(sheet(kind, body))
    except SourceRefused as error:
        explain(error)
    else:
        model_of(source)


@given(st.text(max_size=300))
def test_no_text_fails_in_another_way_than_by_a_refusal(text: str) -> None:
    with pytest.raises(SourceRefused):
        read_text(text)


WORD = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\ue000"), min_size=1, max_size=12)


@given(WORD)
def test_any_word_can_be_a_gap_once_it_is_escaped(word: str) -> None:
    escaped = re.sub(r"([*/:\\<>])", r"\\\1", word)
    model = model_of(read_text(sheet("trous", f"Avant *{escaped}* après")))

    assert isinstance(model, Blanks)
    assert model.blanks[0].alternatives[0] == word


def test_licence_and_authors_go_into_the_package() -> None:
    settings = {
        "licence": "CC BY 4.0",
        "auteurs": "Awa Diop, Luc",
        "source": "https://exemple.fr",
        "année": "2024-2026",
    }
    source = read_text(sheet("vrai-faux", "L’eau bout.\n\n= vrai\n", **settings))
    assert source.notices == ()
    assert source.metadata == {
        "license": "CC BY",
        "licenseVersion": "4.0",
        "authors": [{"name": "Awa Diop", "role": "Author"}, {"name": "Luc", "role": "Author"}],
        "source": "https://exemple.fr",
        "yearsFrom": "2024",
        "yearsTo": "2026",
    }


def test_a_licence_that_h5p_does_not_know_is_told() -> None:
    source = read_text(sheet("vrai-faux", "L’eau bout.\n\n= vrai\n", licence="Licence Ouverte 2.0"))
    assert [(notice.id, notice.line) for notice in source.notices] == [("licence-unknown", 3)]
    assert source.metadata == {"license": "U", "licenseExtras": "Licence Ouverte 2.0"}


@pytest.mark.parametrize(
    ("name", "value", "id_"), [("année", "hier", "not-a-year"), ("source", "ici", "not-an-address")]
)
def test_a_year_and_an_address_are_what_they_say(name: str, value: str, id_: str) -> None:
    refused = refusal(sheet("vrai-faux", "L’eau bout.\n\n= vrai\n", **{name: value}))
    assert (refused.id, refused.params["line"]) == (id_, 3)
