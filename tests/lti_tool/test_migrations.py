"""The migrations: one line of them, up to exactly the tables of the code, and down again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Engine, inspect, text

from lti_tool.app import create_app, make_services
from lti_tool.cli.db import migrate
from lti_tool.db import metadata, with_transactions
from lti_tool.schema import HEAD, SchemaOutdated, migrations_folder, refuse_later_schema, require_current_schema
from lti_tool.settings import Settings
from tests.support.databases import database_of, engine_of


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    made = engine_of(tmp_path)
    yield made
    made.dispose()


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return config


def downgrade(engine: Engine, revision: str) -> None:
    config = configuration()
    with with_transactions(engine).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_there_is_one_head_and_the_code_names_it() -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert scripts.get_heads() == [HEAD]
    assert scripts.get_bases() == ["0001"]


def test_migrating_an_empty_database_gives_exactly_the_tables_of_the_code(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert tables(engine) == {*metadata.tables, "alembic_version"}


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    before = tables(engine)
    migrate(engine)
    assert tables(engine) == before
    require_current_schema(engine)


def test_each_migration_can_be_undone_and_done_again(engine: Engine) -> None:
    migrate(engine)
    steps = [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()]
    for _ in steps:
        downgrade(engine, "-1")
    assert tables(engine) == {"alembic_version"}
    for revision in reversed(steps):
        migrate(engine, revision)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("revision", [None, "0001"])
def test_a_missing_migration_is_a_plain_refusal_at_start(revision: str | None, tmp_path: Path) -> None:
    services = make_services(
        Settings(data_dir=tmp_path, database_url=database_of(tmp_path), secret_key=SecretStr("s" * 40))
    )
    if revision:
        migrate(services.database.engine, revision)
    with pytest.raises(SchemaOutdated, match=rf"at migration {revision or 'none'}.*needs {HEAD}.*traam db upgrade"):
        create_app(services)
    services.database.engine.dispose()


def test_a_database_of_a_later_release_is_refused_too(engine: Engine) -> None:
    migrate(engine)
    with with_transactions(engine).connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refuse in (require_current_schema, refuse_later_schema):
        with pytest.raises(SchemaOutdated, match="9999 of a later release"):
            refuse(engine)
