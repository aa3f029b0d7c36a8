from __future__ import annotations

import pytest

from h5p_exports.build import (
    Answer,
    Draft,
    Gap,
    Group,
    Picture,
    assemble,
    blanks,
    column,
    drag_text,
    image,
    mark_the_words,
    multichoice,
    question_set,
    single_choice_set,
    sort_paragraphs,
)
from h5p_exports.content_types import Blanks, DragQuestion, DragText, MultiChoice, parse
from h5p_exports.content_types.javascript import decode_entities
from h5p_exports.errors import BuildRefused, PackageRefused
from h5p_exports.profiles import Profile, load_profile, profile_names
from h5p_exports.scoring import score
from tests.h5p_exports.build.samples import DRAFTS, QUICK, RESPONSES, RIVER, SERIES, SOUND, SUM_UP

MOODLE = load_profile("moodle-5.1")
KEYS = {
    "MultiChoice": {"type", "singlePoint", "randomAnswers", "passPercentage", "enableRetry", "enableSolutionsButton"},
    "Blanks": {"caseSensitive", "acceptSpellingErrors", "autoCheck", "enableRetry", "enableSolutionsButton"},
    "SortParagraphs": {"scoringMode", "applyPenalties", "duplicatesInterchangeable"},
    "DragQuestion": {"singlePoint", "applyPenalties"},
    "SingleChoiceSet": {"passPercentage"},
    "Essay": {"ignoreScoring", "percentagePassing", "percentageMastering"},
}


def empties(value: object, where: str = "params") -> list[str]:
    """Where a field holds nothing."""
    if isinstance(value, dict):
        return [place for name, item in value.items() for place in empties(item, f"{where}.{name}")]
    if isinstance(value, list):
        return [where] * (not value) + [place for item in value for place in empties(item, f"{where}[]")]
    return [where] if value in ("", None) else []


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_becomes_params_that_are_read_at_any_profile(name: str, profile: str) -> None:
    made = assemble(DRAFTS[name], profile=load_profile(profile))

    parse(made.library, made.params)
    assert empties(made.params) == []


@pytest.mark.parametrize(("name", "response"), RESPONSES.items())
def test_the_right_answers_are_worth_full_marks(name: str, response: str) -> None:
    made = assemble(DRAFTS[name], profile=MOODLE)

    result = score(made.library, made.params, response)

    assert result.raw == result.max > 0


@pytest.mark.parametrize("draft", [QUICK, SUM_UP])
def test_the_first_statement_of_each_group_is_the_right_one(draft: Draft) -> None:
    made = assemble(draft, profile=MOODLE)
    groups = made.params.get("choices") or made.params["summaries"]

    result = score(
        made.library,
        made.params,
        "",
        children=[{"subContentId": group["subContentId"], "response": "0"} for group in groups],
    )

    assert (result.raw, result.max) == (2, 2)


@pytest.mark.parametrize(("name", "keys"), KEYS.items())
def test_what_decides_the_score_is_always_written(name: str, keys: set[str]) -> None:
    assert keys <= assemble(DRAFTS[name], profile=MOODLE).params["behaviour"].keys()


def test_contents_inside_are_at_the_versions_of_the_profile() -> None:
    moodle, hub = (assemble(SERIES, profile=load_profile(name)) for name in ("moodle-5.1", "hub-1.28"))

    assert (moodle.library, hub.library) == ("H5P.QuestionSet 1.20", "H5P.QuestionSet 1.21")
    assert "H5P.DragQuestion 1.14" in [question["library"] for question in moodle.params["questions"]]
    assert "H5P.DragQuestion 1.15" in hub.dependencies


def test_a_field_that_a_version_does_not_know_is_not_written() -> None:
    old, new = (assemble(DRAFTS["ImageHotspots"], profile=load_profile(name)) for name in ("moodle-5.1", "hub-1.28"))

    assert (old.params["color"], new.params["globalColor"]) == ("#981d99", "#981d99")
    assert "globalColor" not in old.params
    assert "hotspotIcon" not in old.params["hotspots"][0]


def test_identifiers_are_those_of_the_content_and_differ_between_twins() -> None:
    twice = [assemble(column("Deux fois", [RIVER, RIVER, SOUND]), profile=MOODLE) for _ in range(2)]
    ids = [[item["content"]["subContentId"] for item in made.params["content"]] for made in twice]

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


