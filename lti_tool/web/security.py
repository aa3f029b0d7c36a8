"""What every response forbids the browser to do, and how much a request may weigh.

Two things depend on the launch, and those who know say them. `flask.g.frame_ancestors` is the origin of the platform
that may frame the page: nobody by default, `*` for a refusal that anyone may read. `allow_form_to` names where a form
of the page may lead outside. `allow_frame` and `open_to_frames` are for a page of ours inside another one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from lti_tool.errors import Invalid
from lti_tool.settings import Settings
from lti_tool.web.assets import static_cache_control

ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
MEBIBYTE = 1024 * 1024
ONE_YEAR = 31_536_000
LOGO = "img/icon.svg"
SHARED = (LOGO, "js/player-frame.js", "css/player-frame.css", "vendor/h5p-standalone-", "vendor/atkinson-")
"""How the names of the static files begin that other origins load: platforms show our logo, and the frame of H5P's own
player is of an opaque origin."""
UPLOAD_ENVELOPE = 64 * 1024
"""Bytes for the boundaries and the small fields around an uploaded file."""

POLICY = (
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("font-src", "'self'"),
    # `data:` for the glyphs drawn in the stylesheet: an image runs nothing and calls nobody.
    ("img-src", "'self' data:"),
    ("media-src", "'self'"),
    ("connect-src", "'self'"),
    ("base-uri", "'none'"),
)
POLICIES_IN_MEMORY = 1024

ANYONE = "*"
"""For a refusal that says nothing of anyone and offers nothing to click: it must be readable in the frame."""

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip


def install_security(app: Flask, settings: Settings) -> None:
    """Limit every request and harden every response of `app`."""
    app.config.update(MAX_CONTENT_LENGTH=MEBIBYTE, MAX_FORM_MEMORY_SIZE=MEBIBYTE, MAX_FORM_PARTS=1000)
    https = settings.base_url.startswith("https:")

    @app.before_request
    def _require_whole_form() -> None:
        if request.mimetype == "application/x-www-form-urlencoded":
            _read_whole()

    @app.after_request
    def _harden(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = g.get("own_policy") or content_security_policy()
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Permissions-Policy"] = PERMISSIONS
        filename = str((request.view_args or {}).get("filename", "")) if request.endpoint == "static" else ""
        shared = "own_policy" in g or filename.startswith(SHARED)
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
        if shared:
            headers["Access-Control-Allow-Origin"] = "*"
        if https:
            headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        if request.endpoint == "static" and response.status_code < 400:  # noqa: PLR2004 - the first error status
            headers["Cache-Control"] = static_cache_control()
        else:
            headers.setdefault("Cache-Control", "no-store")
        return response


def _read_whole() -> None:
    """Read the form of a request. Raises `Invalid("request-cut-short")` or `Invalid("request-malformed")`.

    The server hands over what arrived before a connection broke: half an answer must not pass for a whole one.
    """
    try:
        came = len(request.get_data())
    except (HTTPException, TimeoutError, BlockingIOError):
        raise  # Too large, or too slow: these have pages of their own.
    except OSError as error:
        raise Invalid("request-cut-short") from error
    except ParseException as error:
        # gunicorn's: a chunk that is none (RFC 9112 §7.1).
        raise Invalid("request-malformed") from error
    if came < (request.content_length or 0):
        raise Invalid("request-cut-short")


def accept_upload(megabytes: int) -> None:
    """Let this request weigh up to `megabytes` (MiB); call it before anything reads its form.

    Only a form of parts may: its files go to the disk, while any other form is read into the memory as a whole.
    """
    if request.mimetype == "multipart/form-data":
        request.max_content_length = megabytes * MEBIBYTE + UPLOAD_ENVELOPE


def origin_of(url: str) -> str | None:
    """`scheme://host[:port]` of a web address, or None when it has none that can stand in a policy."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if ORIGIN.fullmatch(origin) else None


def allow_form_to(url: str) -> None:
    """Let a form of this response be posted to the origin of `url`, e.g. the return address of deep linking."""
    origin = origin_of(url)
    if origin:
        g.setdefault("form_targets", set()).add(origin)


def allow_frame(url: str) -> None:
    """Let the page being made show what is below `url`, and nothing else, in a frame."""
    g.setdefault("frames", set()).add(url)


def open_to_frames(policy: str) -> None:
    """Let any origin load this response, an opaque one too, under a policy of its own: it holds nothing of anyone."""
    g.own_policy = policy


def content_security_policy() -> str:
    """The policy of the response being made."""
    return _policy(
        g.get("frame_ancestors") or "", tuple(sorted(g.get("form_targets", ()))), tuple(sorted(g.get("frames", ())))
    )


@lru_cache(maxsize=POLICIES_IN_MEMORY)
def _policy(framer: str, form_targets: tuple[str, ...], frames: tuple[str, ...]) -> str:
    ancestors = framer if framer == ANYONE or ORIGIN.fullmatch(framer) else "'none'"
    framed = [("frame-src", " ".join(frames))] if frames else []
    forms = " ".join(["'self'", *form_targets])
    directives = (*POLICY, *framed, ("form-action", forms), ("frame-ancestors", ancestors))
    return "; ".join(f"{name} {sources}" for name, sources in directives)
