r"""Regular expressions of JavaScript as programs: the safe subset that authors of an H5P.Essay need.

Characters and their escapes, ``.``, classes (``[a-z]``, ``\d``, ``\w``, ``\s`` and their opposites), groups,
alternatives, quantifiers, greedy or not, ``^``, ``$``, ``\b``, ``\B``. No look-around, no back reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from h5p_exports.content_types.javascript import WHITE_SPACE
from h5p_exports.errors import NotScored

_LONGEST_PROGRAM = 2_000
_DEEPEST = 50
_QUANTIFIER = re.compile(r"(?:([*+?])|\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\})(\?)?")
_CODE = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})")
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "0": "\0"}
_LINE_ENDS = "\n\r\u2028\u2029"


class Condition(Enum):
    """What has to hold between two characters."""

    START = "^"
    END = "$"
    BOUNDARY = "b"
    INSIDE = "B"


Range = tuple[str, str]
"""The first and the last character."""

_SETS: dict[str, tuple[Range, ...]] = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": tuple((character, character) for character in WHITE_SPACE + "\u2028\u2029"),
}


@dataclass(frozen=True, slots=True)
class Consume:
    """Takes one character of these ranges, or of none of them; `known` remembers what was asked before."""

    ranges: tuple[Range, ...]
    negated: bool
    ignore_case: bool
    known: dict[str, bool] = field(default_factory=dict, compare=False)

    def takes(self, character: str) -> bool:
        """Whether it is this character's turn."""
        if character not in self.known:
            forms = {character, character.lower(), character.upper()} if self.ignore_case else {character}
            inside = any(first <= form <= last for form in forms for first, last in self.ranges)
            self.known[character] = inside != self.negated
        return self.known[character]


@dataclass(frozen=True, slots=True)
class Split:
    """Goes on at one of these places in the program, the first one preferred."""

    ways: tuple[int, ...]


Step = Consume | Split | Condition
Program = list[Step]
"""Steps, of which the last leads to a match."""


def holds(condition: Condition, text: str, position: int) -> bool:
    """Whether a condition holds before the character at this position."""
    if condition is Condition.START:
        return position == 0
    if condition is Condition.END:
        return position == len(text)
    before = position > 0 and _is_word(text[position - 1])
    after = position < len(text) and _is_word(text[position])
    return (before != after) == (condition is Condition.BOUNDARY)


def compile_pattern(pattern: str, *, ignore_case: bool) -> Program:
    """The program of a pattern. Raises `NotScored` (``essay-regex-not-scored``) outside the subset."""
    reader = _Reader(pattern, ignore_case)
    program = reader.alternatives(0)
    if reader.rest():
        raise reader.refusal()
    return program


def _is_word(character: str) -> bool:
    return any(first <= character <= last for first, last in _SETS["w"])


