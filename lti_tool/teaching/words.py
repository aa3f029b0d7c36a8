"""Numbers and moments as the class view writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lti_tool.errors import ToolError
from lti_tool.launches.sessions import LaunchSession
from lti_tool.web.dates import moment
from lti_tool.web.texts import Text, load_texts


def french(number: float) -> str:
    """A number with a comma, at most two decimals and no useless zero."""
    return f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def words_for(session: LaunchSession) -> Mapping[str, Any]:
    """What the templates of this room write with: `french`, `when` in the platform's time zone, `texts`."""

    def when(at: datetime) -> str:
        return moment(at, session.time_zone)

    writers: Mapping[str, Callable[..., str]] = {"french": french, "when": when}
    return {**writers, "texts": load_texts()}


def told(error: ToolError | None) -> Text | None:
    """What to say of an error beside what is there anyway."""
    if error is None:
        return None
    text = load_texts().get(error.id)
    return text.fill(error.params) if text else None
