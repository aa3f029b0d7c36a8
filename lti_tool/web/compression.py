"""Answers in gzip where the browser takes it: the tool is often reached without a proxy in front."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALLEST = 1024
ONCE = 9
"""The level of gzip for what is compressed once per process."""
EACH_TIME = 1
"""For pages: 6 % more bytes than at the usual level 6, for two thirds of its time."""
TEXT_TYPES = frozenset({"application/json", "image/svg+xml", "text/css", "text/html", "text/javascript", "text/plain"})
MOST_KEPT = 64


def install_compression(app: Flask) -> None:
    """Compress the texts that `app` answers; a static file with a version is compressed once per process."""
    kept: dict[str, bytes] = {}

    @app.after_request
    def _compress(response: Response) -> Response:
        if response.mimetype not in TEXT_TYPES or response.status_code != 200:  # noqa: PLR2004 - plain answers only
            return response
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" in response.headers or request.accept_encodings["gzip"] <= 0 or request.method == "HEAD":
            return response
        key = request.full_path if request.endpoint == "static" and request.args.get("v") else ""
        body = kept.get(key)
        if body is None:
            response.direct_passthrough = False
            plain = response.get_data()
            if len(plain) < SMALLEST:
                return response
            body = gzip.compress(plain, ONCE if key else EACH_TIME, mtime=0)
            if key and len(kept) < MOST_KEPT:
                kept[key] = body
        etag, _weak = response.get_etag()
        response.close()  # A static file is open until here.
        response.direct_passthrough = False
        response.set_data(body)
        response.headers["Content-Encoding"] = "gzip"
        if etag:
            response.set_etag(etag, weak=True)
        return response
