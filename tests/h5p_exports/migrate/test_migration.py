from __future__ import annotations

import io
import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.build import assemble, build_package
from h5p_exports.errors import H5PError, MigrationRefused
from h5p_exports.migrate import convert_package, migrate
from h5p_exports.migrate.registry import known_versions
from h5p_exports.package import read_package
from h5p_exports.profiles import Profile, load_profile
from h5p_exports.scoring import score
from tests.h5p_exports.build.samples import BOOK, DRAFTS, MEDIA, PNG, RESPONSES

MOODLE, HUB = load_profile("moodle-5.1"), load_profile("hub-1.28")
FILE = {"path": "images/a.png", "mime": "image/png"}


def upgraded(library: str, params: dict[str, Any]) -> dict[str, Any]:
    result = migrate(library, params, profile=HUB).params
    assert isinstance(result, dict)
    return result


def profile(**versions: tuple[int, int]) -> Profile:
    return Profile("essai", (1, 27), {f"H5P.{name}": version for name, version in versions.items()})


@pytest.mark.parametrize("name", DRAFTS)
def test_a_content_goes_to_the_newer_line_and_back_unchanged(name: str) -> None:
    made = assemble(DRAFTS[name], profile=MOODLE)

    there = migrate(made.library, made.params, profile=HUB)
    back = migrate(there.library, there.params, profile=MOODLE)

    assert (back.library, back.dependencies) == (made.library, made.dependencies)
    # Once a field is written its version keeps it: the round trip may only lose what older versions do not know.
    assert json.dumps(back.params, sort_keys=True) == json.dumps(made.params, sort_keys=True)


@pytest.mark.parametrize(("name", "response"), RESPONSES.items())
def test_a_score_is_the_same_at_both_versions(name: str, response: str) -> None:
    made = assemble(DRAFTS[name], profile=MOODLE)

    there = migrate(made.library, made.params, profile=HUB)

    assert score(there.library, there.params, response) == score(made.library, made.params, response)


def test_what_is_given_stays_as_it_is() -> None:
    params = {"question": "?", "media": {"library": "H5P.Image 1.0", "params": {"file": FILE | {"copyright": {}}}}}
    before = deepcopy(params)

    upgraded("H5P.MultiChoice 1.10", params)

    assert params == before


def test_the_media_of_a_question_gains_a_level_and_its_version() -> None:
    image = {"library": "H5P.Image 1.0", "params": {"file": FILE}}

    media = upgraded("H5P.Blanks 1.8", {"media": image, "behaviour": {"disableImageZooming": True}})["media"]

    assert media == {
        "type": {**image, "library": "H5P.Image 1.1", "params": media["type"]["params"]},
        "disableImageZooming": True,
    }
    assert media["type"]["params"]["file"] == FILE


def test_an_old_picture_becomes_a_content() -> None:
    media = upgraded("H5P.Blanks 1.4", {"image": FILE})["media"]

    assert media["type"]["library"] == "H5P.Image 1.1"
    assert media["type"]["params"]["file"] == FILE


def test_a_text_on_the_score_becomes_a_range() -> None:
    params = upgraded("H5P.DragText 1.5", {"textField": "*a*", "score": "Tu as @score"})

    assert params["overallFeedback"] == [{"from": 0, "to": 100, "feedback": "Tu as @score"}]
    assert "score" not in params


def test_the_title_of_a_question_inside_comes_from_its_text() -> None:
    question = {"library": "H5P.TrueFalse 1.4", "params": {"question": "<p>Vrai <b>?</b></p>"}}

    inside = upgraded("H5P.QuestionSet 1.17", {"questions": [question]})["questions"][0]

    assert inside["metadata"]["title"] == "Vrai ?"
    assert inside["library"] == "H5P.TrueFalse 1.8"


