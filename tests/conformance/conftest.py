"""The platform that we did not write, and the house in one process for what no honest platform sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.xblock_platform import XBlockPlatform
from tests.support.house_fixtures import house, house_seed

__all__ = ["house", "house_seed"]


@pytest.fixture(scope="session")
def xblock_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[XBlockPlatform]:
    platform = XBlockPlatform(tmp_path_factory.mktemp("xblock"))
    yield platform
    platform.stop()
