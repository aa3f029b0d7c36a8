"""The log: one line a record, and never a query string, a session id or a token in it."""

from __future__ import annotations

import logging
import re
import sys
from typing import Literal

from lti_tool.web.tracing import traced

ACCESS_LOG_FORMAT = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms request=%({x-request-id}o)s"
"""For gunicorn: no address of a person, no query, no referrer; `discreet` masks the ids in the path."""

LogFormat = Literal["text", "json"]
"""text: a line for people; json: an object a line, for machines."""

SECRET_SEGMENT = re.compile(r"(/s/|/attempts/|/previews/|/lti/register/|/admin/sign-in/|/h5p/play/)[^/?\s\"']+")
QUERY = re.compile(r"\?[^\s\"'<>)]+")
TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
# gunicorn's own line on what is no request: who sent it, and what, header names of any content among it.
NO_REQUEST = re.compile(r"\A(Invalid request) from ip=.*", re.DOTALL)
# A path of `%0A` and `%1B` would forge a line, or colour a terminal.
UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def discreet(line: str) -> str:
    """`line` without query strings, ids of sessions and attempts, invitations, JSON Web Tokens and senders."""
    line = TOKEN.sub("…", QUERY.sub("", SECRET_SEGMENT.sub(r"\1…", line)))
    return NO_REQUEST.sub(r"\1", line)


class WithoutSecrets(logging.Filter):
    """Makes each record discreet in place, its message on one line; drops none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message, and the trace where there is one."""
        record.msg = UNPRINTED.sub(" ", discreet(record.getMessage()))
        record.args = ()
        if record.exc_info:
            record.exc_text = discreet(logging.Formatter().formatException(record.exc_info))
        return True


class OneLine(logging.Formatter):
    """A record on a line, with what is traced of its request; the lines of a stack trace are joined by ` | `."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without any line break."""
        line = " | ".join(line for line in super().format(record).splitlines() if line.strip(" ^~"))
        return " ".join([line, *(f"{name}={value}" for name, value in traced().items())])


class StandardError(logging.Handler):
    """Writes to what is standard error at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(WithoutSecrets())
        self.setFormatter(formatter_for("text"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(f"{self.format(record)}\n")


def formatter_for(form: LogFormat) -> logging.Formatter:
    """What renders a record, in one line."""
    if form == "json":
        # Whoever reads text does without structlog.
        from lti_tool.web.log_json import json_formatter  # noqa: PLC0415

        return json_formatter()
    return OneLine("%(asctime)s %(levelname)s %(name)s %(message)s")


def install_log(level: str, form: LogFormat = "text") -> None:
    """Send the log of the whole process to standard error from `level` on; calling it again changes both."""
    # No line says which thread has written it, and every record would look for that. gunicorn's name the process.
    logging.logThreads = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.setLevel(level)
    ours = [handler for handler in root.handlers if isinstance(handler, StandardError)]
    if not ours:
        ours = [StandardError()]
        root.addHandler(ours[0])
    for handler in ours:
        handler.setFormatter(formatter_for(form))
