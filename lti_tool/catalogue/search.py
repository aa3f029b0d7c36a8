"""Finding an activity in what one may see: words, and the fields of the card."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lti_tool.catalogue.service import Listed

LONGEST = 100
"""Characters of a search that are read."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. An empty field asks for nothing; `q` is words that must all be there, accents apart."""

    q: str = ""
    discipline: str = ""
    niveau: str = ""
    academie: str = ""
    kind: str = ""
    year: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Search:
        """From the fields of a form, whatever they hold."""
        return cls(**{field.name: query.get(field.name, "").strip()[:LONGEST] for field in fields(cls)})

    def to_query(self) -> dict[str, str]:
        """The fields that ask for something."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}

    def keeps(self, line: Listed) -> bool:
        """Whether an activity is what is looked for."""
        card = line.card
        asked = (
            (self.discipline, (card.discipline,)),
            (self.niveau, card.niveaux),
            (self.academie, (card.academie,)),
            (self.kind, (line.kind,)),
            (self.year, (str(card.year),)),
        )
        if any(value and value not in told for value, told in asked):
            return False
        told = _plain(" ".join((line.title, card.summary, card.discipline, *card.niveaux, *card.authors)))
        return all(word in told for word in _plain(self.q).split())


@dataclass(frozen=True, slots=True)
class Facets:
    """The values that a filter can take, each in order."""

    discipline: Sequence[str]
    niveau: Sequence[str]
    academie: Sequence[str]
    kind: Sequence[str]
    year: Sequence[str]


def facets_of(lines: Iterable[Listed]) -> Facets:
    """The values that occur in these activities."""
    known = list(lines)
    return Facets(
        discipline=_sorted(line.card.discipline for line in known),
        niveau=_sorted(niveau for line in known for niveau in line.card.niveaux),
        academie=_sorted(line.card.academie for line in known),
        kind=_sorted(line.kind for line in known),
        year=_sorted(str(line.card.year or "") for line in known)[::-1],
    )


def _sorted(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value}, key=_plain)


def _plain(text: str) -> str:
    """Lower case, without accents: « Énergie » is found by « energie »."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
