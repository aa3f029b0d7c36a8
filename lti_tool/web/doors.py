"""Doors: buttons in the head of a page that open other pages of ours in a new tab, carrying what those need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import g


@dataclass(frozen=True, slots=True)
class Door:
    """A button. `fields` are posted to `action`: a new tab of a framed page has no cookie."""

    label: str
    action: str
    fields: Mapping[str, str]


def open_doors(doors: Sequence[Door]) -> None:
    """Show these in the page being made."""
    g.doors = tuple(doors)
