"""Static files with an address that changes when they do, so that a browser may keep them for a year."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from flask import Flask, request, url_for

VERSION_LENGTH = 10
LONG = "public, max-age=31536000, immutable"
SHORT = "public, max-age=3600"


def _version(path: Path) -> str:
    """The first characters of the file's SHA-256; empty when there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:VERSION_LENGTH]
    except FileNotFoundError:
        return ""


def make_static_url(app: Flask) -> Callable[[str], str]:
    """The function of templates that turns `css/app.css` into its address with a version.

    Files under `vendor/` bear their version in their name, since stylesheets point at them: no query there.
    A file is read once per process; with `app.debug`, each time.
    """
    versions: dict[str, str] = {}

    def static_url(filename: str) -> str:
        if filename.startswith("vendor/"):
            return url_for("static", filename=filename)
        if app.debug or filename not in versions:
            versions[filename] = _version(Path(str(app.static_folder)) / filename)
        return url_for("static", filename=filename, v=versions[filename] or None)

    return static_url


def static_cache_control() -> str:
    """How long the static file of this request may be kept."""
    filename = str((request.view_args or {}).get("filename", ""))
    return LONG if request.args.get("v") or filename.startswith("vendor/") else SHORT
