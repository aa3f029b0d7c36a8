"""From attempts to one grade: laws that hold for any results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.attempts.policy import POLICIES, grade_of

RESULTS = st.lists(st.floats(min_value=0, max_value=1), min_size=1, max_size=20)


@given(RESULTS, st.sampled_from(POLICIES))
def test_a_grade_lies_between_the_worst_and_the_best_attempt(results: list[float], policy: str) -> None:
    # The mean is a sum of floats: it may miss by the last bit.
    assert min(results) - 1e-12 <= grade_of(results, policy) <= max(results) + 1e-12


@given(st.floats(min_value=0, max_value=1), st.sampled_from(POLICIES))
def test_one_attempt_is_its_own_grade(result: float, policy: str) -> None:
    assert grade_of([result], policy) == result


@given(RESULTS, st.floats(min_value=0, max_value=1))
def test_another_attempt_never_lowers_the_best(results: list[float], another: float) -> None:
    assert grade_of([*results, another], "best") >= grade_of(results, "best")


@given(RESULTS, st.floats(min_value=0, max_value=1))
def test_the_last_attempt_is_the_last_and_never_the_first(results: list[float], another: float) -> None:
    assert grade_of([*results, another], "last") == another
    assert grade_of([*results, another], "first") == grade_of(results, "first")


@given(RESULTS)
def test_the_mean_and_the_best_do_not_ask_for_the_order(results: list[float]) -> None:
    assert grade_of(results[::-1], "best") == grade_of(results, "best")
    assert grade_of(results[::-1], "mean") == pytest.approx(grade_of(results, "mean"))


def test_a_policy_that_nobody_knows_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="worst"):
        grade_of([1.0], "worst")
