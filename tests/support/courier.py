"""A process that delivers grades until it is killed: `python -m tests.support.courier`, with `--celery` as a worker."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from lti_tool.app import Services, make_services, utc_now
from lti_tool.gradebook import delivery, outbox, verdict
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.settings import load_settings
from lti_tool.web.log import install_log

PATIENCE = 1.5
"""Seconds for a call: a test has less time than a teacher."""

PAUSE = 0.05
LONGEST_DELAY = 3
"""Likewise, between two tries."""

SWEEP = 1.0
"""Likewise, between two looks that no message has asked for."""

LEASE = timedelta(seconds=5)
ENOUGH_LEASE = timedelta(seconds=2.5)
"""Likewise, until what a dead one held is taken up again."""


def main() -> None:
    """Deliver for ever, on the settings of the environment."""
    outbox.LEASE, delivery.ENOUGH_LEASE = LEASE, ENOUGH_LEASE
    verdict.DELAYS = tuple(min(delay, LONGEST_DELAY) for delay in verdict.DELAYS)
    http = OutgoingHTTP(development=True, connect_seconds=PATIENCE, total_seconds=PATIENCE)
    house = make_services(load_settings(), http=http)
    if "--celery" in sys.argv:
        work(house)
    else:
        deliver(house)


def deliver(house: Services) -> None:
    """As the loop of the service does, without its lease: two of them share the work."""
    rounds = house.deliveries()
    while True:
        try:
            if rounds.round() == 0:
                time.sleep(PAUSE)
        except OperationalError:  # A database that is busy, or away.
            time.sleep(PAUSE)


def work(house: Services) -> None:
    """As `traam worker` does."""
    from lti_tool.gradebook.celery_worker import Worker  # noqa: PLC0415 # Slow to import.

    install_log("WARNING", "text")
    broker = house.settings.broker_url.get_secret_value()
    Worker(broker, house.database, house.deliveries, utc_now, sweep_seconds=SWEEP).run()


if __name__ == "__main__":
    main()