def test_what_a_copyright_says_goes_into_the_metadata() -> None:
    said = {"author": "Ada", "year": "1843 - 1850", "license": "CC BY", "version": "4.0"}
    sound = {"library": "H5P.Audio 1.2", "params": {"files": [{"path": "audios/a.mp3", "copyright": said}]}}

    inside = upgraded("H5P.Column 1.4", {"content": [{"content": sound}]})["content"][0]["content"]

    assert "copyright" not in inside["params"]["files"][0]
    assert inside["metadata"] == {
        "authors": [{"name": "Ada", "role": "Author"}],
        "yearFrom": 1843,
        "yearTo": 1850,
        "license": "CC BY",
        "licenseVersion": "4.0",
    }


@pytest.mark.parametrize(
    ("library", "answer", "expected"),
    [("H5P.Flashcards 1.5", "a/b|c", "a\\/b|c"), ("H5P.Flashcards 1.6", "a|b/c\\|d", "a/b\\/c|d")],
)
def test_the_alternatives_of_a_flashcard_are_parted_by_slashes(library: str, answer: str, expected: str) -> None:
    assert upgraded(library, {"cards": [{"answer": answer}]})["cards"][0]["answer"] == expected


def test_the_buttons_of_an_old_set_become_on_and_off() -> None:
    override = upgraded(
        "H5P.QuestionSet 1.7",
        {"override": {"overrideButtons": True, "overrideShowSolutionButton": False, "overrideRetry": True}},
    )["override"]

    assert override == {"showSolutionButton": "off", "retryButton": "on"}


def test_the_background_of_a_set_moves_there_and_back() -> None:
    there = migrate("H5P.QuestionSet 1.20", {"backgroundImage": FILE, "questions": []}, profile=HUB)

    back = migrate(there.library, there.params, profile=MOODLE)

    assert there.params["override"]["backgroundImage"] == FILE
    assert back.params["backgroundImage"] == FILE


def test_an_element_that_a_zone_does_not_take_belongs_there_no_more() -> None:
    task = {"elements": [{"dropZones": ["0"]}, {"dropZones": []}], "dropZones": [{"correctElements": ["0", "1", "7"]}]}

    params = upgraded("H5P.DragQuestion 1.13", {"question": {"task": task}, "behaviour": {}})

    assert params["question"]["task"]["dropZones"][0]["correctElements"] == ["0"]
    assert params["behaviour"]["dragHandleVisibility"] is False


def test_identifiers_that_are_missing_are_those_of_the_content() -> None:
    questions = [{"library": "H5P.TrueFalse 1.8", "params": {"question": "?"}}]

    one, two = (migrate("H5P.SingleChoiceSet 1.7", {"choices": questions}, profile=p) for p in (MOODLE, HUB))

    assert one.params == two.params


def test_texts_that_a_version_adds_are_in_the_language_of_the_content() -> None:
    params = migrate("H5P.TrueFalse 1.4", {"question": "?", "l10n": {"trueText": "Oui"}}, profile=HUB).params

    assert params["l10n"]["trueText"] == "Oui"
    assert params["l10n"]["falseText"] == "Faux"


@pytest.mark.parametrize(
    ("library", "params", "target", "id_"),
    [
        ("H5P.Inconnue 1.0", {}, MOODLE, "not-in-profile"),
        ("H5P.MultiChoice 1.9", {}, MOODLE, "version-too-old"),
        ("H5P.MultiChoice 1.17", {}, MOODLE, "version-too-new"),
        ("H5P.MultiChoice", {}, MOODLE, "not-supported"),
        ("H5P.CoursePresentation 1.20", {}, MOODLE, "version-too-old"),
        ("H5P.InteractiveVideo 1.24", {}, MOODLE, "version-too-old"),
        ("H5P.BranchingScenario 1.10", {}, MOODLE, "not-in-profile"),
        ("H5P.Blanks 1.14", {}, profile(Blanks=(1, 8)), "not-supported"),
        ("H5P.ImageHotspots 1.11", {"globalIconType": "numbers"}, MOODLE, "not-supported"),
        ("H5P.ImageHotspots 1.11", {"hotspots": [{"hotspotIconType": "icon"}]}, MOODLE, "not-supported"),
        ("H5P.InteractiveBook 1.10", {"bookCover": {"coverDescription": "<table>"}}, MOODLE, "not-supported"),
        (
            "H5P.Column 1.18",
            {"content": [{"content": {"library": "H5P.Ghost 1.0", "params": {}}}]},
            MOODLE,
            "not-in-profile",
        ),
    ],
)
def test_what_cannot_be_converted_is_refused_plainly(library: str, params: object, target: Profile, id_: str) -> None:
    with pytest.raises(MigrationRefused) as refused:
        migrate(library, params, profile=target)

    assert refused.value.id == id_


