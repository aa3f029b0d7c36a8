"""Saying what is wrong with content, in French and in English: params by their semantics, whole packages."""

from __future__ import annotations

from h5p_exports.lint.package import Report, lint_package
from h5p_exports.lint.params import lint_params
from h5p_exports.lint.problem import Problem

__all__ = ["Problem", "Report", "lint_package", "lint_params"]
