"""Libraries on a database of their own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lti_tool.libraries.installing import Installation
from lti_tool.libraries.service import Libraries
from tests.support.h5p_libraries import library_package
from tests.support.house import House

Install = Callable[..., Installation]


@pytest.fixture
def libraries(house: House) -> Libraries:
    return house.services.libraries


@pytest.fixture
def install(house: House) -> Install:
    """Install a package of some libraries."""

    def install(*libraries: Mapping[str, bytes], **options: Any) -> Installation:
        source = io.BytesIO(library_package(*libraries))
        return house.services.library_installer.install(source, name="pack.h5p", origin="pack.h5p", **options)

    return install
