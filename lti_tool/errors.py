"""Every error a user can meet.

    ToolError
    ├── Refused      the request is understood and turned down      (403)
    ├── Unknown      … because we do not know who or what asks      (401)
    ├── NotFound     there is no such thing for this person         (404)
    ├── Conflict     it was done already, or elsewhere              (409)
    ├── Invalid      the request does not have the right shape      (400)
    ├── TooMany      the same person asks too often                 (429)
    └── Unavailable  another machine does not answer                (503)

An error carries an *id* and parameters, never a sentence: the sentences live in
``lti_tool/web/texts/``, the HTTP status of a family in ``lti_tool/web/errors.py``.
"""

from __future__ import annotations


class ToolError(Exception):
    """An error with an id such as ``launch-replayed`` and the parameters of its text.

    ``params`` are shown to people: no token, no claim value, no personal data.
    ``resume_url``, where set, is an address of ours from which the person can go on, ``course_url`` that of the course
    that the person comes from.
    """

    resume_url: str | None = None
    course_url: str | None = None

    def __init__(self, id: str, **params: str | int) -> None:
        super().__init__(id)
        self.id = id
        self.params = params

    def __str__(self) -> str:
        details = " ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.id} {details}".rstrip()


class Refused(ToolError):
    """Understood, and turned down."""


class Unknown(ToolError):
    """Turned down because the sender is not known or not proven."""


class NotFound(ToolError):
    """No such thing, or not for this person."""


class Conflict(ToolError):
    """Done already, or being done elsewhere."""


class Invalid(ToolError):
    """The request does not have the right shape."""


class TooMany(ToolError):
    """The same person asks too often; the parameter `seconds` says how long to wait."""


class Unavailable(ToolError):
    """Another machine does not answer; trying later may help."""
