"""Bringing contents to the versions of a profile, as the upgrade scripts of the content types do."""

from __future__ import annotations

from h5p_exports.migrate import hooks
from h5p_exports.migrate.migration import Migrated, migrate
from h5p_exports.migrate.packages import convert_package

__all__ = ["Migrated", "convert_package", "hooks", "migrate"]
