"""No other site may post to us in a person's name, but for the two doors of a launch.

Pages say `Referrer-Policy: no-referrer`, so a browser's own form posts arrive with `Origin: null`: where
`Sec-Fetch-Site` is sent (every browser since 2023), it decides. Where it is not, only our own `Origin` opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request

from lti_tool.errors import Refused
from lti_tool.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MARK = "accepts_cross_site"


def accepts_cross_site(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that other sites post to (`/lti/login`, `/lti/launch`): it proves its sender otherwise."""
    vars(view)[MARK] = True
    return view


def install_origins(app: Flask, settings: Settings) -> None:
    """Refuse with `request-cross-site` what another site posts to `app`."""

    @app.before_request
    def _check_origin() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None:
            return
        if getattr(current_app.view_functions.get(request.endpoint), MARK, False):
            return
        if not is_same_site(request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), settings.base_url):
            raise Refused("request-cross-site")


def is_same_site(fetch_site: str | None, origin: str | None, own: str) -> bool:
    """Whether the two headers prove that the request comes from a page of `own` (an origin)."""
    if origin not in {None, "null", own}:
        return False
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return origin == own
