"""What commands share: the services of the house, plain errors, lines for people or JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.app import Services, make_services
from lti_tool.errors import ToolError
from lti_tool.schema import SchemaOutdated, require_current_schema
from lti_tool.settings import SettingsRefused, load_settings
from lti_tool.web.texts import load_texts

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what can go wrong into one line on standard error and exit status 1."""
    try:
        yield
    except (SettingsRefused, SchemaOutdated) as error:
        raise click.ClickException(str(error)) from None
    except ToolError as error:
        text = load_texts().get(error.id)
        said = text.fill(error.params) if text else None
        raise click.ClickException(f"{error.id}: {said.title}. {said.text}" if said else str(error)) from None
    except SQLAlchemyError as error:
        raise click.ClickException(f"the database does not answer: {type(error).__name__}") from None


@contextmanager
def services(*, current_schema: bool = True) -> Iterator[Services]:
    """The services on the configured database; with `current_schema`, only when no migration is missing."""
    with plain_errors():
        made = make_services(load_settings())
        if current_schema:
            require_current_schema(made.database.engine)
        yield made


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
