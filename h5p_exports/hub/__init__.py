"""The H5P Hub: where content types come from. Nothing here calls anybody: how to is given."""

from __future__ import annotations

from h5p_exports.hub.client import HubClient, Post
from h5p_exports.hub.content_types import ContentType
from h5p_exports.hub.hubs import HUBS, Hub, hub_for

__all__ = ["HUBS", "ContentType", "Hub", "HubClient", "Post", "hub_for"]
