"""What is asked of a hub, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from h5p_exports.errors import HubUnusable, PackageRefused
from h5p_exports.hub.content_types import MACHINE_NAME, ContentType, read_content_types
from h5p_exports.hub.hubs import Hub
from h5p_exports.package.json_text import parse_json

LONGEST_ANSWER = 8 * 1024 * 1024
"""Bytes of an answer; the list of content types takes some hundred thousand."""

_DEEPEST = 50
_UUID = re.compile(r"[0-9A-Za-z-]{8,64}")


class Post(Protocol):
    """How to send a form to an https address of a hub; the bytes of the answer, whose status says success.

    Who implements it sees to the rest: certificates, no redirect, time, size. What it raises comes through.
    """

    def __call__(self, url: str, form: Mapping[str, str]) -> bytes:
        """Send the form."""
        ...


class HubClient:
    """A site that asks one hub.

    It says of itself what the hub cannot do without, and no more: that it is not to be counted (`disabled`), and of
    which core API it is. No statistics, no address, no version of ours.
    """

    def __init__(self, hub: Hub, post: Post, *, core_api: tuple[int, int]) -> None:
        self._hub = hub
        self._post = post
        self._core_api = core_api

    def register(self) -> str:
        """The identifier that the hub gives to a new site; to be kept. Raises `HubUnusable`."""
        uuid = self._ask(self._hub.sites, self._form("")).get("uuid")
        if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
            raise self._wrong("uuid")
        return uuid

    def content_types(self, uuid: str) -> tuple[ContentType, ...]:
        """What the hub offers to the site that it knows under this identifier. Raises `HubUnusable`."""
        entries = self._ask(self._hub.content_types, self._form(uuid)).get("contentTypes")
        if not isinstance(entries, list):
            raise self._wrong("contentTypes")
        return tuple(read_content_types(entries))

    def choose(self, machine_name: str, offered: tuple[ContentType, ...]) -> ContentType:
        """The content type of this name. Raises `HubUnusable` where it is not offered, or needs a newer core."""
        found = next((offer for offer in offered if offer.machine_name == machine_name), None)
        if found is None:
            raise HubUnusable("hub-content-type-unknown", hub=self._hub.host, library=machine_name)
        if found.core_api > self._core_api:
            needed, core = (".".join(map(str, version)) for version in (found.core_api, self._core_api))
            raise HubUnusable(
                "hub-needs-newer-core", hub=self._hub.host, library=machine_name, needed=needed, core=core
            )
        return found

    def package_address(self, content_type: ContentType) -> str:
        """Where the package of a content type is: its libraries and all that they need, in one `.h5p`."""
        if not MACHINE_NAME.fullmatch(content_type.machine_name):
            raise HubUnusable("hub-content-type-unknown", hub=self._hub.host, library=content_type.machine_name)
        return self._hub.content_types + content_type.machine_name

    def _form(self, uuid: str) -> dict[str, str]:
        major, minor = self._core_api
        return {
            "uuid": uuid,
            "platform_name": "other",
            "platform_version": "0",
            "h5p_version": f"{major}.{minor}",
            "disabled": "1",
            "local_id": "0",
            "type": "local",
            "core_api_version": f"{major}.{minor}",
        }

    def _ask(self, url: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._post(url, form)
        if len(answer) > LONGEST_ANSWER:
            raise self._wrong("size")
        try:
            value = parse_json(answer, name="", depth=_DEEPEST)
        except PackageRefused:
            raise self._wrong("JSON") from None
        if not isinstance(value, dict):
            raise self._wrong("JSON")
        return value

    def _wrong(self, where: str) -> HubUnusable:
        return HubUnusable("hub-answer-wrong", hub=self._hub.host, where=where)
