"""The hooks of the content types: importing their modules enters them."""

from __future__ import annotations

from h5p_exports.migrate.hooks import others, questions

__all__ = ["others", "questions"]
