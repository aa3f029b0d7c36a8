"""Fixtures of the fault tests."""

from __future__ import annotations

from tests.support.house_fixtures import house_seed

__all__ = ["house_seed"]
