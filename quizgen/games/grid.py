"""Where words stand in a grid: rows from the top, columns from where reading begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Cell = tuple[int, int]
Step = tuple[int, int]

ACROSS: Step = (0, 1)
DOWN: Step = (1, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word begins, and the step from each letter to the next."""

    row: int
    column: int
    step: Step

    def cells(self, length: int) -> Iterator[Cell]:
        """The cells of a word of that length."""
        down, along = self.step
        for index in range(length):
            yield self.row + index * down, self.column + index * along
