"""A process that delivers grades as a worker does, until it is killed: `python -m tests.support.courier`."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from lti_tool.app import make_services, utc_now
from lti_tool.gradebook import delivery, outbox, verdict
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.services import Services
from lti_tool.settings import load_settings

PATIENCE = 1.5
"""Seconds for a call: a test has less time than a teacher."""

PAUSE = 0.05
LONGEST_DELAY = 3
"""Likewise, between two tries."""

LEASE = timedelta(seconds=5)
ENOUGH_LEASE = timedelta(seconds=2.5)
"""Likewise, until what a dead one held is taken up again."""


def main() -> None:
    """Deliver for ever, on the settings of the environment."""
    outbox.LEASE, delivery.ENOUGH_LEASE = LEASE, ENOUGH_LEASE
    verdict.DELAYS = tuple(min(delay, LONGEST_DELAY) for delay in verdict.DELAYS)
    http = OutgoingHTTP(development=True, connect_seconds=PATIENCE, total_seconds=PATIENCE)
    house = make_services(load_settings(), http=http)
    services = Services(http, signing_key=house.platforms.signing_key, clock=utc_now)
    rounds = delivery.Delivery(house.database, house.platforms, services, utc_now)
    while True:
        try:
            if rounds.round() == 0:
                time.sleep(PAUSE)
        except OperationalError:  # A database that is busy, or away, as for the loop of the service.
            time.sleep(PAUSE)


if __name__ == "__main__":
    main()
