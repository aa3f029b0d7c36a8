"""`traam db`."""

from __future__ import annotations

import click
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Engine

from activities.scenario import shipped_scenarios
from lti_tool.app import Services
from lti_tool.catalogue.imports import store_scenario
from lti_tool.cli.common import json_option, print_json, services
from lti_tool.db import migrating, with_transactions
from lti_tool.schema import HEAD, migrations_folder, refuse_later_schema


@click.group(name="db")
def command() -> None:
    """The database."""


@command.command()
@json_option
def upgrade(*, as_json: bool) -> None:
    """Bring the database to this release; make the tool's key; load the shipped activities.

    Repeating it changes nothing.
    """
    with services(current_schema=False) as house:
        upgrade_database(house)
    address = house.database.engine.url.render_as_string(hide_password=True)
    if as_json:
        print_json({"database": address, "migration": HEAD})
    else:
        click.echo(f"database ready: {address}")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    with with_transactions(engine).connect() as connection, migrating(connection):
        config.attributes["connection"] = connection
        alembic.upgrade(config, revision)


def upgrade_database(house: Services) -> None:
    """Migrate, make keys, load the shipped scenarios. Repeating it changes nothing."""
    house.settings.data_dir.mkdir(parents=True, exist_ok=True)
    refuse_later_schema(house.database.engine)
    migrate(house.database.engine)
    house.platforms.ensure_keys()
    for scenario in shipped_scenarios():
        store_scenario(house.catalogue, scenario)
    house.placements.offers()
