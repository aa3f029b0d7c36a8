"""What changes between two versions of a content type: hooks, entered by machine name and version."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

Version = tuple[int, int]
Hook = Callable[[dict[str, Any], dict[str, Any]], None]
"""Changes params and metadata in place. What it does not find, or finds in another shape, it leaves alone."""

UPGRADES: dict[str, dict[Version, Hook]] = {}
"""Hooks on the way up: run for every version after the old one, up to the new one."""

DOWNGRADES: dict[str, dict[Version, Hook]] = {}
"""Hooks on the way down: run for every version from the old one down to the one after the new. They may refuse."""


def upgrade(machine_name: str, version: Version) -> Callable[[Hook], Hook]:
    """Enter the hook of the version that it leads to."""

    def enter(hook: Hook) -> Hook:
        UPGRADES.setdefault(machine_name, {})[version] = hook
        return hook

    return enter


def downgrade(machine_name: str, version: Version) -> Callable[[Hook], Hook]:
    """Enter the hook that undoes a version."""

    def enter(hook: Hook) -> Hook:
        DOWNGRADES.setdefault(machine_name, {})[version] = hook
        return hook

    return enter


@cache
def known_versions() -> dict[str, tuple[Version, Version]]:
    """The oldest and the newest version of each type that can be brought over."""
    data = tomllib.loads(Path(__file__).with_name("versions.toml").read_text("utf-8"))
    return {name: (_version(oldest), _version(newest)) for name, (oldest, newest) in data.items()}


def _version(text: str) -> Version:
    major, minor = text.split(".")
    return int(major), int(minor)
