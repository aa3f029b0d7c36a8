"""Content types from the H5P Hub, through the guarded door."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from pydantic import TypeAdapter

from h5p_exports.errors import HubUnusable
from h5p_exports.hub import ContentType, Hub, HubClient, hub_for
from h5p_exports.hub.client import LONGEST_ANSWER
from h5p_exports.package.limits import MEBIBYTE
from h5p_exports.profiles import Profile
from lti_tool.errors import Invalid, Unavailable
from lti_tool.lti.outgoing import PlatformUnreachable, Response
from lti_tool.lti.registration import Callee, Candidate

LARGEST_PACKAGE = 256 * MEBIBYTE
DOWNLOAD_SECONDS = 600.0
SITES_NAME = "h5p-hub.json"
"""The file that keeps what the hubs call this site."""

_SITES = TypeAdapter(dict[str, str])

Received = Callable[[int, int | None], None]
"""Told how many bytes have come, of how many where that is known."""


class Door(Protocol):
    """How a hub is called: `OutgoingHTTP`, or a fake."""

    def request(
        self,
        method: str,
        url: str,
        *,
        registration: Callee,
        data: Mapping[str, str] | None = None,
        limit: int = ...,
    ) -> Response:
        """Call `url` and give the answer, whatever its status."""
        ...

    def download(
        self, url: str, target: BinaryIO, *, registration: Callee, limit: int, seconds: float, received: Received
    ) -> Response:
        """Copy what `url` answers into `target`."""
        ...


class HubSite:
    """This site, as the hub of a profile knows it.

    The hub is the only machine that is called, on https. Registered at the first need; the identifier is kept in
    `folder`. Raises `Unavailable` (``hub-…``) when the hub does not answer as a hub, `Invalid` for what it does not
    offer.
    """

    def __init__(self, door: Door, folder: Path, profile: Profile) -> None:
        self._door = door
        self._hub = hub_for(profile)
        self._callee = Candidate(self._hub.sites)
        self._client = HubClient(self._hub, self._post, core_api=profile.core_api)
        self._kept = folder / SITES_NAME
        self._offered: tuple[ContentType, ...] | None = None

    @property
    def hub(self) -> Hub:
        """The hub that is asked."""
        return self._hub

    def find(self, machine_name: str) -> ContentType:
        """A content type that the hub offers."""
        with _hub_errors():
            if self._offered is None:
                self._offered = self._client.content_types(self._uuid())
            return self._client.choose(machine_name, self._offered)

    def download(self, content_type: ContentType, target: BinaryIO, received: Received) -> None:
        """Copy the package of a content type into a file: at most 256 MiB, in ten minutes."""
        with _hub_errors():
            answer = self._door.download(
                self._client.package_address(content_type),
                target,
                registration=self._callee,
                limit=LARGEST_PACKAGE,
                seconds=DOWNLOAD_SECONDS,
                received=received,
            )
            self._check(answer)
        target.seek(0)

    def _uuid(self) -> str:
        known: dict[str, str] = {}
        with suppress(OSError, ValueError):
            known = _SITES.validate_json(self._kept.read_bytes())
        if self._hub.host not in known:
            known[self._hub.host] = self._client.register()
            # Where it cannot be kept, the site registers anew at the next run.
            with suppress(OSError):
                self._kept.parent.mkdir(parents=True, exist_ok=True)
                self._kept.write_text(json.dumps(known), "utf-8")
        return known[self._hub.host]

    def _post(self, url: str, form: Mapping[str, str]) -> bytes:
        answer = self._door.request("POST", url, registration=self._callee, data=form, limit=LONGEST_ANSWER)
        self._check(answer)
        return answer.body

    def _check(self, answer: Response) -> None:
        if not answer.ok:
            raise HubUnusable("hub-answer-wrong", hub=self._hub.host, where=f"HTTP {answer.status}")


@contextmanager
def _hub_errors() -> Iterator[None]:
    try:
        yield
    except HubUnusable as error:
        family = Unavailable if error.id == "hub-answer-wrong" else Invalid
        raise family(error.id, **error.params) from None
    except PlatformUnreachable as error:
        raise Unavailable(error.id.replace("platform-", "hub-"), **error.params) from None