class _Reader:
    """Reads a pattern from left to right; each method returns a program whose places count from its own start."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self._pattern = pattern
        self._at = 0
        self._ignore_case = ignore_case

    def rest(self) -> bool:
        """Whether anything is left to read."""
        return self._at < len(self._pattern)

    def refusal(self) -> NotScored:
        """The error for this pattern."""
        return NotScored("essay-regex-not-scored", pattern=self._pattern)

    def alternatives(self, depth: int) -> Program:
        """What stands between bars."""
        if depth > _DEEPEST:
            raise self.refusal()
        program = self._sequence(depth)
        while self._skip("|"):
            other = self._sequence(depth)
            size = len(program)
            program = [
                Split((1, size + 2)),
                *_moved(program, 1),
                Split((size + 2 + len(other),)),
                *_moved(other, size + 2),
            ]
            self._measure(program)
        return program

    def _sequence(self, depth: int) -> Program:
        program: Program = []
        while self.rest() and self._pattern[self._at] not in "|)":
            program += _moved(self._quantified(depth), len(program))
            self._measure(program)
        return program

    def _quantified(self, depth: int) -> Program:
        atom = self._atom(depth)
        quantifier = _QUANTIFIER.match(self._pattern, self._at)
        if quantifier is None:
            return atom
        if len(atom) == 1 and isinstance(atom[0], Condition):
            raise self.refusal()
        self._at = quantifier.end()
        sign, least, comma, most, lazy = quantifier.groups()
        if sign:
            low, high = int(sign == "+"), 1 if sign == "?" else None
        else:
            low = int(least)
            high = int(most) if most else None if comma else low
        if high is not None and high < low:
            raise self.refusal()
        return self._repeated(atom, low, high, greedy=lazy is None)

    def _repeated(self, atom: Program, low: int, high: int | None, *, greedy: bool) -> Program:
        copies = low + 1 if high is None else high
        if (len(atom) + 2) * copies > _LONGEST_PROGRAM:
            raise self.refusal()
        program: Program = []
        for _ in range(low):
            program += _moved(atom, len(program))
        at, size = len(program), len(atom)
        if high is None:
            program += [_choice(at + 1, at + size + 2, greedy=greedy), *_moved(atom, at + 1), Split((at,))]
        else:
            end = at + (high - low) * (size + 1)
            for _ in range(high - low):
                program += [_choice(len(program) + 1, end, greedy=greedy), *_moved(atom, len(program) + 1)]
        return program

    def _atom(self, depth: int) -> Program:
        character = self._next()
        if character == "(":
            if self._pattern.startswith("?", self._at) and not self._skip("?:"):
                raise self.refusal()
            inside = self.alternatives(depth + 1)
            if not self._skip(")"):
                raise self.refusal()
            return inside
        if character == "[":
            return [self._class()]
        if character == ".":
            return [self._consume([(sign, sign) for sign in _LINE_ENDS], negated=True)]
        if character in "^$":
            return [Condition(character)]
        if character == "\\":
            return [self._escape()]
        if character in "*+?{}]":
            raise self.refusal()
        return [self._consume([(character, character)])]

    def _escape(self) -> Step:
        if self._pattern.startswith(("b", "B"), self._at):
            return Condition(self._next())
        ranges, negated = self._escaped()
        return self._consume(ranges, negated=negated)

    def _class(self) -> Consume:
        negated = self._skip("^")
        ranges: list[Range] = []
        while not self._skip("]"):
            part = self._class_part()
            if self._pattern.startswith("-", self._at) and not self._pattern.startswith("-]", self._at):
                self._at += 1
                last = self._class_part()
                if not (len(part) == len(last) == 1) or part[0][0] > last[0][1]:
                    raise self.refusal()
                part = [(part[0][0], last[0][1])]
            ranges += part
        return self._consume(ranges, negated=negated)

    def _class_part(self) -> list[Range]:
        character = self._next()
        if character != "\\":
            return [(character, character)]
        if self._skip("b"):
            return [("\b", "\b")]
        ranges, negated = self._escaped()
        if negated:
            raise self.refusal()
        return ranges

    def _escaped(self) -> tuple[list[Range], bool]:
        """The ranges after a backslash, and whether they are those that do not match."""
        code = _CODE.match(self._pattern, self._at)
        if code:
            self._at = code.end()
            character = chr(int(code[1] or code[2], 16))
            return [(character, character)], False
        sign = self._next()
        if sign.lower() in _SETS:
            return list(_SETS[sign.lower()]), sign.isupper()
        if sign.isalnum() and sign not in _SIGNS:
            raise self.refusal()
        character = _SIGNS.get(sign, sign)
        return [(character, character)], False

    def _consume(self, ranges: list[Range], *, negated: bool = False) -> Consume:
        return Consume(tuple(ranges), negated, self._ignore_case)

    def _next(self) -> str:
        if not self.rest():
            raise self.refusal()
        self._at += 1
        return self._pattern[self._at - 1]

    def _skip(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _measure(self, program: Program) -> None:
        if len(program) > _LONGEST_PROGRAM:
            raise self.refusal()


def _moved(program: Program, by: int) -> Program:
    """The same program further on."""
    return [Split(tuple(way + by for way in step.ways)) if isinstance(step, Split) else step for step in program]


def _choice(inside: int, past: int, *, greedy: bool) -> Split:
    return Split((inside, past) if greedy else (past, inside))
