"""Media on their way to a browser: always through the tool, never by an address of the store."""

from __future__ import annotations

import os

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from lti_tool.catalogue.blobs import CHUNK, BlobStore


def send_blob(blobs: BlobStore, sha256: str, media_type: str) -> Response:
    """Stream a blob: the whole, the part that `Range` asks for, or nothing where the browser has it.

    Raises `NotFound("medium-unknown")`, and as the store does; a range beyond the end is answered 416.
    """
    stream = blobs.open(sha256)
    try:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        # Not the server's own wrapper: it reads a file from its beginning, also for its last bytes.
        response = Response(FileWrapper(stream, CHUNK), mimetype=media_type, direct_passthrough=True)
        response.content_length = size
        response.set_etag(sha256)
        # The bytes of an address never change; only this browser may keep them.
        response.headers["Cache-Control"] = "private, max-age=86400, immutable"
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    except BaseException:
        stream.close()
        raise
    return response
