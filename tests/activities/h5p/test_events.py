"""Events that no page of ours can have sent."""

from __future__ import annotations

from typing import Any

import pytest

from activities.h5p.events import LONGEST_VALUE, Request, read_event
from activities.kind import StepRefused
from tests.activities.h5p.player import Pupil, blanks, multi_choice, true_false


def test_an_event_is_an_action_and_fields() -> None:
    event = {"action": "save", "fields": {"a": ["1", "2"], "b": []}}
    assert read_event(event) == Request("save", {"a": ("1", "2"), "b": ()})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"action": "save"},
        {"fields": {}},
        {"action": 1, "fields": {}},
        {"action": "save", "fields": []},
        {"action": "save", "fields": {"a": "1"}},
        {"action": "save", "fields": {"a": [1]}},
        {"action": "save", "fields": {1: ["1"]}},
        {"action": "save", "fields": {"a": ["x" * (LONGEST_VALUE + 1)]}},
        {"action": "save", "fields": {"a": ["x\0"]}},
        {"action": "save", "fields": {"a": ["\ud800"]}},
        {"action": "save", "fields": {"\udfff": []}},
    ],
)
def test_another_shape_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(StepRefused, match="answer-malformed"):
        read_event(event)


def test_an_emoji_is_a_character_like_another() -> None:
    pupil = Pupil(blanks("<p>*un*</p>"))
    pupil.press("save", pupil.words("👩🏽‍🔬"))
    assert pupil.turn["answer"] == ["👩🏽‍🔬"]


def test_an_unknown_field_is_refused() -> None:
    for content in (multi_choice(True), blanks("<p>*un*</p>")):
        with pytest.raises(StepRefused, match="answer-malformed"):
            Pupil(content).press("save", {"unknown": ["x"]})


def test_an_unknown_choice_is_refused() -> None:
    pupil = Pupil(true_false())
    with pytest.raises(StepRefused, match="answer-malformed"):
        pupil.press("save", {pupil.turn["names"][0]: ["true"]})


def test_two_radio_buttons_are_refused() -> None:
    pupil = Pupil(multi_choice(True, False))
    with pytest.raises(StepRefused, match="answer-malformed"):
        pupil.press("save", pupil.choices("0", "1"))


def test_the_same_box_twice_is_refused() -> None:
    pupil = Pupil(multi_choice(True, True))
    with pytest.raises(StepRefused, match="answer-malformed"):
        pupil.press("save", pupil.choices("1", "1"))


@pytest.mark.parametrize("values", [[], ["un", "deux"]])
def test_a_blank_has_one_value(values: list[str]) -> None:
    pupil = Pupil(blanks("<p>*un*</p>"))
    with pytest.raises(StepRefused, match="answer-malformed"):
        pupil.press("save", {pupil.turn["names"][0]: values})


def test_an_unknown_button_is_refused() -> None:
    with pytest.raises(StepRefused, match="action-not-possible"):
        Pupil(true_false()).press("win")
