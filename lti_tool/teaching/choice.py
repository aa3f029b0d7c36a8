"""Which pupils a teacher wants to see: a group, and where they are with their work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lti_tool.lti.strings import is_clean
from lti_tool.teaching.service import Line

LONGEST_GROUP = 64

SHOWN: Mapping[str, Callable[[Line], bool]] = {
    "": lambda _line: True,
    "done": lambda line: line.handed_in > 0,
    "open": lambda line: line.is_open and not line.handed_in,
    "none": lambda line: not line.has_worked,
    "grade": lambda line: line.grade_failed,
}
"""The choices of « Travail » by their names in an address."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter of the class. Empty: everybody."""

    group: str = ""
    show: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """What stands of it in an address."""
        return {name: value for name, value in (("group", self.group), ("show", self.show)) if value}

    def of_group(self, lines: Iterable[Line]) -> list[Line]:
        """The pupils of the group, or all."""
        return [line for line in lines if not self.group or self.group in line.pupil.groups]

    def shown(self, lines: Iterable[Line]) -> list[Line]:
        """Of these, who is where the choice says."""
        return [line for line in lines if SHOWN[self.show](line)]


def read_choice(query: Mapping[str, str]) -> Choice:
    """The choice of an address; what means nothing filters nothing."""
    group, show = query.get("group", ""), query.get("show", "")
    return Choice(group if is_clean(group, LONGEST_GROUP) else "", show if show in SHOWN else "")
