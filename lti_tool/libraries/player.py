"""The official player of H5P: an activity in a frame of its own origin, which knows nothing of the pupil.

The frame is a page of ours. Its address carries a seal that names a revision, and who may frame it: no session, no
attempt, no person. It is sandboxed, so its origin is opaque: it reads no cookie and no storage, and the page around it
is as far away as any other site's. They talk by messages (`static/js/player.js`, `static/js/player-frame.js`).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import g, url_for

from activities.h5p_official.settings import OfficialSettings
from lti_tool.catalogue.service import Catalogue, Revision
from lti_tool.errors import NotFound, Refused
from lti_tool.libraries.library import InstalledLibrary
from lti_tool.libraries.service import Libraries
from lti_tool.web.seal import SealBroken, Sealer
from lti_tool.web.security import allow_frame

SECONDS = 12 * 60 * 60
"""As long as a launch session can last: media are fetched when they are met."""
NEEDS_EVAL = frozenset({"EmbeddedJS"})
"""Libraries that make functions of texts; they are only on sites of long ago, below MultiChoice 1.15 for one."""
DIGITS = 16
"""Of the digest of a library, in the addresses of its files."""
CONTENT_ID = "1"
"""The only content of the page."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame in a page: its address, with the word in its fragment by which both know each other's messages."""

    url: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Played:
    """What a seal opens: a revision of the kind `h5p-official`, and the origin that may frame it."""

    revision: Revision
    settings: OfficialSettings
    framed_by: str


class Player:
    """Seals frames and opens them."""

    def __init__(self, catalogue: Catalogue, libraries: Libraries, *, secret: str, base_url: str) -> None:
        self._catalogue = catalogue
        self._libraries = libraries
        self._sealer = Sealer(secret, purpose="h5p-player", seconds=SECONDS)
        self.base_url = base_url

    def frame(self, revision_id: int) -> Frame:
        """A frame for the page being made, which may show no other. The platform that frames the page may frame it."""
        seal = self._sealer.seal([revision_id, g.get("frame_ancestors") or ""])
        address = f"{self.base_url}{url_for('player.page', seal=seal)}"
        allow_frame(address)
        nonce = secrets.token_hex(16)
        return Frame(f"{address}#{nonce}", nonce)

    def open(self, seal: str) -> Played:
        """What a seal names. Raises `Refused("player-over")`, or `NotFound("activity-unknown")`."""
        try:
            revision_id, framed_by = self._sealer.open(seal)
        except (SealBroken, TypeError, ValueError):
            raise Refused("player-over") from None
        revision = self._catalogue.revision(revision_id)
        if not isinstance(revision.settings, OfficialSettings):
            raise NotFound("activity-unknown")
        return Played(revision, revision.settings, framed_by)

    def libraries_of(self, played: Played) -> tuple[InstalledLibrary, ...]:
        """What plays a content, in the order of loading. Raises `NotFound("h5p-library-missing")`."""
        return self._libraries.closure(played.settings.libraries)


def needs_eval(libraries: tuple[InstalledLibrary, ...]) -> bool:
    """Whether one of the libraries cannot do without `unsafe-eval`."""
    return any(library.name.machine_name in NEEDS_EVAL for library in libraries)


def folder_of(library: InstalledLibrary) -> str:
    """The folder in the addresses of its files: other bytes have another one, also where the version is the same.

    Browsers keep the files: those of a bad copy must not outlive its removal.
    """
    return f"{library.name.machine_name}-{library.version}-{library.digest[:DIGITS]}"


def integration(
    played: Played, libraries: tuple[InstalledLibrary, ...], *, content_url: str, libraries_url: str, base_url: str
) -> dict[str, Any]:
    """`H5PIntegration`: what the core of H5P is told of the one content of its page.

    Without a `user` it calls nobody. `saveFreq` has to be there for the player to take up what it had saved: our
    script saves, long before that many seconds are over.
    """
    settings = played.settings
    title = played.revision.title
    return {
        "baseUrl": base_url,
        "siteUrl": base_url,
        "url": content_url,
        "urlLibraries": libraries_url,
        "libraryDirectories": {_unpatched(library): folder_of(library) for library in libraries},
        "postUserStatistics": False,
        "reportingIsEnabled": False,
        "saveFreq": SECONDS,
        "ajax": {},
        "l10n": {"H5P": core_texts()},
        "contents": {
            f"cid-{CONTENT_ID}": {
                "library": settings.library,
                "jsonContent": json.dumps(settings.params, ensure_ascii=False),
                "contentUrl": content_url,
                "title": title,
                "metadata": {"title": title, "license": "U"},
                "fullScreen": False,
                "displayOptions": {"frame": False, "copyright": False, "embed": False, "export": False, "icon": False},
            }
        },
    }


@cache
def core_texts() -> dict[str, str]:
    """What the core of H5P itself says, in French."""
    texts = json.loads(Path(__file__).with_name("core_texts_fr.json").read_text("utf-8"))
    return cast("dict[str, str]", texts)


def _unpatched(library: InstalledLibrary) -> str:
    """What H5P calls the folder of a library."""
    return f"{library.name.machine_name}-{library.name.major}.{library.name.minor}"
