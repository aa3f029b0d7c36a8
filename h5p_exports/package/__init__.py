"""Packages (`.h5p` files): what the PHP reference says of one, reading one that is safe, making one."""

from __future__ import annotations

from h5p_exports.package.limits import Limits
from h5p_exports.package.metadata import Metadata, written_metadata
from h5p_exports.package.reader import Medium, Package, read_package
from h5p_exports.package.verdict import Finding, Verdict, check_package
from h5p_exports.package.writer import Bytes, write_package

__all__ = [
    "Bytes",
    "Finding",
    "Limits",
    "Medium",
    "Metadata",
    "Package",
    "Verdict",
    "check_package",
    "read_package",
    "write_package",
    "written_metadata",
]
