"""`traam doctor`: what an operator would want to know before the pupils do."""

from __future__ import annotations

from collections.abc import Iterator

import click

from lti_tool.administration.connections import examine_engines, examine_platforms
from lti_tool.administration.health import Finding, examine_place
from lti_tool.cli.common import CannotStart, json_option, open_house, print_json
from lti_tool.settings import SettingsRefused, load_settings


@click.command(name="doctor")
@json_option
def command(*, as_json: bool) -> None:
    """Say what is misconfigured, or does not answer, in plain words. Exit status 1 when something must be mended.

    The platforms, the Redis and the bucket of the settings are called, for some seconds at most.
    """
    findings = list(examine())
    if as_json:
        print_json([{"level": f.level, "says": f.says} for f in findings])
    else:
        signs = {"ok": "✓", "warning": "!", "problem": "✗"}
        for finding in findings:
            click.echo(f"{signs[finding.level]} {finding.says}")
    if any(finding.level == "problem" for finding in findings):
        raise SystemExit(1)


def examine() -> Iterator[Finding]:
    """Every check, in the order in which things depend on each other."""
    try:
        settings = load_settings()
    except SettingsRefused as error:
        yield from (Finding("problem", "settings", f"settings: {line}") for line in str(error).splitlines())
        return
    yield from examine_place(settings)
    if not settings.data_dir.is_dir():
        return
    try:
        house = open_house(settings)
    except (CannotStart, SettingsRefused) as error:
        yield Finding("problem", "settings", str(error))
        return
    yield from examine_engines(settings)
    found = list(house.health.examine_house())
    yield from found
    if found[0].level == "ok":  # The database.
        yield from examine_platforms(house.platforms)
