"""Finding what a regular expression of H5P.Essay matches, in a time that no pattern can blow up.

All the threads of the program walk through the text together, the preferred ones first (R. Cox, "Regular Expression
Matching: the Virtual Machine Approach"), so the matches are those that JavaScript finds by going back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from h5p_exports.scoring.budget import Budget
from h5p_exports.scoring.regexp_program import Condition, Program, Split, compile_pattern, holds

_Thread = tuple[int, int]
"""Where it is in the program, and where in the text it began."""


@dataclass(slots=True)
class _Moment:
    """One position of the text: which steps were tried there, and the threads that go past it."""

    text: str
    position: int
    budget: Budget
    tried: set[int] = field(default_factory=set)
    following: list[_Thread] = field(default_factory=list)

    def advance(self, program: Program, thread: _Thread) -> bool:
        """Take a thread over the next character, with all that it splits into; whether one of them is at the end."""
        todo, start = [thread[0]], thread[1]
        while todo:
            at = todo.pop()
            if at in self.tried:
                continue
            self.tried.add(at)
            self.budget.spend(1)
            if at == len(program):
                return True
            step = program[at]
            if isinstance(step, Split):
                todo += reversed(step.ways)
            elif isinstance(step, Condition):
                if holds(step, self.text, self.position):
                    todo.append(at + 1)
            elif self.position < len(self.text) and step.takes(self.text[self.position]):
                self.following.append((at + 1, start))
        return False


def find_all(pattern: str, text: str, budget: Budget, *, ignore_case: bool) -> Iterator[str]:
    """The texts that ``text.match(/pattern/g)`` finds, but for the empty ones.

    Raises `NotScored` for a pattern outside the subset of `regexp_program`, or a search that takes too long.
    """
    program = compile_pattern(pattern, ignore_case=ignore_case)
    position = 0
    while found := _search(program, text, position, budget):
        start, end = found
        if end > start:
            yield text[start:end]
        position = end if end > start else end + 1


def _search(program: Program, text: str, begin: int, budget: Budget) -> tuple[int, int] | None:
    """The first match at or after a position: the leftmost one, and there the one that JavaScript prefers."""
    found: tuple[int, int] | None = None
    threads: list[_Thread] = []
    for position in range(begin, len(text) + 1):
        if found is None:
            threads.append((0, position))
        if not threads:
            break
        moment = _Moment(text, position, budget)
        for thread in threads:
            if moment.advance(program, thread):
                # The threads after this one are less preferred.
                found = (thread[1], position)
                break
        threads = moment.following
    return found
