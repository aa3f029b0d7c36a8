"""Packages (`.h5p` files): `read_package` lets in what is safe, `write_package` makes a content-only one."""

from __future__ import annotations

from h5p_exports.package.limits import Limits
from h5p_exports.package.reader import Medium, Package, read_package
from h5p_exports.package.writer import write_package

__all__ = ["Limits", "Medium", "Package", "read_package", "write_package"]
