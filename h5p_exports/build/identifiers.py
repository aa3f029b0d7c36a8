"""Identifiers of contents inside contents: the same content always has the same ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5

from h5p_exports.build.draft import Draft, Value

_NAMESPACE = UUID("0d8b6c6e-6d0e-5f7a-9c55-6b1f4a3e2d10")


class Identifiers:
    """Gives identifiers out: of the content alone, and of its rank among those that are exactly alike."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, value: Value) -> str:
        """The identifier of a content, as a UUID in text."""
        source = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)
        self._seen[source] += 1
        return str(uuid5(_NAMESPACE, f"{self._seen[source]} {source}"))


def identified(groups: Iterable[Mapping[str, Value]]) -> list[Value]:
    """Groups that are sub-contents (`isSubContent` in the semantics), each with its `subContentId`."""
    identifiers = Identifiers()
    return [{"subContentId": identifiers.of(group), **group} for group in groups]


def _plain(value: object) -> object:
    if isinstance(value, Draft):
        return [value.machine_name, value.title, value.params]
    raise TypeError(type(value).__name__)
