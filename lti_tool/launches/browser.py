"""The cookie that ties logins, launches and sessions to one browser."""

from __future__ import annotations

import secrets

from flask import Response, request

from lti_tool.lti.login import STATE_SECONDS, hash_browser

COOKIE = "__Host-traam"
LIFE_SECONDS = 12 * 3600
LONGEST_COOKIE = 64


def read_browser() -> str | None:
    """The browser's cookie, or None when it has none or hides it in this frame."""
    return _plain(request.cookies.get(COOKIE))


def new_browser() -> str:
    """A name for a browser that has none yet: 128 random bits."""
    return secrets.token_hex(16)


def keep_browser(response: Response, browser: str) -> None:
    """Give the browser its cookie: readable by no script, kept apart for each site that frames us."""
    response.set_cookie(
        COOKIE,
        browser,
        max_age=LIFE_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def keep_first_login(response: Response, browser: str) -> None:
    """Give a browser without a cookie one more, for this login alone.

    Two frames of one page may log in at once, and the later answer overwrites the cookie of the earlier one. It ends by
    itself, with the login.
    """
    response.set_cookie(
        _first_login_name(hash_browser(browser)),
        browser,
        max_age=STATE_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def read_first_login(browser_hash: str) -> str | None:
    """The cookie of the login whose state names the browser so."""
    return _plain(request.cookies.get(_first_login_name(browser_hash)))


def _first_login_name(browser_hash: str) -> str:
    return f"{COOKIE}-{browser_hash[:12]}"


def _plain(value: str | None) -> str | None:
    return value if value and len(value) <= LONGEST_COOKIE and value.isalnum() else None
