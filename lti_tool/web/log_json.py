"""The log for machines: one JSON object a line, by structlog. Imported only where it is chosen."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lti_tool.web.log import discreet
from lti_tool.web.tracing import traced


@contextmanager
def _hidden(module: str) -> Iterator[None]:
    """Have an optional import of `module` fail, unless it has happened already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment] # As the import system documents it.
    try:
        yield
    finally:
        del sys.modules[module]


# structlog draws tracebacks for terminals with rich where it finds it: half of rich in every web worker, for nothing.
with _hidden("rich"):
    import structlog
    from structlog.typing import EventDict


def json_formatter() -> logging.Formatter:
    """Renders a record that `WithoutSecrets` has seen; what was added to it is made discreet here.

    Keys: `event`, `level`, `logger`, `timestamp` (UTC, ISO 8601), `exception` where there is one, the `extra` of the
    record, and what `traced` tells.
    """
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_trace,
            _add_exception,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _make_discreet,
            # Escapes all that is not ASCII, and so every line break there is.
            structlog.processors.JSONRenderer(default=str),
        ],
    )


def _add_trace(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {**traced(), **event}


def _add_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event.pop("exc_info", None)  # The same, as Python's objects.
    return {**event, "exception": record.exc_text} if record.exc_text else event


def _make_discreet(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: discreet(value) if isinstance(value, str) else value for name, value in event.items()}
