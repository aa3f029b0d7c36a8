"""A school for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lti_tool.gradebook.school import School, open_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """A course, three pupils, a platform, and a clock that stands still."""
    opened = open_school(tmp_path)
    yield opened
    opened.database.engine.dispose()
