"""The platform that we did not write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.xblock_platform import XBlockPlatform


@pytest.fixture(scope="session")
def xblock_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[XBlockPlatform]:
    platform = XBlockPlatform(tmp_path_factory.mktemp("xblock"))
    yield platform
    platform.stop()
