"""Why the demo LMS turns a request down.

DemoError
├── ServiceRefused   a service call: HTTP code and reason phrase                        (AGS, NRPS)
│   └── ScoreRefused     a score, at which even the body is silent                      (AGS §3.4)
├── TokenRefused     a token request: OAuth 2 error code                                (RFC 6749 §5.2)
├── RegistrationRefused  a tool's registration: HTTP code and a word   (Dynamic Registration §3.6)
├── AuthRefused      an authentication request: error posted back to the tool           (OIDC Core §3.1.2.6)
└── PageNotFound     a page, or an authentication request whose sender cannot be trusted
"""

from __future__ import annotations


class DemoError(Exception):
    """The base of them all."""


class ServiceRefused(DemoError):
    """Answered as Moodle does: the reason is in the HTTP reason phrase, and in a JSON body."""

    def __init__(self, code: int, reason: str, *, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after


class ScoreRefused(ServiceRefused):
    """The reason is in the HTTP reason phrase only; the body is ``[]``."""


class TokenRefused(DemoError):
    """Answered as JSON ``{"error": …}`` with HTTP 400."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class AuthRefused(DemoError):
    """Posted back to the redirect URI, without an id_token."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class RegistrationRefused(DemoError):
    """Answered by a word, as Moodle does."""

    def __init__(self, code: int, error: str) -> None:
        super().__init__(error)
        self.code = code
        self.error = error


class PageNotFound(DemoError):
    """Answered by a page with HTTP 404."""
