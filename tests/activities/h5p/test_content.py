"""What can be played, and what cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from activities.h5p.content import ContentRefused, read_exercise
from activities.h5p.settings import H5PSettings
from activities.kind import Score
from activities.registry import KINDS
from tests.activities.h5p.player import (
    KIND,
    Pupil,
    blanks,
    book,
    column,
    course_presentation,
    multi_choice,
    question_set,
    text,
    true_false,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "h5p_scoring_a.json"
COMPOUND = ("H5P.QuestionSet ", "H5P.Column ")
ALL: list[dict[str, Any]] = json.loads(GOLDEN.read_text("utf-8"))
CASES = [case for case in ALL if not case["library"].startswith(COMPOUND)]
COMPOUNDS = [case for case in ALL if case["library"].startswith(COMPOUND)]


def refusal(content: dict[str, Any]) -> ContentRefused:
    with pytest.raises(ContentRefused) as refused:
        read_exercise(**content)
    return refused.value


def test_the_registry_knows_the_kind() -> None:
    assert KINDS["h5p"].settings_model is H5PSettings


def test_the_same_settings_are_read_once() -> None:
    settings = H5PSettings.model_validate(true_false())
    assert settings.exercise is settings.exercise


@pytest.mark.parametrize("wrong", [{"extra": 1}, {"language": "f" * 36}, {"params": []}])
def test_settings_of_another_shape_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        H5PSettings.model_validate(true_false() | wrong)


def test_an_error_of_the_settings_quotes_no_content() -> None:
    with pytest.raises(ValidationError) as refused:
        H5PSettings.model_validate(true_false() | {"language": 5, "params": ["la réponse"]})
    assert "la réponse" not in str(refused.value)


@pytest.mark.parametrize(
    ("language", "lang"),
    [("fr", "fr"), ("en-GB", "en-GB"), ("es-419", "es-419"), ("und", "fr"), ("-", "fr"), ("en\n", "fr"), ("", "fr")],
)
def test_an_unknown_language_is_taken_for_that_of_the_page(language: str, lang: str) -> None:
    assert H5PSettings.model_validate(true_false() | {"language": language}).lang == lang


@pytest.mark.parametrize(
    "content",
    [
        {"library": "H5P.MemoryGame 1.3", "params": {}},
        question_set(true_false(), {"library": "H5P.MemoryGame 1.3", "params": {}}),
        column(text(), {"library": "H5P.MemoryGame 1.3", "params": {}}),
        book(column({"library": "H5P.MemoryGame 1.3", "params": {}})),
        course_presentation([text(), {"library": "H5P.MemoryGame 1.3", "params": {}}]),
    ],
    ids=["alone", "in a set", "in a column", "in a book", "on a slide"],
)
def test_a_type_that_is_not_played_is_named_with_those_that_are(content: dict[str, Any]) -> None:
    refused = refusal(content)
    assert (refused.id, refused.params["type"]) == ("h5p-type-not-played", "H5P.MemoryGame 1.3")
    assert "H5P.DragText, H5P.MarkTheWords" in str(refused.params["played"])


def test_params_that_cannot_be_read_say_where() -> None:
    refused = refusal(question_set({"library": "H5P.MultiChoice 1.16", "params": {"answers": ["?"]}}))
    assert (refused.id, refused.params["where"]) == ("h5p-content-invalid", "questions[0].answers[0]")


@pytest.mark.parametrize(
    "content", [blanks("<p>Rien à compléter.</p>"), question_set()], ids=["no blank", "no question"]
)
def test_a_content_without_anything_to_answer_is_refused(content: dict[str, Any]) -> None:
    assert refusal(content).id == "h5p-nothing-to-answer"


def test_the_maximum_of_a_pool_is_that_of_the_luckiest_draw() -> None:
    content = question_set(true_false(), blanks("<p>*a* *b* *c*</p>"), multi_choice(True, True), poolSize=2)
    assert KIND.maximum(H5PSettings.model_validate(content)) == 5


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_an_attempt_is_worth_what_the_official_player_gives(case: dict[str, Any]) -> None:
    if case["expected"]["max"] == 0:
        assert refusal({"library": case["library"], "params": case["params"]}).id == "h5p-nothing-to-answer"
        return
    pupil = Pupil({"library": case["library"], "params": case["params"]})
    fields = pupil.words(*case["state"]) if case.get("state") else pupil.filled(case["response"], case.get("children"))
    expected = case["expected"]
    assert pupil.press("finish", fields).score == Score(expected["raw"], expected["max"], expected["success"])


def leaves(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The contents inside a content, those of a content of contents one by one."""
    inside = content["params"].get("questions") or [item["content"] for item in content["params"].get("content", [])]
    if not content["library"].startswith(COMPOUND):
        yield content
    for child in inside if content["library"].startswith(COMPOUND) else ():
        yield from leaves(child)


def answers(children: list[dict[str, Any]]) -> Iterator[tuple[str | int, dict[str, Any]]]:
    """What was answered to each content, by its id, or else by its place."""
    for place, child in enumerate(children):
        yield child.get("subContentId") or place, child
        yield from answers(child.get("children") or [])


@pytest.mark.parametrize("case", COMPOUNDS, ids=[case["id"] for case in COMPOUNDS])
def test_an_attempt_at_many_contents_is_worth_what_the_official_player_gives(case: dict[str, Any]) -> None:
    ids = [leaf.get("subContentId") or place for place, leaf in enumerate(leaves(case))]
    given = dict(answers(case["children"]))
    drawn = {index for index, identifier in enumerate(ids) if identifier in given}
    attempts = (Pupil({"library": case["library"], "params": case["params"]}, seed) for seed in range(500))
    pupil = next(attempt for attempt in attempts if drawn <= {turn["index"] for turn in attempt.state["questions"]})
    while not pupil.outcome or not pupil.outcome.completed:
        fields: dict[str, list[str]] = {}
        for place in range(pupil.count):
            pupil.on = place
            answer = given.get(ids[pupil.turn["index"]], {})
            if answer.get("response") or answer.get("children"):
                fields |= pupil.filled(answer["response"] or "", answer.get("children"))
        pupil.on = 0
        pupil.press("finish" if "finish" in pupil.buttons else "next", fields)
    expected = case["expected"]
    score = Score(expected["raw"], expected["max"], expected["success"])
    assert pupil.outcome.score == (score if score.maximum else None)
