"""The whole house in one process, on a copy of a migrated database."""

from __future__ import annotations

from tests.support.house_fixtures import house, house_seed

__all__ = ["house", "house_seed"]
