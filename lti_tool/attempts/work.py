"""An attempt as its room passes it around, and the page that writes into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_tool.catalogue.service import Revision
from lti_tool.placements.placement import Door, Placement

SAVE = "save"
"""The action after which the page stays; any other one is followed by a new page."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt as stored. `status` is `open` or `submitted`; points are None until something is handed in."""

    id: int
    public_id: str
    number: int
    status: str
    revision_id: int
    seed: int
    state: dict[str, Any]
    version: int
    writer: str
    progress: float
    raw: float | None
    maximum: float | None
    started_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it can still change."""
        return self.status == "open"


@dataclass(frozen=True, slots=True)
class Work:
    """An attempt with the activity it is about and the place it is done in."""

    attempt: Attempt
    revision: Revision
    placement: Placement

    @property
    def title(self) -> str:
        """What the activity is called here."""
        return self.placement.title or self.revision.title

    @property
    def attempts_left(self) -> int | None:
        """How many attempts are left after this one; None: as many as one likes."""
        most = self.placement.max_attempts
        return None if most is None else max(0, most - self.attempt.number)

    @property
    def may_start_again(self) -> bool:
        """Whether another attempt is allowed after this one, as far as their number goes."""
        return not self.attempt.is_open and self.attempts_left != 0


@dataclass(frozen=True, slots=True)
class Closed:
    """Pupils cannot work now, and this one has no result to see. `has_begun`: an attempt is kept, not handed in."""

    revision: Revision
    placement: Placement
    door: Door
    has_begun: bool

    @property
    def title(self) -> str:
        """What the activity is called here."""
        return self.placement.title or self.revision.title


@dataclass(frozen=True, slots=True)
class PageWrite:
    """Which page writes: its random name, and the version of the attempt it was made from."""

    tab: str
    version: int

    def was_followed(self, attempt: Attempt) -> bool:
        """Whether the last change was an action of this page, which another page follows: its answer was lost."""
        return attempt.writer == f"{self.tab}!"

    def is_newest(self, attempt: Attempt) -> bool:
        """Whether the page made the last change, or was made after it."""
        return attempt.writer == self.tab or attempt.version == self.version

    def mark(self, action: object) -> str:
        """What to remember of the page as the writer: it may save again, but takes no second action."""
        return self.tab if action == SAVE else f"{self.tab}!"
