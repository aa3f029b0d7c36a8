"""A class at a desk, and an LMS whose services the tool can call."""

from __future__ import annotations

import pytest

from tests.lti_tool.desk import Desk, desk_with
from tests.support.house import House
from tests.support.house_fixtures import house, house_seed
from tests.support.wired import wire

__all__ = ["house", "house_seed"]


@pytest.fixture
def wired_desk(house: House) -> Desk:
    """An exercise at link `9`, in a house that can call its LMS; nobody has come yet."""
    return desk_with(wire(house))
