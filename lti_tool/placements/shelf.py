"""What a teacher chooses from: the catalogue as one may see it, searched, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from lti_tool.catalogue.search import Facets, Search, facets_of
from lti_tool.catalogue.service import Catalogue, Listed
from lti_tool.catalogue.visibility import Viewer
from lti_tool.errors import Invalid
from lti_tool.launches.sessions import LaunchSession

PAGE = 24
"""Activities on a page."""
MOST_PICKED = 20
"""Activities that can be picked at once."""
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the catalogue. `picked` are the activities chosen so far, wherever they stand."""

    search: Search
    facets: Facets
    lines: Sequence[Listed]
    picked: Sequence[Listed]
    found: int
    page: int
    pages: int

    @property
    def picked_ids(self) -> frozenset[int]:
        """The revisions picked so far."""
        return frozenset(line.revision_id for line in self.picked)

    @property
    def picked_elsewhere(self) -> list[Listed]:
        """What is picked and does not stand on this page: it must not be forgotten."""
        shown = {line.revision_id for line in self.lines}
        return [line for line in self.picked if line.revision_id not in shown]


def shelf_of(catalogue: Catalogue, session: LaunchSession, query: MultiDict[str, str]) -> Shelf:
    """The page that a query asks for; what it asks for in vain is left out."""
    visible = catalogue.visible(Viewer.of(session))
    search = Search.read(query)
    found = [line for line in visible if search.keeps(line)]
    pages = max(1, -(-len(found) // PAGE))
    asked = query.get("page", "")
    page = min(max(1, int(asked)), pages) if _NUMBER.fullmatch(asked) else 1
    wanted = set(picked_revisions(query))
    return Shelf(
        search=search,
        facets=facets_of(visible),
        lines=found[(page - 1) * PAGE : page * PAGE],
        picked=[line for line in visible if line.revision_id in wanted],
        found=len(found),
        page=page,
        pages=pages,
    )


def picked_revisions(form: MultiDict[str, str]) -> list[int]:
    """The activities that a form names, each once. Raises `Invalid("request-malformed")`."""
    named = list(dict.fromkeys(form.getlist("revision")))
    if len(named) > MOST_PICKED or not all(map(_NUMBER.fullmatch, named)):
        raise Invalid("request-malformed")
    return [int(revision) for revision in named]


def query_of(search: Search, revisions: Iterable[int]) -> dict[str, Any]:
    """The query of an address that leads back to the same search and choice."""
    return {**search.to_query(), "revision": [str(revision) for revision in revisions]}