def test_slides_and_their_contents_go_to_the_newer_line_and_back() -> None:
    texts = {"endcardTableRowAnswered": "Questions répondues"}
    film = {"interactiveVideo": {"video": {}}, "l10n": texts}
    actions = [
        {"library": "H5P.InteractiveVideo 1.27", "params": film, "subContentId": "a"},
        {"library": "H5P.DragQuestion 1.14", "params": {"question": {"task": {"elements": []}}}},
        {"library": "H5P.Shape 1.0", "params": {}},
    ]
    slides = {"presentation": {"slides": [{"elements": [{"x": 1, "action": action} for action in actions]}]}}

    there = migrate("H5P.CoursePresentation 1.26", slides, profile=HUB)
    back = migrate(there.library, there.params, profile=MOODLE)

    shown = [element["action"] for element in there.params["presentation"]["slides"][0]["elements"]]
    assert there.library == "H5P.CoursePresentation 1.27"
    assert [action["library"] for action in shown] == [
        "H5P.InteractiveVideo 1.28",
        "H5P.DragQuestion 1.15",
        "H5P.Shape 1.0",
    ]
    assert shown[0]["params"]["l10n"] == texts | {"endcardQuestion": "Question"}
    kept = back.params["presentation"]["slides"][0]["elements"]
    assert kept[0]["action"] == actions[0]
    assert (back.library, kept[2]) == ("H5P.CoursePresentation 1.26", {"x": 1, "action": actions[2]})


def test_a_package_is_converted_with_its_files() -> None:
    source, target = io.BytesIO(), io.BytesIO()
    build_package(BOOK, source, profile="moodle-5.1", media=MEDIA, title="Le livre")

    convert_package(source, target, profile=HUB)

    with read_package(target) as package:
        assert (package.title, package.library) == ("Le livre", "H5P.InteractiveBook 1.12")
        assert {medium.path for medium in package.media} == MEDIA.keys()
        with package.open("images/carte.png") as file:
            assert file.read() == PNG


def test_a_package_that_is_refused_writes_nothing() -> None:
    source, target = io.BytesIO(), io.BytesIO()
    build_package(BOOK, source, profile="moodle-5.1", media=MEDIA)

    with pytest.raises(MigrationRefused):
        convert_package(source, target, profile=profile(InteractiveBook=(1, 11)))
    assert target.getvalue() == b""


NAMES = st.sampled_from(
    [
        "questions",
        "content",
        "params",
        "library",
        "media",
        "behaviour",
        "cards",
        "answer",
        "hotspots",
        "question",
        "task",
    ]
)
LIBRARIES = [f"{name} {old[0]}.{old[1]}" for name, (old, _) in known_versions().items()]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.sampled_from(LIBRARIES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=5),
    max_leaves=25,
)


@given(library=st.sampled_from(LIBRARIES), params=JSON)
def test_no_params_fail_in_another_way_than_by_a_named_error(library: str, params: object) -> None:
    try:
        once = migrate(library, params, profile=HUB)
    except H5PError:
        return
    else:
        assert migrate(once.library, once.params, profile=HUB).params == once.params
