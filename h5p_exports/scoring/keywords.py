"""How often a keyword of H5P.Essay is in a text (scripts/essay.js; H5P.TextUtilities).

Positions and lengths are in UTF-16 code units. A match counts where white space or punctuation, or nothing, stands
on both sides of it; an apostrophe does, a curly one does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from h5p_exports.content_types.essay import Keyword
from h5p_exports.content_types.javascript import WHITE_SPACE, code_units, from_code_units
from h5p_exports.scoring.budget import Budget
from h5p_exports.scoring.regexp import find_all
from h5p_exports.scoring.spelling import edits
from h5p_exports.scoring.tolerant import Tolerance, fold
from h5p_exports.scoring.wildcards import find_wildcards

_DELIMITERS = frozenset(WHITE_SPACE + ".?!,';\"")
_LONG_WORD, _SHORT_WORD = 9, 3
_WINDOW = range(-2, 3)
"""How much longer than the keyword a misspelt word may be."""


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A keyword that was found: which alternative of it, and what stands in the text."""

    alternative: str
    written: str


def count_matches(keyword: Keyword, text: str, budget: Budget, *, tolerance: Tolerance | None = None) -> int:
    """The number of matches, as `find_matches` finds them; counting stops at `keyword.occurrences`."""
    count = 0
    for _ in find_matches(keyword, text, budget, tolerance=tolerance):
        count += 1
        if count >= keyword.occurrences:
            break
    return count


def find_matches(keyword: Keyword, text: str, budget: Budget, *, tolerance: Tolerance | None = None) -> Iterator[Hit]:
    """The matches of all alternatives, each on its own. `text` is folded already. Raises `NotScored`."""
    folded = [fold(alternative, tolerance) for alternative in keyword.alternatives]
    written = code_units(text)
    text = code_units(text if keyword.case_sensitive else text.lower())
    if len(written) != len(text):
        # A few letters are longer in lower case: places are no longer the same.
        written = text
    words = (word for word in folded if not _is_pattern(word))
    patterns = (word for word in folded if _is_pattern(word))
    # What a regular expression finds is looked for as a word, so it must stand alone too, and counts each time.
    found = (
        match
        for pattern in patterns
        for match in find_all(pattern[1:-1], text, budget, ignore_case=not keyword.case_sensitive)
    )
    for word, is_found in chain(((word, False) for word in words), ((word, True) for word in found)):
        needle = code_units(word if keyword.case_sensitive else word.lower())
        if is_found and "*" in needle:
            # The official player hides a star that was found, and finds it again only where case matters.
            matches = _exact(_without_second_star(needle), text) if keyword.case_sensitive else iter(())
        else:
            matches = _matches(needle, text, budget, forgive=keyword.forgive_mistakes)
        for match in matches:
            yield Hit(word, from_code_units(written[match.start : match.start + match.length]))


def _without_second_star(needle: str) -> str:
    before, star, after = needle.partition("*")
    return before + star + after.replace("*", "", 1)


def _is_pattern(alternative: str) -> bool:
    return alternative.startswith("/") and alternative.endswith("/")


def _matches(needle: str, text: str, budget: Budget, *, forgive: bool) -> Iterator[_Match]:
    """Exact matches, then those of the wildcards, then misspelt ones, none near one that was found before."""
    budget.spend(len(text) // 32 + 1)
    found: list[_Match] = []
    for match in _exact(needle.replace("*", "", 1), text):
        found.append(match)
        yield match
    others = [_wildcards(needle, text, budget)]
    if forgive:
        others.append(_misspelt(needle, text, budget))
    for match in chain.from_iterable(others):
        if not _is_near(match.start, found, budget):
            found.append(match)
            yield match


def _exact(needle: str, text: str) -> Iterator[_Match]:
    begin = 0
    while needle and (start := text.find(needle, begin)) != -1:
        end = start + len(needle)
        # The official player has cut off what it has looked at: nothing stands in front.
        if (start == begin or text[start - 1] in _DELIMITERS) and _ends(text, end):
            yield _Match(start, len(needle))
        begin = end


def _wildcards(needle: str, text: str, budget: Budget) -> Iterator[_Match]:
    if "*" not in needle:
        return
    for start, end in find_wildcards(needle, text, budget):
        if _starts(text, start) and _ends(text, end):
            yield _Match(start, end - start)


def _misspelt(needle: str, text: str, budget: Budget) -> Iterator[_Match]:
    budget.spend(len(text))
    starts = [start for start in range(len(text)) if _starts(text, start)]
    found: list[_Match] = []
    for extra in _WINDOW:
        size = len(needle) + extra
        for start in starts:
            # JavaScript's `substring` goes backwards where the end is before the start.
            straw = text[start : start + size] if size >= 0 else text[max(start + size, 0) : start]
            if (
                straw
                and _ends(text, start + len(straw))
                and _are_similar(needle, straw, budget)
                and not _is_near(start, found, budget)
            ):
                found.append(_Match(start, len(straw)))
                yield found[-1]


def _are_similar(first: str, second: str, budget: Budget) -> bool:
    if first == second:
        return True
    shortest = min(len(first), len(second))
    allowed = 2 if shortest > _LONG_WORD else 1 if shortest > _SHORT_WORD else 0
    if not allowed or not _share_a_piece(first, second, 2 * allowed + 1):
        return False
    budget.spend(len(first))
    return edits(first, second) <= allowed


def _share_a_piece(first: str, second: str, pieces: int) -> bool:
    """Whether one of so many pieces of the first is in the second; an edit spoils two neighbours at most."""
    size = len(first) // pieces
    return not size or any(first[at : at + size] in second for at in range(0, size * pieces, size))


def _is_near(start: int, found: list[_Match], budget: Budget) -> bool:
    budget.spend(len(found) + 1)
    return any(abs(match.start - start) <= match.length for match in found)


def _starts(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in _DELIMITERS


def _ends(text: str, end: int) -> bool:
    return end == len(text) or text[end] in _DELIMITERS