def test_a_content_inside_says_what_it_is() -> None:
    question = assemble(SERIES, profile=MOODLE, language="fr").params["questions"][1]

    assert question["metadata"] == {
        "title": "Le Nil se jette dans la Méditerranée.",
        "license": "U",
        "contentType": "True/False Question",
        "defaultLanguage": "fr",
    }


@pytest.mark.parametrize(("language", "check"), [("fr", "Vérifier"), ("fr-CA", "Vérifier"), ("en", "Check")])
def test_the_buttons_speak_the_language_of_the_content(language: str, check: str) -> None:
    assert assemble(RIVER, profile=MOODLE, language=language).params["l10n"]["checkAnswer"] == check


def test_a_text_of_the_author_stands_before_that_of_the_interface() -> None:
    draft = Draft("H5P.TrueFalse", "Titre", {**RIVER.params, "l10n": {"trueText": "D’accord"}})

    l10n = assemble(draft, profile=MOODLE).params["l10n"]

    assert (l10n["trueText"], l10n["falseText"]) == ("D’accord", "Faux")


@pytest.mark.parametrize("answer", ["10:30", "1/2", "2*3", "a\\b", "<b>", "A&B", "l'eau", "&lt;"])
def test_no_character_of_an_answer_is_lost(answer: str) -> None:
    gap = Gap((answer,), tip=f"indice : {answer}")
    cloze = assemble(blanks("<p>Complète.</p>", [["<p>", gap, " et 2*3</p>"]]), profile=MOODLE)
    dragged = assemble(drag_text("<p>Glisse.</p>", [gap, " et 2*3"]), profile=MOODLE)

    model = parse(cloze.library, cloze.params)
    assert isinstance(model, Blanks)
    assert model.blanks[0].alternatives == (answer,)
    assert model.blanks[0].tip == f"indice : {answer}"
    moved = parse(dragged.library, dragged.params)
    assert isinstance(moved, DragText)
    assert [decode_entities(label) for label in moved.labels] == [answer]
    assert score(dragged.library, dragged.params, moved.labels[0]).raw == 1


def test_a_word_with_a_space_cannot_be_marked() -> None:
    with pytest.raises(BuildRefused, match="lost-in-h5p"):
        mark_the_words("<p>Marque.</p>", ["<p>Un ", Gap(("grand arbre",)), "</p>"])


def test_a_part_of_a_word_cannot_be_marked() -> None:
    with pytest.raises(BuildRefused, match="lost-in-h5p"):
        mark_the_words("<p>Marque.</p>", ["<p>l’", Gap(("arbre",)), "</p>"])


def test_a_type_that_the_site_lacks_is_refused() -> None:
    with pytest.raises(BuildRefused, match=r"not-in-profile.*H5P.TrueFalse"):
        assemble(RIVER, profile=Profile("petit", (1, 27), {}))


@pytest.mark.parametrize("inside", [SOUND, DRAFTS["Image"]], ids=["sound", "picture"])
def test_a_type_that_may_not_stand_inside_is_refused(inside: Draft) -> None:
    with pytest.raises(BuildRefused, match="child-not-allowed"):
        assemble(question_set("Série", [inside]), profile=MOODLE)


def test_what_holds_nothing_is_refused() -> None:
    with pytest.raises(BuildRefused):
        multichoice("<p>?</p>", [])
    with pytest.raises(BuildRefused):
        blanks("<p>?</p>", [["<p>Rien</p>"]])
    with pytest.raises(BuildRefused):
        single_choice_set([Group(("a", "b", "c", "d", "e"))])
    with pytest.raises(BuildRefused):
        sort_paragraphs("", ["<p>a</p>", "<p>b</p>"])


def test_a_file_that_h5p_does_not_take_is_refused() -> None:
    with pytest.raises(PackageRefused):
        image(Picture("images/plan.svg"))


def test_labels_of_a_drag_question_stand_inside_the_task() -> None:
    made = assemble(DRAFTS["DragQuestion"], profile=MOODLE)

    model = parse(made.library, made.params)

    assert isinstance(model, DragQuestion)
    for element in model.elements:
        assert 0 <= element.place.x + 100 * 16 * element.place.width / model.width <= 100
        assert 0 <= element.place.y + 100 * 16 * element.place.height / model.height <= 100


def test_one_right_answer_makes_a_question_with_one_choice() -> None:
    one = assemble(multichoice("<p>?</p>", [Answer("a", correct=True), Answer("b")]), profile=MOODLE)

    model = parse(one.library, one.params)

    assert isinstance(model, MultiChoice)
    assert model.single
