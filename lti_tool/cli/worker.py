"""`traam worker`."""

from __future__ import annotations

import click

from lti_tool.app import utc_now
from lti_tool.cli.common import services
from lti_tool.web.log import install_log


@click.command(name="worker")
@click.option(
    "--sweep",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help="Seconds between two looks that no message has asked for.",
)
def command(*, sweep: float) -> None:
    """Send grades: when the web service says so through Redis, and every few seconds without being asked.

    Needs TRAAM_DELIVERY=celery. Any number of workers may run, on any machine. SIGTERM lets what is on its way arrive.
    """
    with services() as house:
        settings = house.settings
        if settings.delivery != "celery":
            raise click.ClickException("the workers send grades only where TRAAM_DELIVERY is `celery`")
        # Where the settings ask for it, `services` has seen that Celery is there.
        from lti_tool.gradebook.celery_worker import Worker  # noqa: PLC0415

        install_log(settings.log_level, settings.log_format)
        broker = settings.broker_url.get_secret_value()
        Worker(broker, house.database, house.deliveries, utc_now, sweep_seconds=sweep).run()
