"""Draws that come out the same on every machine and in every version of Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A row of numbers that a seed gives."""

    def __init__(self, *seed: object) -> None:
        self._seed = "\0".join(map(str, seed)).encode(errors="surrogatepass")
        self._thrown = 0
        self._rest = b""

    def below(self, limit: int) -> int:
        """A number from 0 up to, and not with, the limit."""
        if len(self._rest) < 4:
            counter = self._thrown.to_bytes(8, "big")
            self._rest = hashlib.blake2b(counter + self._seed).digest()
            self._thrown += 1
        taken, self._rest = self._rest[:4], self._rest[4:]
        return int.from_bytes(taken, "big") * limit >> 32

    def one_of(self, things: Sequence[T]) -> T:
        """One of the things."""
        return things[self.below(len(things))]

    def shuffled(self, things: Iterable[T]) -> list[T]:
        """The things in an order that is drawn."""
        drawn = list(things)
        for last in range(len(drawn) - 1, 0, -1):
            other = self.below(last + 1)
            drawn[last], drawn[other] = drawn[other], drawn[last]
        return drawn
