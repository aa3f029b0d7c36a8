"""The scenarios that come with the tool: they load, they can be solved, and they are well written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from activities.kind import Context
from activities.registry import KINDS
from activities.scenario import Scenario, shipped_scenarios
from h5p_exports import scoring
from h5p_exports.content_types import Blanks, Content, MultiChoice, QuestionSet, TrueFalse, parse

SCENARIOS = {scenario.record.id: scenario for scenario in shipped_scenarios()}
PLAN = SCENARIOS["ses-plan-de-dissertation"]
WORDS = SCENARIOS["ses-mots-de-la-dissertation"]

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)

NOT_SHOWN = {"library", "subContentId", "contentType", "license", "licenseVersion", "correct", "type", "progressType"}
SCORING_KEYS = {
    "H5P.MultiChoice": {"type", "singlePoint", "randomAnswers", "passPercentage", "showScorePoints"},
    "H5P.TrueFalse": set[str](),
    "H5P.Blanks": {"caseSensitive", "acceptSpellingErrors", "separateLines"},
}
COMMON_KEYS = {"enableRetry", "enableSolutionsButton", "enableCheckButton", "autoCheck"}

SPACE = "[\u00a0\u202f]"
FAULTS = {
    "a straight apostrophe": re.compile("'"),
    "a straight quotation mark": re.compile('"'),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "a breaking space, or none, inside «": re.compile("«(?!\u00a0)"),
    "a breaking space, or none, inside »": re.compile("(?<!\u00a0)»"),
    "a breaking space, or none, before : ; ! ?": re.compile(rf"(?<!{SPACE})[:;!?]"),
    "a breaking space before %": re.compile(r"\d %"),
    "a capital without its accent": re.compile(r"\b(?:A (?=[a-zé])|Ecole|Etat|Etre|Evaluation|Elève|Equipe|Etude)"),
    "two spaces": re.compile(r" {2}"),
    "oe for œ": re.compile(r"\b(?:oeuvre|coeur|noeud|voeu|soeur)", re.IGNORECASE),
}


def questions(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """The questions as written, whether the scenario is a set or one question."""
    if scenario.settings["library"].startswith("H5P.QuestionSet "):
        yield from scenario.settings["params"]["questions"]
    else:
        yield scenario.settings


def right_answer(question: Content | None) -> str:
    """The xAPI response of a pupil who knows everything."""
    match question:
        case MultiChoice(answers=answers):
            return "[,]".join(str(index) for index, answer in enumerate(answers) if answer.correct)
        case TrueFalse(correct=correct):
            return "true" if correct else "false"
        case Blanks(blanks=blanks):
            return "[,]".join(blank.alternatives[0] for blank in blanks)
        case _:
            raise AssertionError(question)


def texts(value: Any) -> Iterator[str]:
    """What the settings show to people; of a blank, only its tip: what pupils may type is another matter."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in NOT_SHOWN:
                yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        without_solutions = re.sub(r"\*([^*:]+):?([^*]*)\*", r" \2 ", value).replace("  ", " ")
        yield re.sub(r"<[^>]*>", "", without_solutions)


@each_scenario
def test_a_scenario_says_where_it_comes_from(scenario: Scenario) -> None:
    assert scenario.folder.name == scenario.record.id
    assert scenario.record.licence == "CC BY-SA 4.0"
    assert scenario.record.language == "fr"


@each_scenario
def test_a_scenario_is_worth_all_its_points_to_whoever_knows_the_answers(scenario: Scenario) -> None:
    model = parse(scenario.settings["library"], scenario.settings["params"])
    if isinstance(model, QuestionSet):
        children = [{"subContentId": c.sub_content_id, "response": right_answer(c.model)} for c in model.children]
        score = scoring.score_model(model, None, children=children)
    else:
        score = scoring.score_model(model, right_answer(model))
    assert score.max > 0
    assert score.raw == score.max


@each_scenario
def test_a_scenario_can_be_opened_by_its_kind(scenario: Scenario) -> None:
    kind, context = KINDS[scenario.kind], Context(now=datetime(2026, 1, 12, 10, tzinfo=UTC), seed=1)
    settings = kind.settings_model.model_validate(scenario.settings)
    assert kind.view(settings, kind.start(settings, context), context).data
    assert kind.maximum(settings) == {PLAN.record.id: 20, WORDS.record.id: 8}[scenario.record.id]


@each_scenario
def test_a_scenario_gives_nothing_for_nothing(scenario: Scenario) -> None:
    assert scoring.score(scenario.settings["library"], scenario.settings["params"], None).raw == 0


@each_scenario
def test_every_key_that_changes_a_score_is_written(scenario: Scenario) -> None:
    for question in questions(scenario):
        machine_name = question["library"].split()[0]
        assert (COMMON_KEYS | SCORING_KEYS[machine_name]) <= question["params"]["behaviour"].keys()


@each_scenario
def test_every_feedback_scale_covers_every_score(scenario: Scenario) -> None:
    scales = [q["params"]["overallFeedback"] for q in questions(scenario) if "overallFeedback" in q["params"]]
    if "endGame" in scenario.settings["params"]:
        scales.append(scenario.settings["params"]["endGame"]["overallFeedback"])
    for scale in scales:
        covered = [percent for step in scale for percent in range(step["from"], step["to"] + 1)]
        assert covered == list(range(101))


@each_scenario
def test_the_french_typography_is_right(scenario: Scenario) -> None:
    shown = [*texts(scenario.record.model_dump(exclude={"id"})), *texts(scenario.settings)]
    faults = [(name, text) for text in shown for name, fault in FAULTS.items() if fault.search(text)]
    assert faults == []


@each_scenario
def test_both_apostrophes_are_accepted_where_pupils_type_one(scenario: Scenario) -> None:
    for question in questions(scenario):
        model = parse(question["library"], question["params"])
        for blank in model.blanks if isinstance(model, Blanks) else ():
            accepted = set(blank.alternatives)
            assert {text.replace("’", "'") for text in accepted} <= accepted
            assert blank.tip


def test_the_plan_exercise_has_ten_questions_of_every_type_and_is_marked_out_of_twenty() -> None:
    libraries = Counter(question["library"] for question in questions(PLAN))
    behaviours = Counter(q["params"]["behaviour"]["type"] for q in questions(PLAN) if "MultiChoice" in q["library"])
    assert libraries == {"H5P.MultiChoice 1.16": 6, "H5P.TrueFalse 1.8": 2, "H5P.Blanks 1.14": 2}
    assert behaviours == {"single": 3, "multi": 3}
    children = [{"response": ""} for _ in questions(PLAN)]
    assert scoring.score(PLAN.settings["library"], PLAN.settings["params"], None, children=children).max == 20


def test_the_questions_of_the_plan_exercise_have_identifiers_of_their_own() -> None:
    identifiers = [UUID(question["subContentId"]) for question in questions(PLAN)]
    assert len(set(identifiers)) == 10


def test_a_single_choice_has_one_right_answer() -> None:
    for question in questions(PLAN):
        if question["params"]["behaviour"].get("type") == "single":
            assert sum(answer["correct"] for answer in question["params"]["answers"]) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "Une accroche[,]definition[,]Problematique[,]Annonce[,]ARGUMENT[,]un exemple[,]transition[,]bilan",
        "amorce[,]définition[,]la problématique[,]l'annonce[,]argument[,]exemple[,]une transition[,]le bilan",
    ],
)
def test_the_words_are_accepted_as_pupils_write_them(typed: str) -> None:
    assert scoring.score(WORDS.settings["library"], WORDS.settings["params"], typed).raw == 8
