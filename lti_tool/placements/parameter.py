"""The signed custom parameter that names a placement.

Administrators and course copies carry it for years, so its key is never retired; it holds letters, digits, `-` and `_`
only (Moodle cuts or rewrites the rest) and is not bound to a registration (a course is restored on another site).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from lti_tool.errors import Refused

NAME = "activity"
"""The name of the custom parameter, and of the query parameter of `target_link_uri`."""

LONGEST = 100
_SHAPE = re.compile(r"p([1-9][0-9]{0,17})-([A-Za-z0-9_-]{24})")


def sign(placement_id: int, key: bytes) -> str:
    """The parameter of a placement: `p<id>-<144-bit tag>`."""
    return f"p{placement_id}-{_tag(placement_id, key)}"


def read(parameter: str, key: bytes) -> int:
    """The placement that a parameter names. Raises `Refused("placement-forged")`."""
    match = _SHAPE.fullmatch(parameter)
    if match is None or not hmac.compare_digest(match[2], _tag(int(match[1]), key)):
        raise Refused("placement-forged")
    return int(match[1])


def _tag(placement_id: int, key: bytes) -> str:
    digest = hmac.new(key, f"placement {placement_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
