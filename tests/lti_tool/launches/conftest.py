"""A house whose clock a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.app import make_services
from tests.support.house import House


@dataclass
class Clock:
    """The real time, and what a test adds to it."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(house: House, clock: Clock) -> Iterator[House]:
    """The house, on that clock."""
    services = make_services(house.services.settings, http=house.http, clock=clock)
    yield House(services, house.lms, house.http)
    services.database.engine.dispose()
