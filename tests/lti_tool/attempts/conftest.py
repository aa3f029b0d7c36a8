"""A house with an exercise of two blanks, two points."""

from __future__ import annotations

import pytest

from tests.lti_tool.desk import Desk, desk_with
from tests.support.house import House


@pytest.fixture
def desk(house: House) -> Desk:
    """Two blanks, two points, everything allowed."""
    return desk_with(house)
