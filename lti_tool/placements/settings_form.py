"""The form of a placement's settings: as it is typed, and as it is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from activities.kind import TOLERANCES
from lti_tool.lti.deep_linking import LONGEST_TITLE, MOST_POINTS
from lti_tool.lti.strings import is_clean
from lti_tool.placements.dates import from_input, to_input
from lti_tool.placements.placement import POLICIES, PlacementSettings

MOST_ATTEMPTS = 99
_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """What stands in the fields: as typed, so that a mistake is shown as it was made."""

    title: str = ""
    graded: bool = True
    points: str = ""
    attempts: str = ""
    policy: str = "best"
    tolerance: str = ""
    """Empty: nothing is typed in the activity, and the field is not shown."""
    opens: str = ""
    closes: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Text ids by field."""

    @classmethod
    def of(
        cls, settings: PlacementSettings, *, title: str, points: float, tolerance: str | None, zone: str
    ) -> SettingsForm:
        """The form of settings; `title`, `points` and `tolerance` are the activity's own."""
        return cls(
            title=settings.title or title,
            graded=settings.graded,
            points=str(settings.points or whole_points(points)),
            attempts=str(settings.max_attempts or ""),
            policy=settings.policy,
            tolerance=(settings.tolerance or tolerance) if tolerance else "",
            opens=to_input(settings.opens_at, zone),
            closes=to_input(settings.closes_at, zone),
        )


def whole_points(maximum: float) -> int:
    """Points for a gradebook that takes whole numbers up to a hundred only."""
    return min(MOST_POINTS, max(1, round(maximum)))


def read_settings(form: Mapping[str, str], *, prefix: str, zone: str) -> tuple[SettingsForm, PlacementSettings]:
    """Read the fields whose names begin with `prefix`. What is wrong is in the `errors` of the first."""
    typed = {
        name: form.get(prefix + name, "").strip()
        for name in ("title", "points", "attempts", "policy", "tolerance", "opens", "closes")
    }
    graded = prefix + "graded" in form
    errors: dict[str, str] = {}
    title = " ".join(typed["title"].split())
    if not title or not is_clean(title, LONGEST_TITLE) or not title.isprintable():
        errors["title"] = "settings-title"
    points = _number(typed["points"], MOST_POINTS) if graded else None
    if graded and points is None:
        errors["points"] = "settings-points"
    attempts = _number(typed["attempts"], MOST_ATTEMPTS)
    if typed["attempts"] and attempts is None:
        errors["attempts"] = "settings-attempts"
    if typed["policy"] not in POLICIES:
        errors["policy"] = "settings-policy"
    if typed["tolerance"] not in ("", *TOLERANCES):
        errors["tolerance"] = "settings-tolerance"
    opens_at = _moment(typed["opens"], zone, "opens", errors)
    closes_at = _moment(typed["closes"], zone, "closes", errors)
    if opens_at and closes_at and closes_at <= opens_at:
        errors["closes"] = "settings-order"
    settings = PlacementSettings(
        title=title,
        graded=graded,
        points=points,
        max_attempts=attempts,
        policy=typed["policy"],
        tolerance=typed["tolerance"] or None,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return SettingsForm(**typed, graded=graded, errors=errors), settings


def _number(value: str, most: int) -> int | None:
    return int(value) if _NUMBER.fullmatch(value) and 1 <= int(value) <= most else None


def _moment(value: str, zone: str, name: str, errors: dict[str, str]) -> datetime | None:
    if not value:
        return None
    try:
        return from_input(value, zone)
    except ValueError:
        errors[name] = "settings-date"
        return None
