"""The command line `traam`. A command's module is imported when the command is used: `traam h5p` starts at once."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "admin": "The administrators' pages.",
    "activities": "The activities and the parameter to paste into a platform.",
    "db": "The database.",
    "demo": "Run the tool with a demo course, to see it work.",
    "doctor": "Say what is misconfigured, in plain words.",
    "explain": "What happened to the request or grade with this id, in plain words.",
    "grades": "The grades on their way to the platforms.",
    "h5p": "H5P files.",
    "keys": "The keys of the tool.",
    "platforms": "The Moodle sites that the tool trusts.",
    "worker": "Send grades, where delivery is by Celery.",
}


class LazyGroup(click.Group):
    """Knows the names of its commands; imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 # Click's signature.
        """The names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 # Same.
        """The command object `command` of the module of the same name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"lti_tool.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup)
@click.version_option(package_name="traam-lti")
def main() -> None:
    """traam: H5P activities in Moodle courses, with grades."""
