"""How far the clock of a platform is behind ours, told from the `Date` of its answers."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

ONE_SECOND = timedelta(seconds=1)


def lag_seen(date: datetime, *, sent: datetime, received: datetime) -> tuple[int, int]:
    """The least and the most whole seconds that a platform is behind, 0 where it is ahead or the clocks may agree.

    `date` (RFC 9110 §6.6.1) is cut to the second, and was written at some moment between `sent` and `received`.
    """
    least = (sent - date - ONE_SECOND).total_seconds()
    if least <= 0:
        return 0, 0
    return math.floor(least), math.ceil((received - date).total_seconds())


def lag_after(known: int, date: datetime, *, sent: datetime, received: datetime) -> int:
    """The seconds to date our scores back by: what was known while it may still be true, else the most that may be.

    A score dated in a platform's future would have it refuse all that come after, a teacher's correction included.
    """
    least, most = lag_seen(date, sent=sent, received=received)
    return known if least <= known <= most + 1 else most
