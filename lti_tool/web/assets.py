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
    A file is read, and its address made, once per process; with `app.debug`, each time.
    """
    addresses: dict[str, str] = {}

    def address_of(filename: str) -> str:
        vendored = filename.startswith("vendor/")
        version = "" if vendored else _version(Path(str(app.static_folder)) / filename)
        return url_for("static", filename=filename, v=version or None)

    def static_url(filename: str) -> str:
        if app.debug or filename not in addresses:
            addresses[filename] = address_of(filename)
        return addresses[filename]

    return static_url


def static_cache_control() -> str:
    """How long the static file of this request may be kept."""
    filename = str((request.view_args or {}).get("filename", ""))
    return LONG if request.args.get("v") or filename.startswith("vendor/") else SHORT
