"""A word search: words hidden among letters, each to be found in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizgen.games.dice import Dice
from quizgen.games.grid import ACROSS, DOWN, Cell, Place, Step
from quizgen.games.letters import Letters

DIRECTIONS: Mapping[int, tuple[Step, ...]] = {
    2: (ACROSS, DOWN),
    4: (ACROSS, DOWN, (1, 1), (-1, 1)),
    8: tuple((down, along) for down in (-1, 0, 1) for along in (-1, 0, 1) if down or along),
}
"""The ways that words run, by how many there are: as one reads, diagonally, and backwards too."""

LARGEST = 24
"""The most rows and columns, so that the grid has its place on a page."""

_FILLED = 0.62
"""The share of cells that words fill at most when the first grid is tried."""

_THROWS = 60
_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class WordSearch:
    """The letters row by row, and the place of each word; None where it has found no room."""

    rows: tuple[Letters, ...]
    places: tuple[Place | None, ...]


def make_wordsearch(
    words: Sequence[Letters], seed: str, directions: int = 4, largest: int = LARGEST
) -> WordSearch:
    """A grid as small as it may be that hides the words, which are not drawn but for the seed.

    A word that another one holds, read forwards or backwards, would be found twice: it gets no
    place, nor does the second of two equal ones.
    """
    hidden = [place for place in range(len(words)) if holder_of(words, place) is None]
    hidden = [place for place in hidden if len(words[place]) <= largest]
    letters = sum(len(words[place]) for place in hidden)
    longest = max((len(words[place]) for place in hidden), default=1)
    size = min(largest, max(longest, int((letters / _FILLED) ** 0.5) + 1))
    best: WordSearch | None = None
    for attempt in range(_ATTEMPTS):
        found = _laid(words, hidden, Dice(seed, attempt), DIRECTIONS[directions], size)
        if found and (best is None or _count(found) > _count(best)):
            best = found
        if best and (_count(best) == len(hidden) or size == largest):
            break  # there is no more room to be had
        size = min(largest, size + 1)
    return best or WordSearch((), (None,) * len(words))


def _count(made: WordSearch) -> int:
    return sum(place is not None for place in made.places)


def holder_of(words: Sequence[Letters], place: int) -> int | None:
    """Which other word has this one in it, or the same before it; None if none does."""
    word = _line(words[place])
    back = _line(words[place][::-1])
    for other, letters in enumerate(words):
        if other == place or len(letters) < len(words[place]):
            continue
        line = _line(letters)
        if (word in line or back in line) and (len(line) > len(word) or other < place):
            return other
    return None


def _line(letters: Letters) -> str:
    """The letters as a text in which one letter's marks are not taken for another's."""
    return "\0" + "\0".join(letters) + "\0"


def _laid(
    words: Sequence[Letters], hidden: Sequence[int], dice: Dice, steps: Sequence[Step], size: int
) -> WordSearch | None:
    """The words laid and the rest filled; None if a word could be found in a second place."""
    grid: dict[Cell, str] = {}
    places: list[Place | None] = [None] * len(words)
    for index in sorted(dice.shuffled(hidden), key=lambda index: -len(words[index])):
        place = _room(grid, words[index], dice, steps, size)
        if place:
            grid.update(zip(place.cells(len(words[index])), words[index], strict=True))
            places[index] = place
    laid = [(word, place) for word, place in zip(words, places, strict=True) if place]
    fixed = set(grid)
    alphabet = sorted(set(grid.values())) or [" "]
    for row in range(size):
        for column in range(size):
            if (row, column) not in fixed:
                grid[row, column] = dice.one_of(alphabet)
    for _ in range(50):
        extra = [cells for cells in _second(grid, laid, size) if not fixed.issuperset(cells)]
        if not extra:
            break
        for cells in extra:
            free = [cell for cell in cells if cell not in fixed]
            grid[dice.one_of(free)] = dice.one_of(alphabet)
    if any(True for _ in _second(grid, laid, size)):
        return None
    rows = tuple(tuple(grid[row, column] for column in range(size)) for row in range(size))
    return WordSearch(rows, tuple(places))


def _room(
    grid: Mapping[Cell, str], word: Letters, dice: Dice, steps: Sequence[Step], size: int
) -> Place | None:
    """A place for the word, of some drawn ones that which shares most letters, or the first."""
    best, shared = None, -1
    for _ in range(_THROWS):
        step = dice.one_of(steps)
        rows, columns = (_starts(each, len(word), size) for each in step)
        if not rows or not columns:
            continue
        place = Place(dice.one_of(rows), dice.one_of(columns), step)
        common = _common(grid, word, place)
        if common > shared:
            best, shared = place, common
    if best:
        return best
    for step in dice.shuffled(steps):
        rows, columns = (_starts(each, len(word), size) for each in step)
        for row in rows:
            for column in columns:
                place = Place(row, column, step)
                if _common(grid, word, place) >= 0:
                    return place
    return None


def _starts(step: int, length: int, size: int) -> range:
    """Where a word may begin in one dimension."""
    room = size - (length - 1) * abs(step)
    return range(size - room, size) if step < 0 else range(room)


def _common(grid: Mapping[Cell, str], word: Letters, place: Place) -> int:
    """How many letters stand there already; -1 if another one does."""
    common = 0
    for cell, letter in zip(place.cells(len(word)), word, strict=True):
        there = grid.get(cell)
        if there == letter:
            common += 1
        elif there is not None:
            return -1
    return common if common < len(word) else -1


def _second(
    grid: Mapping[Cell, str], laid: Sequence[tuple[Letters, Place]], size: int
) -> Iterator[tuple[Cell, ...]]:
    """The cells of every occurrence of a word that is not where it was laid."""
    own = {_ends(place, len(word)) for word, place in laid}
    sought: dict[str, list[Letters]] = {}
    for word, _ in laid:
        sought.setdefault(word[0], []).append(word)
    for (row, column), letter in list(grid.items()):
        for word in sought.get(letter, ()):
            for step in DIRECTIONS[8]:
                down, along = step
                end = row + down * (len(word) - 1), column + along * (len(word) - 1)
                if not (0 <= end[0] < size and 0 <= end[1] < size):
                    continue
                if grid[row + down, column + along] != word[1]:
                    continue
                cells = tuple(Place(row, column, step).cells(len(word)))
                if frozenset(((row, column), end)) not in own and all(
                    grid[cell] == each for cell, each in zip(cells, word, strict=True)
                ):
                    yield cells


def _ends(place: Place, length: int) -> frozenset[Cell]:
    down, along = place.step
    end = place.row + down * (length - 1), place.column + along * (length - 1)
    return frozenset(((place.row, place.column), end))
