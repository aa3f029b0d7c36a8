"""Time zones, by their IANA names."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

DEFAULT_ZONE = "Europe/Paris"
FRENCH_ZONES = (
    DEFAULT_ZONE,
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Miquelon",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)
"""Where French schools are, offered before the others."""


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Every zone that can be chosen: the French ones, then the others in order."""
    others = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return (*FRENCH_ZONES, *sorted(others - set(FRENCH_ZONES)), "UTC")


def is_zone(name: str) -> bool:
    """Whether dates can be shown in this zone."""
    return name in zones()
