"""The kind: what the frame sends is kept within bounds, and what counts is computed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from activities.h5p_official.attempt import LONGEST_STATE, LONGEST_TREE
from activities.h5p_official.kind import WHERE_THE_BROWSER_SAYS, OfficialKind
from activities.h5p_official.settings import OfficialSettings
from activities.kind import Context, Outcome, Score, State, StepRefused
from h5p_exports.xapi import Node

KIND = OfficialKind()
NOW = Context(datetime(2026, 9, 1, tzinfo=UTC), seed=1)

TRUE = {"library": "H5P.TrueFalse 1.8", "params": {"correct": "true", "question": "<p>Vrai ?</p>"}, "subContentId": "t"}
CHOICE = {
    "library": "H5P.MultiChoice 1.16",
    "params": {
        "question": "<p>Un nombre <b>pair</b> ?</p>",
        "answers": [{"text": "<div>Deux</div>", "correct": True}, {"text": "<div>Trois</div>", "correct": False}],
    },
    "subContentId": "m",
}
CROSSWORD = {"library": "H5P.Crossword 0.5", "params": {}, "subContentId": "c", "metadata": {"title": "Grille"}}


def video(*contents: dict[str, Any]) -> OfficialSettings:
    """A film with these contents, which nobody plays natively."""
    interactions = [{"action": content} for content in contents]
    params = {"interactiveVideo": {"assets": {"interactions": interactions}}}
    names = ["H5P.InteractiveVideo 1.27", *(content["library"] for content in contents)]
    return OfficialSettings(library=names[0], params=params, dependencies=tuple(names))


BOTH = video(TRUE, CROSSWORD)
ANSWERED = Node(children=(Node("t", "true"), Node("c", "mot", 2, 4)))


def event(action: str, **fields: object) -> dict[str, Any]:
    return {"action": action, "fields": {name: [value] for name, value in fields.items()}}


def tree(node: Node | None) -> str:
    return json.dumps(node.as_tree() if node else None)


def step(settings: OfficialSettings, state: State, event: dict[str, Any]) -> Outcome:
    return KIND.step(settings, json.loads(json.dumps(state)), event, NOW)


def begun(settings: OfficialSettings = BOTH) -> State:
    return KIND.start(settings, NOW)


def refusal(settings: OfficialSettings, state: State, event: dict[str, Any]) -> str:
    with pytest.raises(StepRefused) as refused:
        step(settings, state, event)
    return refused.value.id


def test_what_the_frame_saves_is_given_back_to_it() -> None:
    outcome = step(BOTH, begun(), event("save", tree=tree(ANSWERED), state='{"at":3}'))
    assert (outcome.completed, outcome.score) == (False, None)
    assert KIND.view(BOTH, outcome.state, NOW).data["state"] == '{"at":3}'


def test_what_is_left_out_stays_as_it_was() -> None:
    saved = step(BOTH, begun(), event("save", tree=tree(ANSWERED), state='"a"')).state
    assert step(BOTH, saved, event("save", tree="", state="")).state == saved
    assert step(BOTH, saved, event("save")).state == saved


def test_handing_in_scores_what_was_said_last() -> None:
    saved = step(BOTH, begun(), event("save", tree=tree(ANSWERED))).state
    outcome = step(BOTH, saved, event("finish", tree=tree(Node(children=(Node("t", "false", 1, 1),)))))
    assert (outcome.completed, outcome.progress) == (True, 1)
    # Nothing is said of the crossword, which is the browser's word too.
    assert outcome.score == Score(0, 1, declared=True)


def test_points_that_only_the_browser_knows_are_told_from_others() -> None:
    assert step(BOTH, begun(), event("finish", tree=tree(ANSWERED))).score == Score(3, 5, declared=True)
    computed = video(TRUE)
    assert step(computed, begun(), event("finish", tree=tree(ANSWERED))).score == Score(1, 1)


def test_a_content_that_says_nothing_can_be_handed_in_without_a_score() -> None:
    settings = OfficialSettings(library="H5P.Agamotto 1.6", params={}, dependencies=("H5P.Agamotto 1.6",))
    outcome = step(settings, begun(settings), event("finish", tree="null"))
    assert (outcome.completed, outcome.score) == (True, None)


def test_nothing_is_handed_in_of_a_frame_that_has_never_spoken() -> None:
    assert refusal(BOTH, begun(), event("finish")) == "player-silent"
    assert refusal(BOTH, begun(), event("finish", tree="", state="{}")) == "player-silent"


def test_what_is_handed_in_takes_no_action() -> None:
    finished = step(BOTH, begun(), event("finish", tree="null")).state
    for action in ("save", "finish"):
        assert refusal(BOTH, finished, event(action, tree="null")) == "action-not-possible"


@pytest.mark.parametrize(
    "sent",
    [
        event("save", tree="{"),
        event("save", tree="[]"),
        event("save", tree="NaN"),
        event("save", tree='{"statement":{"result":{"response":"\\u0000"}}}'),
        event("save", tree='{"statement":{"result":{"response":"\\ud800"}}}'),
        event("save", tree="[" * 90_000),
        event("save", tree=" " * (LONGEST_TREE + 1)),
        event("save", state=" " * (LONGEST_STATE + 1)),
        event("save", state="{"),
        event("save", state="\ud800"),
        event("save", answer="3"),
        {"action": "save", "fields": {"tree": ["null", "null"]}},
        {"action": "save", "fields": {"tree": "null"}},
        {"action": 3, "fields": {}},
        {},
    ],
    ids=str,
)
def test_what_no_frame_sends_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(StepRefused, match="answer-malformed"):
        KIND.step(BOTH, begun(), sent, NOW)


def test_another_action_is_not_possible() -> None:
    assert refusal(BOTH, begun(), event("check")) == "action-not-possible"


def test_an_impossible_draw_is_refused() -> None:
    questions = {"poolSize": 1, "questions": [TRUE, CHOICE]}
    settings = OfficialSettings(
        library="H5P.QuestionSet 1.20", params=questions, dependencies=("H5P.QuestionSet 1.20",)
    )
    assert refusal(settings, begun(settings), event("finish", tree="{}")) == "answer-malformed"


def test_progress_is_the_share_of_what_is_answered() -> None:
    half = Node(children=(Node("t", "true"), Node("c", "", 0, 4)))
    assert step(BOTH, begun(), event("save", tree=tree(half))).progress == 0.5


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["save", "finish"]))
def test_any_text_is_kept_or_refused(text: str, action: str) -> None:
    try:
        outcome = step(BOTH, begun(), event(action, tree=text, state=text))
    except StepRefused:
        return
    assert outcome.score is None or 0 <= outcome.score.raw <= outcome.score.maximum


def test_the_highest_score_is_known_where_everything_is_computed() -> None:
    assert KIND.maximum(video(TRUE, CHOICE)) == 2
    assert KIND.maximum(BOTH) == WHERE_THE_BROWSER_SAYS


def test_a_teacher_reads_every_answer_with_what_it_is_worth() -> None:
    said = Node(children=(Node("t", "false"), Node("m", "0"), Node("c", "mot[,]autre", 2, 4)))
    settings = video(TRUE, CHOICE, CROSSWORD)
    state = step(settings, begun(), event("finish", tree=tree(said))).state
    read = KIND.review(settings, state, NOW).data
    assert [(part["question"], part["answers"], part["level"]) for part in read["answers"]] == [
        ("Vrai ?", ["Faux"], "wrong"),
        ("Un nombre pair ?", ["Deux"], "right"),
        ("", ["mot", "autre"], "declared"),
    ]
    assert (read["result"]["raw"], read["result"]["maximum"]) == ("3", "6")


def test_a_teacher_reads_work_that_is_under_way() -> None:
    assert [part["level"] for part in KIND.review(BOTH, begun(), NOW).data["answers"]] == ["empty", "empty"]


@pytest.mark.parametrize("dependencies", [(), ("H5P.TrueFalse",), ("../x 1.0",)])
def test_libraries_are_named_with_their_versions(dependencies: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        OfficialSettings(library="H5P.X 1.0", params={}, dependencies=dependencies)


@pytest.mark.parametrize(("language", "lang"), [("fr-CA", "fr-CA"), ("und", "fr"), ("-", "fr")])
def test_a_language_that_is_none_is_that_of_the_page(language: str, lang: str) -> None:
    settings = OfficialSettings(library="H5P.X 1.0", params={}, dependencies=("H5P.X 1.0",), language=language)
    assert settings.lang == lang
