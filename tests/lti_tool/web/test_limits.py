"""How often one person may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.errors import TooMany
from lti_tool.web import Limiter


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def allowed(limiter: Limiter, key: object) -> bool:
    try:
        limiter.check(key)
    except TooMany:
        return False
    return True


def test_the_call_after_the_burst_is_refused_with_the_time_to_wait() -> None:
    limiter = Limiter(per_minute=6, clock=Clock())
    assert all(allowed(limiter, "a") for _ in range(6))
    with pytest.raises(TooMany) as caught:
        limiter.check("a")
    assert caught.value.params == {"seconds": 10}


def test_waiting_as_told_is_enough() -> None:
    clock = Clock()
    limiter = Limiter(per_minute=6, burst=1, clock=clock)
    limiter.check("a")
    clock.now += 10
    assert allowed(limiter, "a")


def test_one_person_does_not_slow_another() -> None:
    limiter = Limiter(per_minute=1, clock=Clock())
    limiter.check(("registration", "a"))
    assert allowed(limiter, ("registration", "b"))


def test_the_memory_is_bounded_and_forgets_the_longest_unseen() -> None:
    limiter = Limiter(per_minute=1, most_keys=2, clock=Clock())
    for key in ("a", "b", "c"):
        limiter.check(key)
    assert not allowed(limiter, "c")
    assert allowed(limiter, "a")


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=60))
def test_no_stretch_of_time_lets_more_than_its_share_pass(waits: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(per_minute=12, burst=5, clock=clock)
    passed = 0
    for wait in waits:
        clock.now += wait
        passed += allowed(limiter, "a")
    assert passed <= 5 + clock.now * 12 / 60 + 1e-6
