"""Thirty in a hundred answers of the platform are faulty, and who delivers is killed again and again.

Afterwards the platform's gradebook is exactly the expected one: no grade is lost, and none is an older one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from lti_tool.app import make_services
from tests.faults.ordeal import MAXIMUM, Couriers, Ordeal, ordeal
from tests.support.databases import copy_data
from tests.support.house import settings_of
from tests.support.school import tool_in
from tests.support.servers import wait_until

AGAIN = 5
"""One pupil in so many hands in a second time, while the first grades are on their way."""

CLASS = 100


@contextmanager
def place_of(seed: Path, folder: Path, pupils: int) -> Iterator[Ordeal]:
    """A class of so many pupils."""
    copy_data(seed, folder)
    server = tool_in(folder)
    with ordeal(server, make_services(settings_of(folder)), pupils, couriers=Couriers(server)) as place:
        yield place


def survive(place: Ordeal, *, kills: int, seconds: float) -> dict[str, object]:
    """Let everybody hand in, kill as often as asked, rotate the keys half-way, and give the figures."""
    draw = random.Random(kills)  # noqa: S311 - The same grades at each run.
    began = time.monotonic()
    pupils = len(place.pupils)
    again = list(place.pupils[::AGAIN])
    for _ in range(2):
        place.couriers.start()
    for start in range(0, pupils, CLASS):
        place.hand_in({id: draw.randrange(MAXIMUM + 1) for id in place.pupils[start : start + CLASS]})
    for kill in range(kills):
        mark = pupils * (kill + 1) // (kills + 2)
        wait_until(partial(place.has_asked, mark), what=f"{mark} requests", seconds=seconds)
        place.couriers.kill_one(draw.randrange(2))
        place.kills += 1
        place.hand_in({id: draw.randrange(MAXIMUM + 1) for id in again[kill::kills]})
        if kill == kills // 2:
            place.house.platforms.keys.rotate(at_once=True)
            place.lms.tokens.revoke_all()
    left = seconds - (time.monotonic() - began)
    wait_until(place.is_over, what="every grade is delivered", seconds=left)
    took = time.monotonic() - began
    return {**place.figures(), "seconds": round(took, 1)}


def test_three_hundred_grades_survive_three_kills(house_seed: Path, tmp_path: Path) -> None:
    with place_of(house_seed, tmp_path / "house", pupils := 250) as place:
        place.hold(survive(place, kills=3, seconds=300))
        place.proxy.is_on = False
        assert place.house.reconciliation.run().equal == pupils


@pytest.mark.long
def test_ten_thousand_grades_survive_twenty_kills(
    house_seed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with place_of(house_seed, tmp_path / "house", 10_000) as place:
        figures = survive(place, kills=20, seconds=900)
        with capsys.disabled():
            print(f"\n{figures}")
        place.hold(figures)
