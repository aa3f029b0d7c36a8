"""Everything an attempt draws at random: the question pool, orders, opaque identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws from an attempt's seed (an integer below 2¹²⁸).

    Each draw has a label and is a keyed hash of it: the same seed and label always give the same draw, whatever was
    drawn before, and nothing that a page shows tells anything about the seed or about another draw.
    """

    seed: int
    path: str = ""

    def at(self, label: str | int) -> Draw:
        """The draws of one part of the attempt, independent of every other part."""
        return Draw(self.seed, f"{self.path}/{label}")

    def token(self, label: str | int) -> str:
        """An opaque identifier: a letter and 12 hexadecimal digits, fit for a field's name, value or id."""
        return "x" + self._digest(label).hex()[:12]

    def order(self, count: int) -> tuple[int, ...]:
        """A permutation of ``range(count)``."""
        return tuple(sorted(range(count), key=self._digest))

    def sample(self, size: int, count: int) -> tuple[int, ...]:
        """`size` of ``range(count)``, in a random order."""
        return self.order(count)[:size]

    def mixed(self, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """An identifier for each text, and an order to show them in, where the author's order tells what is right.

        Both are drawn for the sorted texts: the same texts in another order are shown alike to the last byte.
        """
        by_text = sorted(range(len(texts)), key=texts.__getitem__)
        values = {index: self.token(f"value {rank}") for rank, index in enumerate(by_text)}
        order = tuple(by_text[rank] for rank in self.at("order").order(len(texts)))
        return tuple(values[index] for index in range(len(texts))), order

    def _digest(self, label: str | int) -> bytes:
        key = self.seed.to_bytes(16, "big")
        return blake2b(f"{self.path}/{label}".encode(), key=key, digest_size=16).digest()
