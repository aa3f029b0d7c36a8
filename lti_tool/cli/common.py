"""What commands share: the services of the house, plain errors, lines for people or JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from lti_tool.app import Services, make_services
from lti_tool.errors import ToolError
from lti_tool.schema import SchemaOutdated, require_current_schema
from lti_tool.settings import Settings, SettingsRefused, load_settings
from lti_tool.web.texts import load_texts

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


class CannotStart(RuntimeError):
    """The settings name a folder or a database that cannot be used; the message says which."""


def open_house(settings: Settings) -> Services:
    """The services on these settings. Raises `CannotStart`."""
    try:
        return make_services(settings)
    except OSError as error:
        folder = settings.data_dir.absolute()
        raise CannotStart(f"the data folder {folder} cannot be used ({error.strerror}): check TRAAM_DATA_DIR") from None
    except (ArgumentError, ImportError) as error:
        reason = error.msg if isinstance(error, ImportError) else "it is not understood"
        raise CannotStart(f"TRAAM_DATABASE_URL cannot be used ({reason}): see `docs/operate/settings.md`") from None


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what can go wrong into one line on standard error and exit status 1."""
    try:
        yield
    except (SettingsRefused, SchemaOutdated, CannotStart) as error:
        raise click.ClickException(str(error)) from None
    except ToolError as error:
        text = load_texts().get(error.id)
        said = text.fill(error.params) if text else None
        raise click.ClickException(f"{error.id}: {said.title}. {said.text}" if said else str(error)) from None
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"the database does not answer ({type(error).__name__}): `traam doctor` says more"
        ) from None


@contextmanager
def services(*, current_schema: bool = True) -> Iterator[Services]:
    """The services on the configured database; with `current_schema`, only when no migration is missing."""
    with plain_errors():
        made = open_house(load_settings())
        try:
            if current_schema:
                require_current_schema(made.database.engine)
            yield made
        finally:
            made.database.engine.dispose()


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
