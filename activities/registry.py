"""The kinds of activity, one line each."""

from __future__ import annotations

from activities.h5p.kind import H5PKind
from activities.h5p_official.kind import OfficialKind
from activities.kind import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (H5PKind(), OfficialKind())}
"""By `Kind.name`."""
