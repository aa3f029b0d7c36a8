"""What each application compiles for itself, and the tests compile once: addresses and templates.

A house of the tests lives for some tenths of a second, and has the same sixty addresses as the one before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


def remember() -> None:
    """Have all applications of this process share what they compile."""
    Flask.url_rule_class = RememberingRule
    Flask.jinja_options = {"bytecode_cache": RememberedTemplates()}


class RememberingRule(Rule):
    """A rule whose builders of addresses, which hold nothing of the rule's own, are those of the last one like it."""

    _known: ClassVar[dict[tuple[str, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, str(self.subdomain), repr(self.defaults), str(append_unknown))
        if key not in self._known:
            self._known[key] = super()._compile_builder(append_unknown)
        return self._known[key]


class RememberedTemplates(BytecodeCache):
    """In memory; Jinja compares the source before it takes one."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is known of its template."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()
