"""The log: one line a record, and never a query string, a session id or a token in it."""

from __future__ import annotations

import logging
import re
import sys

ACCESS_LOG_FORMAT = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
"""For gunicorn: no address of a person, no query, no referrer; `discreet` masks the ids in the path."""

SECRET_SEGMENT = re.compile(r"(/s/|/attempts/|/previews/|/lti/register/|/admin/sign-in/)[^/?\s\"']+")
QUERY = re.compile(r"\?[^\s\"'<>)]+")
TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
# A path of `%0A` and `%1B` would forge a line, or colour a terminal.
UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def discreet(line: str) -> str:
    """`line` without query strings, ids of sessions and attempts, invitations and JSON Web Tokens."""
    return TOKEN.sub("…", QUERY.sub("", SECRET_SEGMENT.sub(r"\1…", line)))


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
    """A record on a line; the lines of a trace are joined by ` | `."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without any line break."""
        return " | ".join(line for line in super().format(record).splitlines() if line.strip(" ^~"))


class StandardError(logging.Handler):
    """Writes to what is standard error at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(WithoutSecrets())
        self.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(f"{self.format(record)}\n")


def install_log(level: str) -> None:
    """Send the log of the whole process to standard error from `level` on; calling it again changes the level."""
    root = logging.getLogger()
    root.setLevel(level)
    if not any(isinstance(handler, StandardError) for handler in root.handlers):
        root.addHandler(StandardError())
