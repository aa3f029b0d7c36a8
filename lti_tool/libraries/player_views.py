"""What the frame of the official player loads: its page, the files of its libraries, the media of its content.

None of these addresses knows a session. Each response has a policy of its own, which makes its origin opaque wherever
it is opened, and may be loaded by an opaque origin, which no other response of ours may.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, render_template, url_for

from h5p_exports.content_types import LibraryName
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.serving import send_blob
from lti_tool.errors import NotFound
from lti_tool.libraries.player import CONTENT_ID, Player, folder_of, integration, needs_eval
from lti_tool.libraries.service import Libraries
from lti_tool.lti.strings import is_clean
from lti_tool.web.security import ANYONE, ORIGIN, open_to_frames

LONGEST_PATH = 255
FOR_EVER = "public, max-age=31536000, immutable"
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Of a file that is opened by itself: a drawing or a page of a library may hold scripts."""
_FOLDER = re.compile(r"([A-Za-z0-9_.-]{1,255})-([0-9]{1,5})\.([0-9]{1,5})\.[0-9]{1,5}-[0-9a-f]{16}")


class PlayerPages:
    """Answers the frames."""

    def __init__(self, player: Player, catalogue: Catalogue, libraries: Libraries) -> None:
        self._player = player
        self._catalogue = catalogue
        self._libraries = libraries

    def views(self) -> Blueprint:
        """The addresses of the player, apart from every session."""
        views = Blueprint("player", __name__, template_folder="templates", url_prefix="/h5p")

        @views.get("/play/<seal>/")
        def page(seal: str) -> str:
            # A refusal holds nothing of anyone, and has to be read in the frame.
            g.frame_ancestors = ANYONE
            return self._page(seal)

        @views.get("/play/<seal>/content/<path:path>")
        def medium(seal: str, path: str) -> Response:
            played = self._player.open(seal)
            if not is_clean(path, LONGEST_PATH):
                raise NotFound("medium-unknown")
            media_type, sha256 = self._catalogue.medium(played.revision.id, path)
            response = send_blob(self._catalogue.blobs, sha256, media_type)
            open_to_frames(FILE_POLICY)
            return response

        @views.get("/libraries/<folder>/<path:path>")
        def library_file(folder: str, path: str) -> Response:
            response = self._library_file(folder, path)
            open_to_frames(FILE_POLICY)
            return response

        return views

    def _page(self, seal: str) -> str:
        played = self._player.open(seal)
        libraries = self._player.libraries_of(played)
        base_url = self._player.base_url
        # With a file that is none: only paths are wanted, which libraries complete.
        libraries_url = base_url + url_for("player.library_file", folder="-", path="-").removesuffix("/-/-")
        content_url = base_url + url_for("player.medium", seal=seal, path="-").removesuffix("/-")
        told = integration(played, libraries, content_url=content_url, libraries_url=libraries_url, base_url=base_url)
        page = render_template(
            "libraries/frame.html",
            content_id=CONTENT_ID,
            integration=told,
            lang=played.settings.lang,
            title=played.revision.title,
            scripts=[
                f"{libraries_url}/{folder_of(library)}/{path}" for library in libraries for path in library.scripts
            ],
            styles=[f"{libraries_url}/{folder_of(library)}/{path}" for library in libraries for path in library.styles],
        )
        open_to_frames(page_policy(base_url, played.framed_by, with_eval=needs_eval(libraries)))
        return page

    def _library_file(self, folder: str, path: str) -> Response:
        named = _FOLDER.fullmatch(folder)
        name = LibraryName(named[1], int(named[2]), int(named[3])) if named else None
        library = self._libraries.find(name) if name else None
        # A page that is open asks for files of the patch that it began with.
        if library is None or folder != folder_of(library) or not is_clean(path, LONGEST_PATH):
            raise NotFound("medium-unknown")
        file = self._libraries.open(library, path)
        response = send_blob(self._libraries.blobs, file.sha256, file.media_type)
        # An address never has other bytes.
        response.headers["Cache-Control"] = FOR_EVER
        return response


def page_policy(base_url: str, framed_by: str, *, with_eval: bool) -> str:
    """The policy of the frame. It calls nobody but the addresses of the player, and posts nothing anywhere.

    `unsafe-inline` for styles: contents and libraries write `style="…"` in HTML, positions and sizes among them. A
    style runs nothing, and loads from the same addresses alone.
    """
    ours = f"{base_url}/h5p/"
    core = f"{base_url}/static/"
    framers = [base_url, *([framed_by] if framed_by == ANYONE or ORIGIN.fullmatch(framed_by) else [])]
    directives = {
        "sandbox": "allow-scripts",
        "default-src": "'none'",
        "script-src": f"{ours}libraries/ {core}" + (" 'unsafe-eval'" if with_eval else ""),
        "style-src": f"{ours}libraries/ {core} 'unsafe-inline'",
        "font-src": f"{ours} {core} data:",
        "img-src": f"{ours} {core} data: blob:",
        "media-src": f"{ours} data: blob:",
        "connect-src": ours,
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": " ".join(framers),
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
