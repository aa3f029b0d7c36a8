"""Fixtures of the whole house in one process; a `conftest.py` that wants them imports them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import House, make_house, make_seed


@pytest.fixture(scope="session")
def house_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the shipped activities: to be copied."""
    folder = tmp_path_factory.mktemp("seed")
    make_seed(folder)
    return folder


@pytest.fixture
def house(house_seed: Path, tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    made = make_house(house_seed, tmp_path / "house")
    yield made
    made.services.database.engine.dispose()
