"""A crossword: words that cross where they share a letter, and touch nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizgen.games.dice import Dice
from quizgen.games.grid import ACROSS, DOWN, Cell, Place, Step
from quizgen.games.letters import Letters

COLUMNS, ROWS = 24, 21
"""The most there are, so that the grid has its place on a page."""

_EFFORT = 12_000
"""How many letters are laid in all layouts together: few words are tried in many ways."""

_CROSSING = 12
"""How many cells a grid may be larger for one crossing more."""

_ROUNDS = 3
"""How often a word that has found no crossing is tried again, when more words stand."""


@dataclass(frozen=True, slots=True)
class Crossword:
    """The letters by cell, and the place of each word; None where it has found no room."""

    rows: int
    columns: int
    cells: Mapping[Cell, str]
    places: tuple[Place | None, ...]

    @property
    def numbers(self) -> dict[Cell, int]:
        """The numbers of the cells in which words begin, in reading order."""
        starts = {(place.row, place.column) for place in self.places if place}
        return {cell: number for number, cell in enumerate(sorted(starts), 1)}


def make_crossword(
    words: Sequence[Letters], seed: str, columns: int = COLUMNS, rows: int = ROWS
) -> Crossword:
    """Of several layouts the one with the most words, of these the one that is knit the closest.

    The second of two equal words gets no place.
    """
    letters = sum(map(len, words)) or 1
    tries = max(4, min(120, _EFFORT // letters))
    layouts = [_Layout(words, Dice(seed, each), columns, rows) for each in range(tries)]
    best = max(layouts, key=lambda layout: layout.worth)
    return best.crossword()


class _Layout:
    """One way to lay the words; rows and columns may be negative while it grows."""

    def __init__(self, words: Sequence[Letters], dice: Dice, columns: int, rows: int) -> None:
        self._most = rows, columns
        self._grid: dict[Cell, str] = {}
        self._runs: dict[Cell, Step] = {}  # the one direction of a cell, none where words cross
        self._by_letter: dict[str, list[Cell]] = {}
        self._low = self._high = (0, 0)
        self._crossings = 0
        self._words = words
        self._places: list[Place | None] = [None] * len(words)
        order = dice.shuffled(range(len(words)))
        # Long words first, each out of turn, in one layout more than in another.
        turn = 3 + dice.below(15)
        order.sort(key=lambda index: -len(words[index]) - dice.below(turn))
        first = {words[index]: index for index in reversed(order)}
        waiting = [index for index in order if first[words[index]] == index]
        for _ in range(_ROUNDS):
            late: list[int] = []
            for index in waiting:
                place = self._room(words[index], dice)
                if place is None:
                    late.append(index)
                else:
                    self._lay(words[index], place)
                    self._places[index] = place
            if len(late) == len(waiting):
                break
            waiting = late

    @property
    def worth(self) -> tuple[int, int]:
        """What layouts are compared by: words, then crossings and how few cells they take."""
        area = (self._high[0] - self._low[0] + 1) * (self._high[1] - self._low[1] + 1)
        return sum(place is not None for place in self._places), _CROSSING * self._crossings - area

    def crossword(self) -> Crossword:
        """The layout with its first row and column at 0.

        A tall one is turned about its diagonal, which makes what ran down run across: a broad grid
        leaves the clues more of the page.
        """
        top, left = self._low
        tall, wide = self._high[0] - top + 1, self._high[1] - left + 1
        turned = wide < tall <= self._most[1]

        def moved(row: int, column: int) -> Cell:
            return (column - left, row - top) if turned else (row - top, column - left)

        steps = {ACROSS: DOWN, DOWN: ACROSS} if turned else {ACROSS: ACROSS, DOWN: DOWN}
        return Crossword(
            rows=wide if turned else tall,
            columns=tall if turned else wide,
            cells={moved(*cell): letter for cell, letter in self._grid.items()},
            places=tuple(
                place and Place(*moved(place.row, place.column), steps[place.step])
                for place in self._places
            ),
        )

    def _room(self, word: Letters, dice: Dice) -> Place | None:
        """The place with the most crossings, of these that which lets the grid grow the least."""
        if not self._grid:
            long = len(word) <= self._most[1]
            return Place(0, 0, ACROSS) if long else Place(0, 0, DOWN)
        best: tuple[int, int, int] | None = None
        chosen: Place | None = None
        for place in self._crossing(word):
            crossings = self._fits(word, place)
            if crossings:
                worth = crossings, -self._growth(word, place), dice.below(1000)
                if best is None or worth > best:
                    best, chosen = worth, place
        return chosen

    def _crossing(self, word: Letters) -> Iterator[Place]:
        """The places in which the word would cross another one."""
        for index, letter in enumerate(word):
            for row, column in self._by_letter.get(letter, ()):
                run = self._runs.get((row, column))
                if run == ACROSS:
                    yield Place(row - index, column, DOWN)
                elif run == DOWN:
                    yield Place(row, column - index, ACROSS)

    def _fits(self, word: Letters, place: Place) -> int:
        """How many words it would cross there; 0 if it cannot stand there."""
        grid, (down, along) = self._grid, place.step
        row, column = place.row, place.column
        last = row + down * (len(word) - 1), column + along * (len(word) - 1)
        tall = max(self._high[0], last[0]) - min(self._low[0], row) + 1
        wide = max(self._high[1], last[1]) - min(self._low[1], column) + 1
        if tall > self._most[0] or wide > self._most[1]:
            return 0
        if (row - down, column - along) in grid or (last[0] + down, last[1] + along) in grid:
            return 0
        crossings = 0
        for letter in word:
            there = grid.get((row, column))
            if there is None:
                # Beside an empty cell nothing may stand that it would join.
                if (row + along, column + down) in grid or (row - along, column - down) in grid:
                    return 0
            elif there != letter or self._runs.get((row, column)) in (None, place.step):
                return 0
            else:
                crossings += 1
            row, column = row + down, column + along
        return crossings if crossings < len(word) else 0

    def _growth(self, word: Letters, place: Place) -> int:
        """How many rows and columns the grid would gain."""
        down, along = place.step
        last = place.row + down * (len(word) - 1), place.column + along * (len(word) - 1)
        return (
            max(0, self._low[0] - place.row)
            + max(0, self._low[1] - place.column)
            + max(0, last[0] - self._high[0])
            + max(0, last[1] - self._high[1])
        )

    def _lay(self, word: Letters, place: Place) -> None:
        for cell, letter in zip(place.cells(len(word)), word, strict=True):
            if cell in self._grid:
                self._crossings += 1
                del self._runs[cell]
            else:
                self._grid[cell] = letter
                self._runs[cell] = place.step
                self._by_letter.setdefault(letter, []).append(cell)
            self._low = min(self._low[0], cell[0]), min(self._low[1], cell[1])
            self._high = max(self._high[0], cell[0]), max(self._high[1], cell[1])
