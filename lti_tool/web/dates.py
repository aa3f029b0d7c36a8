"""Dates as people read them, in the zone of their platform."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DEFAULT_ZONE = "Europe/Paris"


def day(at: datetime, zone: str = DEFAULT_ZONE) -> str:
    """« 3 novembre 2026 », in the IANA zone."""
    local = at.astimezone(ZoneInfo(zone))
    number = "1ᵉʳ" if local.day == 1 else str(local.day)
    return f"{number} {MONTHS[local.month - 1]} {local.year}"


def moment(at: datetime, zone: str = DEFAULT_ZONE) -> str:
    """« 3 novembre 2026 à 14 h 05 »."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(at, zone)} à {local.hour}\u00a0h\u00a0{local.minute:02}"
