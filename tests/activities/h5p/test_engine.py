"""The rules of the game: what each button does, when it may be pressed, what counts."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.kind import Score, StepRefused
from tests.activities.h5p.player import KIND, Pupil, blanks, multi_choice, question_set, true_false

THREE = question_set(multi_choice(True, False), true_false(), blanks("<p>*un* *deux*</p>"))
ACTIONS = ["save", "check", "retry", "solution", "next", "previous", "finish"]


def tried(pupil: Pupil, action: str, fields: dict[str, list[str]] | None = None) -> str | None:
    """The id of the error that a button gives, if it gives one; the state must not have moved then."""
    before = copy.deepcopy(pupil.state)
    try:
        pupil.press(action, fields)
    except StepRefused as refusal:
        assert pupil.state == before
        return refusal.id
    return None


def test_a_new_attempt_has_nothing_answered() -> None:
    pupil = Pupil(THREE)
    assert [turn["answer"] for turn in pupil.state["questions"]] == [[], [], ["", ""]]
    assert pupil.press("save").progress == 0


def test_a_state_is_json_and_comes_back_as_it_was() -> None:
    pupil = Pupil(THREE)
    pupil.press("check", pupil.choices("1"))
    page = pupil.page()
    pupil.state = json.loads(json.dumps(pupil.state))
    assert pupil.page() == page


def test_saving_keeps_the_answer_and_judges_nothing() -> None:
    pupil = Pupil(multi_choice(True, False))
    outcome = pupil.press("save", pupil.choices("1"))
    assert (pupil.turn["answer"], pupil.turn["phase"]) == (["1"], "open")
    assert (outcome.score, outcome.completed, outcome.progress) == (None, False, 1.0)


def test_a_form_that_is_silent_about_a_question_leaves_its_answer() -> None:
    pupil = Pupil(multi_choice(True, True))
    pupil.press("save", pupil.choices("0", "1"))
    pupil.press("save")
    assert pupil.turn["answer"] == ["0", "1"]


def test_boxes_can_be_unticked() -> None:
    pupil = Pupil(multi_choice(True, True))
    pupil.press("save", pupil.choices("0", "1"))
    pupil.press("save", pupil.choices())
    assert pupil.turn["answer"] == []


def test_a_checked_question_is_locked() -> None:
    pupil = Pupil(multi_choice(True, False))
    pupil.press("check", pupil.choices("1"))
    pupil.press("save", pupil.choices("0"))
    assert pupil.turn["answer"] == ["1"]
    assert pupil.press("finish", pupil.choices("0")).score == Score(0, 1, success=False)


def test_a_locked_question_still_refuses_what_is_not_its_own() -> None:
    pupil = Pupil(multi_choice(True, False))
    pupil.press("check", pupil.choices("1"))
    assert tried(pupil, "save", {pupil.turn["names"][0]: ["unknown"]}) == "answer-malformed"


def test_checking_nothing_judges_nothing() -> None:
    for content in (multi_choice(True, False), true_false(), blanks("<p>*un*</p>")):
        pupil = Pupil(content)
        pupil.press("check")
        assert pupil.turn["phase"] == "open"
        assert "Tu n’as pas encore répondu" in pupil.page()


def test_ticking_no_box_can_be_judged_for_none_may_be_right() -> None:
    pupil = Pupil(multi_choice(True, True))
    pupil.press("check", pupil.choices())
    assert pupil.turn["phase"] == "checked"


def test_a_question_is_not_checked_twice() -> None:
    pupil = Pupil(multi_choice(True, False))
    pupil.press("check", pupil.choices("1"))
    assert tried(pupil, "check") == "action-not-possible"


def test_a_content_without_check_button_is_not_checked() -> None:
    pupil = Pupil(multi_choice(True, False, enableCheckButton=False))
    assert tried(pupil, "check", pupil.choices("0")) == "action-not-possible"


def test_trying_again_empties_the_question_and_opens_it() -> None:
    pupil = Pupil(blanks("<p>*un* *deux*</p>"))
    pupil.press("check", pupil.words("un", "trois"))
    pupil.press("retry")
    assert (pupil.turn["answer"], pupil.turn["phase"]) == (["", ""], "open")
    pupil.press("check", pupil.words("un", "deux"))
    assert "Tout est juste" in pupil.page()


@pytest.mark.parametrize(
    ("content", "chosen"),
    [
        pytest.param(multi_choice(True, False, enableRetry=False), "1", id="the content forbids it"),
        pytest.param(multi_choice(True, False), "0", id="it has full marks"),
    ],
)
def test_no_second_try_where(content: dict[str, Any], chosen: str) -> None:
    pupil = Pupil(content)
    pupil.press("check", pupil.choices(chosen))
    assert "retry" not in pupil.buttons
    assert tried(pupil, "retry") == "action-not-possible"


def test_no_second_try_before_a_check() -> None:
    assert tried(Pupil(multi_choice(True, False)), "retry") == "action-not-possible"


def test_a_solution_is_shown_after_a_check() -> None:
    pupil = Pupil(multi_choice(True, False))
    assert tried(pupil, "solution", pupil.choices("1")) == "action-not-possible"
    pupil.press("check", pupil.choices("1"))
    pupil.press("solution")
    assert "C’était la bonne réponse" in pupil.page()


def test_a_solution_that_was_seen_is_worth_nothing() -> None:
    pupil = Pupil(multi_choice(True, False))
    pupil.press("check", pupil.choices("1"))
    pupil.press("solution")
    assert tried(pupil, "retry") == "action-not-possible"
    assert tried(pupil, "check", pupil.choices("0")) == "action-not-possible"
    assert pupil.press("finish", pupil.choices("0")).score == Score(0, 1, success=False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(
            blanks("<p>*un* *deux*</p>", enableSolutionsButton=False), ("x", "y"), id="the content forbids it"
        ),
        pytest.param(blanks("<p>*un* *deux*</p>"), ("x", ""), id="a blank is empty"),
        pytest.param(blanks("<p>*un* *deux*</p>"), ("un", "deux"), id="all is right"),
    ],
)
def test_no_solution_where(content: dict[str, Any], words: tuple[str, ...]) -> None:
    pupil = Pupil(content)
    pupil.press("check", pupil.words(*words))
    assert "solution" not in pupil.buttons
    assert tried(pupil, "solution") == "action-not-possible"


def test_a_solution_that_requires_no_input_is_shown_with_blanks_left_empty() -> None:
    pupil = Pupil(blanks("<p>*un* *deux*</p>", showSolutionsRequiresInput=False))
    pupil.press("check", pupil.words("x", ""))
    pupil.press("solution")
    assert "deux" in pupil.page()


def test_a_blank_where_nothing_is_right_counts_as_filled_in() -> None:
    pupil = Pupil(blanks("<p>des chat*s/* *deux*</p>"))
    pupil.press("check", pupil.words("", "x"))
    assert "solution" in pupil.buttons


def test_one_goes_from_question_to_question_and_answers_stay() -> None:
    pupil = Pupil(THREE)
    pupil.press("next", pupil.choices("1"))
    pupil.press("next", pupil.choices("true"))
    pupil.press("previous", pupil.words("un", ""))
    assert [turn["answer"] for turn in pupil.state["questions"]] == [["1"], ["true"], ["un", ""]]
    assert pupil.state["at"] == 1


def test_there_is_nothing_before_the_first_question_nor_after_the_last() -> None:
    pupil = Pupil(THREE)
    assert tried(pupil, "previous") == "action-not-possible"
    pupil.press("next")
    pupil.press("next")
    assert tried(pupil, "next") == "action-not-possible"


def test_no_way_back_where_the_content_has_none() -> None:
    pupil = Pupil(question_set(true_false(), true_false(), disableBackwardsNavigation=True))
    pupil.press("next")
    assert "previous" not in pupil.buttons
    assert tried(pupil, "previous") == "action-not-possible"


def test_work_is_handed_in_on_the_last_page_only() -> None:
    assert tried(Pupil(THREE), "finish") == "action-not-possible"


def test_handing_in_scores_every_question_checked_or_not() -> None:
    pupil = Pupil(THREE)
    pupil.press("check", pupil.choices("0"))
    pupil.press("next")
    pupil.press("next", pupil.choices("false"))
    outcome = pupil.press("finish", pupil.words("un", ""))
    assert outcome.score is not None
    assert (outcome.score.raw, outcome.score.maximum, outcome.score.success) == (2, 4, False)
    assert (outcome.completed, outcome.progress) == (True, 1.0)


def test_a_finished_attempt_takes_no_action() -> None:
    pupil = Pupil(true_false())
    pupil.press("finish")
    for action in ACTIONS:
        assert tried(pupil, action, pupil.choices("true")) == "action-not-possible"


def test_progress_is_the_share_of_answered_questions() -> None:
    pupil = Pupil(question_set(true_false(), true_false(), true_false(), true_false()))
    assert pupil.press("next", pupil.choices("true")).progress == 0.25
    assert pupil.press("next").progress == 0.25
    assert pupil.press("check", pupil.choices("false")).progress == 0.5


def test_the_set_can_force_the_buttons_of_its_questions() -> None:
    override = {"checkButton": True, "showSolutionButton": "off", "retryButton": "off"}
    pupil = Pupil(question_set(multi_choice(True, False), true_false(), override=override))
    pupil.press("check", pupil.choices("1"))
    assert pupil.buttons == {"next"}


def test_the_questions_of_a_pool_are_drawn_for_the_attempt() -> None:
    content = question_set(*[true_false()] * 4, poolSize=2)
    draws = {tuple(turn["index"] for turn in Pupil(content, seed=seed).state["questions"]) for seed in range(60)}
    assert all(len(draw) == 2 and draw == tuple(sorted(set(draw))) for draw in draws)
    assert len(draws) == 6


def test_questions_in_random_order_are_all_asked() -> None:
    content = question_set(*[true_false()] * 3, randomQuestions=True)
    orders = {tuple(turn["index"] for turn in Pupil(content, seed=seed).state["questions"]) for seed in range(60)}
    assert len(orders) == 6


def test_answers_are_shuffled_only_where_the_content_says_so() -> None:
    fixed = {tuple(Pupil(multi_choice(*[True] * 3), seed=seed).turn["order"]) for seed in range(60)}
    mixed = {tuple(Pupil(multi_choice(*[True] * 3, randomAnswers=True), seed=s).turn["order"]) for s in range(60)}
    assert (fixed, len(mixed)) == ({(0, 1, 2)}, 6)


moves = st.tuples(
    st.sampled_from(ACTIONS),
    st.sets(st.sampled_from(["0", "1", "2"])),
    st.tuples(*[st.sampled_from(["un", "deux", "trois", ""])] * 2),
)


@given(st.lists(moves, max_size=25), st.integers(0, 2**128 - 1))
def test_whatever_is_pressed_a_judged_answer_changes_by_a_retry_alone(
    game: list[tuple[str, set[str], tuple[str, str]]], seed: int
) -> None:
    pupil = Pupil(question_set(multi_choice(True, True, False), blanks("<p>*un* *deux*</p>")), seed)
    solutions_seen: dict[int, list[str]] = {}
    for action, ticked, words in game:
        at, before = pupil.state["at"], copy.deepcopy(pupil.turn)
        fields = pupil.choices(*ticked) if before["index"] == 0 else pupil.words(*words)
        assert tried(pupil, action, fields) in {None, "action-not-possible"}
        after = pupil.state["questions"][at]
        if before["phase"] != "open" and action != "retry":
            assert after["answer"] == before["answer"]
        if after["phase"] == "solved" or at in solutions_seen:
            assert solutions_seen.setdefault(at, after["answer"]) == after["answer"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["action", "fields", "other"]), json_values | st.sampled_from(ACTIONS)))
def test_any_event_is_applied_or_tried(event: dict[str, Any]) -> None:
    pupil = Pupil(THREE)
    before = copy.deepcopy(pupil.state)
    with suppress(StepRefused):
        KIND.step(pupil.settings, pupil.state, event, pupil.context)
    assert pupil.state == before


@given(st.dictionaries(st.integers(-1, 3), st.lists(st.text(max_size=5) | st.integers(-1, 3), max_size=3), max_size=3))
def test_any_fields_are_stored_or_tried(shape: dict[int, list[str | int]]) -> None:
    pupil = Pupil(question_set(multi_choice(True, True, False), true_false()))

    def known(position: int, names: list[str]) -> str:
        return names[position] if 0 <= position < len(names) else "unknown"

    fields = {
        known(place, pupil.turn["names"]): [
            value if isinstance(value, str) else known(value, pupil.turn["values"]) for value in values
        ]
        for place, values in shape.items()
    }
    assert tried(pupil, "save", fields) in {None, "answer-malformed"}
    assert set(pupil.turn["answer"]) <= {"0", "1", "2"}
