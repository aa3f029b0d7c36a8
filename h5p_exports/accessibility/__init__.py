"""What keeps some pupils out of a content, and what to mend."""

from __future__ import annotations

from h5p_exports.accessibility.finding import Finding
from h5p_exports.accessibility.report import check_content, check_package

__all__ = ["Finding", "check_content", "check_package"]
