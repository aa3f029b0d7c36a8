"""`traam demo`: the tool and a demo LMS on this machine, ready to be clicked."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import click

from lti_tool.app import Services
from lti_tool.cli.common import services
from lti_tool.cli.db import upgrade_database
from lti_tool.demo_lms import PUPILS, TEACHER, DemoActivity, DemoConfig, DemoLMS, serve
from lti_tool.placements.parameter import NAME
from lti_tool.platforms.service import NewPlatform

PROJECT = Path(__file__).parents[2]
SHOWN = ("ses-plan-de-dissertation", "ses-mots-de-la-dissertation")
"""The activities of the demo course."""

GROUPS = (("1",), ("2",))
"""The groups of its pupils, in turn."""

START_SECONDS = 30
STOP_SECONDS = 15


@click.command(name="demo")
@click.option(
    "--lms-port",
    type=click.IntRange(1, 65535),
    default=8001,
    show_default=True,
    help="Port of the demo LMS, on 127.0.0.1.",
)
def command(*, lms_port: int) -> None:
    """Run the tool with a demo course: one teacher, three pupils, two activities, a gradebook. Ctrl-C stops it.

    The tool listens on the address of TRAAM_BASE_URL (http://localhost:8000), which must be of this machine.
    """
    with services(current_schema=False) as house:
        if not house.settings.base_is_loopback:
            raise click.ClickException("the demo needs a TRAAM_BASE_URL on this machine, such as http://localhost:8000")
        port = urlsplit(house.settings.base_url).port or 80
        _require_free(port)
        _require_free(lms_port)
        upgrade_database(house)
        config = _prepare(house, lms_port)
    _run(config, port, house.settings.log_level)


def _prepare(house: Services, lms_port: int) -> DemoConfig:
    """Make the tool and the demo LMS know each other."""
    activities = []
    for offer in house.placements.offers():
        if offer.listed.slug in SHOWN:
            revision = house.catalogue.revision(offer.listed.revision_id)
            activities.append(
                DemoActivity(
                    key=str(10 + SHOWN.index(offer.listed.slug)),
                    title=offer.listed.title,
                    custom={NAME: offer.custom},
                    points=revision.kind.maximum(revision.settings),
                    description=offer.listed.card.summary,
                )
            )
    config = DemoConfig(
        base_url=f"http://127.0.0.1:{lms_port}",
        tool_url=house.settings.base_url,
        data_dir=house.settings.data_dir / "demo-lms",
        activities=tuple(sorted(activities, key=lambda activity: activity.key)),
        users=(TEACHER, *(replace(pupil, groups=GROUPS[place % 2]) for place, pupil in enumerate(PUPILS))),
    )
    house.platforms.add(
        NewPlatform(
            issuer=config.base_url,
            client_id=config.client_id,
            auth_url=config.auth_url,
            token_url=config.token_url,
            jwks_url=config.jwks_url,
            deployment_id=config.deployment_id,
            name="Moodle de démonstration",
            tool_parameters=True,
        )
    )
    return config


def _run(config: DemoConfig, port: int, log_level: str) -> None:
    """Serve both until Ctrl-C or SIGTERM, or until the tool stops by itself."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A session of its own: Ctrl-C reaches this process, which then stops the tool in order.
    tool = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--chdir",
            str(PROJECT),
            "--log-level",
            log_level.lower(),
            "wsgi:application",
        ],
        env={**os.environ, "PORT": str(port)},
        cwd=PROJECT,
        start_new_session=True,
    )
    lms = DemoLMS(config)
    try:
        with serve(lms, port=urlsplit(config.base_url).port or 80):
            _wait_for(f"{config.tool_url}/healthz", tool)
            click.echo(f"\n  Open  {config.base_url}  in a browser: a course, its pupils, its gradebook.")
            click.echo(f"  The tool itself is at {config.tool_url}. Ctrl-C stops both.\n")
            tool.wait()
    except KeyboardInterrupt:
        click.echo("\nstopping…")
    finally:
        lms.close()
        _stop(tool)
    if tool.returncode not in {0, -signal.SIGTERM}:
        raise click.ClickException(f"the tool stopped with status {tool.returncode}; its log above says why")


def _wait_for(url: str, tool: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and tool.poll() is None:
        with suppress(URLError, OSError), urlopen(url, timeout=1):  # noqa: S310 # Our own address.
            return
        time.sleep(0.1)
    raise click.ClickException("the tool does not answer; its log above says why")


def _stop(tool: subprocess.Popen[bytes]) -> None:
    if tool.poll() is None:
        tool.terminate()
    try:
        tool.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(tool.pid, signal.SIGKILL)
        tool.wait()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(f"port {port} is taken by another program: stop it first") from None
