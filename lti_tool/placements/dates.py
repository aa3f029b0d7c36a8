"""Dates as people of a platform read and write them: in its time zone, in French."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2000, 2100


def spoken(at: datetime, zone: str) -> str:
    """« lundi 2 mars 2026 à 14 h 30 »."""
    local = at.astimezone(ZoneInfo(zone))
    first = "1er" if local.day == 1 else str(local.day)
    return f"{DAYS[local.weekday()]} {first} {MONTHS[local.month - 1]} {local.year} à {spoken_time(at, zone)}"


def spoken_time(at: datetime, zone: str) -> str:
    """« 14 h 30 », which no line break parts."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour}\u202fh\u202f{local.minute:02}"


def to_input(at: datetime | None, zone: str) -> str:
    """The value of an `<input type="datetime-local">`; empty without a date."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" if at else ""


def from_input(value: str, zone: str) -> datetime:
    """The moment that such an input names, in UTC. Raises `ValueError`."""
    local = datetime.fromisoformat(value)
    if local.tzinfo is not None or not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise ValueError(value)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
