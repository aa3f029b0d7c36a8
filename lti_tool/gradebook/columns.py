"""The column of a line item on the platform: found, or made, never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from lti_tool.db import Database
from lti_tool.gradebook import outbox
from lti_tool.gradebook.outbox import Column
from lti_tool.lti.ags import Result, ScoreAnswer, ScorePost
from lti_tool.lti.connector import ScopeMissing


class AGSPort(Protocol):
    """Assignment and Grade Services: `lti_tool.lti.ags.AGS`, or a fake."""

    def post_score(self, line_item_url: str, score: ScorePost) -> ScoreAnswer:
        """Post a score."""
        ...

    def results(self, line_item_url: str, user_id: str) -> list[Result]:
        """The grades of one person in one column."""
        ...

    def column_results(self, line_item_url: str) -> dict[str, Result]:
        """The grades of a whole column by user."""
        ...

    def find_line_item(self, container_url: str, *, resource_link_id: str, resource_id: str) -> str | None:
        """The address of a column."""
        ...

    def create_line_item(
        self, container_url: str, *, resource_link_id: str, resource_id: str, tag: str, label: str, maximum: float
    ) -> str:
        """Make a column."""
        ...


def find_or_make_column(
    column: Column, *, ags: AGSPort, database: Database, clock: Callable[[], datetime]
) -> str | None:
    """The address of the column of a line item that has none yet; `None`: somebody else is making it just now.

    One at a time looks and makes, under a lease that is held anew between the two: two cannot both find nothing.
    Raises `ScopeMissing` where the launch gave no right to it, and as the service does.
    """
    if column.container_url is None:
        raise ScopeMissing("scope-missing", scope="lineitem")
    with database.write() as connection:
        held = outbox.take_making(connection, column.id, clock())
        if held is None:
            return outbox.column_url(connection, column.id)
    # On any error the lease is not given back: the platform may still be making what we asked for.
    url = ags.find_line_item(column.container_url, resource_link_id=column.link_key, resource_id=column.resource_id)
    if url is None:
        with database.write() as connection:
            if outbox.keep_making(connection, column.id, clock(), held=held) is None:
                return outbox.column_url(connection, column.id)
        url = ags.create_line_item(
            column.container_url,
            resource_link_id=column.link_key,
            resource_id=column.resource_id,
            tag=column.tag,
            label=column.label,
            maximum=column.maximum,
        )
    with database.write() as connection:
        outbox.keep_url(connection, column.id, url)
    return url
