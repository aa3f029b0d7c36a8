"""The cookie that ties logins, launches and sessions to one browser."""

from __future__ import annotations

import secrets

from flask import Response, current_app, request

LIFE_SECONDS = 12 * 3600
LONGEST_COOKIE = 64


def read_browser() -> str | None:
    """The browser's cookie, or None when it has none or hides it in this frame."""
    value = request.cookies.get(cookie_name())
    return value if value and len(value) <= LONGEST_COOKIE and value.isalnum() else None


def new_browser() -> str:
    """A name for a browser that has none yet: 128 random bits."""
    return secrets.token_hex(16)


def keep_browser(response: Response, browser: str) -> None:
    """Give the browser its cookie: readable by no script, kept apart for each site that frames us."""
    response.set_cookie(
        cookie_name(),
        browser,
        max_age=LIFE_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def cookie_name() -> str:
    """`__Host-` where the tool is on https; browsers refuse the prefix on a plain http address."""
    return str(current_app.config["BROWSER_COOKIE"])
