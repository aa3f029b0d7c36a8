"""What a page of an attempt posts, and the media that it shows."""

from __future__ import annotations

import re

from flask import Response, request

from lti_tool.attempts.work import PageWrite
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.serving import send_blob
from lti_tool.errors import Invalid, NotFound
from lti_tool.lti.strings import is_clean

HOUSE_FIELDS = frozenset({"action", "version", "tab"})
LONGEST_PATH = 255
LONGEST_FIELD = 100_000
"""Characters: the tree of answers of the official player. A kind takes what it needs: `h5p` a fifth of that."""
MOST_FIELDS = 500
_VERSION = re.compile(r"[0-9]{1,9}")
_TAB = re.compile(r"[0-9a-f]{32}")


def read_form() -> tuple[dict[str, object], PageWrite]:
    """The event of a posted form and the page it comes from. Raises `Invalid("answer-malformed")`."""
    form = request.form
    version, tab = form.get("version", ""), form.get("tab", "")
    if not _VERSION.fullmatch(version) or not _TAB.fullmatch(tab):
        raise Invalid("answer-malformed")
    fields = {name: values for name, values in form.lists() if name not in HOUSE_FIELDS}
    clean = len(fields) <= MOST_FIELDS and all(
        is_clean(name, LONGEST_FIELD) and all(is_clean(value, LONGEST_FIELD) for value in values)
        for name, values in fields.items()
    )
    action = form.get("action", "save")
    if not clean or not is_clean(action, 32):
        raise Invalid("answer-malformed")
    return {"action": action, "fields": fields}, PageWrite(tab, int(version))


def send_medium(catalogue: Catalogue, revision_id: int, path: str) -> Response:
    """A medium of a revision. Raises `NotFound("medium-unknown")`."""
    if not is_clean(path, LONGEST_PATH):
        raise NotFound("medium-unknown")
    media_type, sha256 = catalogue.medium(revision_id, path)
    return send_blob(catalogue.blobs, sha256, media_type)
