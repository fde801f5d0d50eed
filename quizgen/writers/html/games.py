"""Puzzles from the short keys of a selection: a word search, a crossword."""

from __future__ import annotations

import html
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from quizgen.games.crossword import make_crossword
from quizgen.games.grid import ACROSS, Place
from quizgen.games.letters import LONGEST, SHORTEST, Letters, Word, word_of
from quizgen.games.wordsearch import holder_of, make_wordsearch
from quizgen.languages import direction
from quizgen.model import (
    Cloze,
    Date,
    Essay,
    Flashcard,
    Gap,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortAnswer,
    Text,
    TrueFalse,
)
from quizgen.problems import Problem, Severity
from quizgen.quiz import Item, Version
from quizgen.writers.html.press import Press
from quizgen.writers.html.question import marked_text
from quizgen.writers.html.sheet import Sheet

_BLANK = '<span class="blank" style="inline-size: 5em"></span>'


@dataclass(frozen=True, slots=True)
class Entry:
    """A question whose key is a word: its clue in HTML."""

    item: Item
    word: Word
    clue: Markup

    @property
    def language(self) -> str:
        """Of the clue."""
        return self.item.bank.language

    @property
    def direction(self) -> str:
        """Of the clue."""
        return direction(self.item.bank.language)


class Numbered(NamedTuple):
    """An entry under its number."""

    number: int
    entry: Entry


class Square(NamedTuple):
    """A cell as it is drawn: its place from the left and the top, its letter, its number if any."""

    x: int
    y: int
    letter: str
    number: int | None = None


class Stroke(NamedTuple):
    """A line through a found word, from the middle of one cell to that of another."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class GameSheet(Sheet):
    """A grid; `words` are those in it, for a box; `rtl` if it is read from the right."""

    columns: int
    rows: int
    squares: tuple[Square, ...]
    words: tuple[str, ...]
    rtl: bool

    @property
    @abstractmethod
    def questions(self) -> Sequence[Numbered]:
        """The clues."""

    @property
    def count(self) -> int:
        """How many questions there are."""
        return len(self.questions)

    def content(self) -> Iterable[str]:
        """The grid and its clues."""
        yield repr(self.squares)
        yield from (entry.clue for _, entry in self.questions)


@dataclass(frozen=True, slots=True)
class WordSearchSheet(GameSheet):
    """Letters in which the words of the clues are hidden."""

    strokes: tuple[Stroke, ...]
    clues: tuple[Numbered, ...]

    @property
    def questions(self) -> Sequence[Numbered]:
        """The clues."""
        return self.clues


@dataclass(frozen=True, slots=True)
class CrosswordSheet(GameSheet):
    """Squares for the words of the clues."""

    across: tuple[Numbered, ...]
    down: tuple[Numbered, ...]

    @property
    def questions(self) -> Sequence[Numbered]:
        """The clues."""
        return (*self.across, *self.down)


def draw_wordsearch(version: Version, press: Press) -> WordSearchSheet:
    """The word search of a version's short keys."""
    entries, rtl = _entries(version, press)
    made = make_wordsearch(
        [entry.word.letters for entry in entries], _seed(version), press.options.directions
    )
    laid = _laid(entries, made.places, press, "word search", holder_of)
    size = len(made.rows)

    def x(column: int) -> int:
        return size - 1 - column if rtl else column

    strokes: list[Stroke] = []
    for entry, place in laid:
        *_, (row, column) = place.cells(len(entry.word.letters))
        strokes.append(Stroke(x(place.column), place.row, x(column), row))
    return WordSearchSheet(
        mark=version.mark,
        points=_points(laid),
        columns=size,
        rows=size,
        squares=tuple(
            Square(x(column), row, letter)
            for row, letters in enumerate(made.rows)
            for column, letter in enumerate(letters)
        ),
        words=_words(laid),
        rtl=rtl,
        strokes=tuple(strokes),
        clues=tuple(Numbered(number, entry) for number, (entry, _) in enumerate(laid, 1)),
    )


def draw_crossword(version: Version, press: Press) -> CrosswordSheet:
    """The crossword of a version's short keys."""
    entries, rtl = _entries(version, press)
    made = make_crossword([entry.word.letters for entry in entries], _seed(version))
    laid = _laid(entries, made.places, press, "crossword", _first_equal)
    numbers = made.numbers
    clues = sorted(
        ((numbers[place.row, place.column], place.step, entry) for entry, place in laid),
        key=lambda clue: clue[0],
    )
    return CrosswordSheet(
        mark=version.mark,
        points=_points(laid),
        columns=made.columns,
        rows=made.rows,
        squares=tuple(
            Square(
                made.columns - 1 - column if rtl else column,
                row,
                made.cells[row, column],
                numbers.get((row, column)),
            )
            for row, column in sorted(made.cells)
        ),
        words=_words(laid),
        rtl=rtl,
        across=tuple(Numbered(number, entry) for number, step, entry in clues if step == ACROSS),
        down=tuple(Numbered(number, entry) for number, step, entry in clues if step != ACROSS),
    )


def _seed(version: Version) -> str:
    """What the grid is drawn from: the seed of the quiz and the version are in each item's."""
    return version.items[0].draw if version.items else ""


def _points(laid: Sequence[tuple[Entry, Place]]) -> Decimal:
    return sum((entry.item.question.points for entry, _ in laid), Decimal(0))


def _words(laid: Sequence[tuple[Entry, Place]]) -> tuple[str, ...]:
    return tuple(sorted((entry.word.text for entry, _ in laid), key=str.casefold))


def _laid(
    entries: Sequence[Entry],
    places: Sequence[Place | None],
    press: Press,
    game: str,
    holder: Callable[[Sequence[Letters], int], int | None],
) -> list[tuple[Entry, Place]]:
    """The entries that have a place; the others are told of, with the `holder` of their letters."""
    letters = [entry.word.letters for entry in entries]
    laid: list[tuple[Entry, Place]] = []
    for index, (entry, place) in enumerate(zip(entries, places, strict=True)):
        if place:
            laid.append((entry, place))
            continue
        held = holder(letters, index)
        if held is None:
            reason = f"'{entry.word}' finds no place in the {game}; draw fewer questions, or others"
        elif len(letters[held]) == len(letters[index]):
            reason = f"'{entry.word}' is in the {game} already; draw one of the two questions"
        else:
            other = entries[held].word
            reason = (
                f"'{entry.word}' would be found within '{other}'; draw one of the two questions"
            )
        press.problems.append(
            Problem("no-place", reason, entry.item.question.span, severity=Severity.WARNING)
        )
    if not laid:
        message = f"no question has a key for a {game}: a word of {SHORTEST} to {LONGEST} letters"
        press.problems.append(Problem("no-words", message))
    return laid


def _first_equal(words: Sequence[Letters], place: int) -> int | None:
    first = words.index(words[place])
    return first if first < place else None


def _entries(version: Version, press: Press) -> tuple[list[Entry], bool]:
    """The questions whose keys are words, in one direction; and whether it is from the right."""
    found: list[Entry] = []
    wordless: list[Item] = []
    for item in press.track(version.items):
        entry = _entry(item, press)
        if entry:
            found.append(entry)
        else:
            wordless.append(item)
    rtl = sum(entry.word.rtl for entry in found) * 2 > len(found)
    wordless += (entry.item for entry in found if entry.word.rtl != rtl)
    for item in wordless:
        message = f"the key is no word of {SHORTEST} to {LONGEST} letters: it is in no puzzle"
        span = item.question.span
        press.problems.append(Problem("no-word", message, span, severity=Severity.INFO))
    if wordless:
        count = f"{len(wordless)} of {len(version.items)} questions"
        message = f"a puzzle leaves out {count}, whose keys are no words; --verbose names them"
        press.problems.append(Problem("left-out", message, severity=Severity.WARNING))
    return [entry for entry in found if entry.word.rtl == rtl], rtl


def _entry(item: Item, press: Press) -> Entry | None:
    question, bank = item.question, item.bank
    key: str
    prompt: Text
    match question:
        case ShortAnswer():
            key, prompt = question.answers[0].text.source, question.prompt
        case MultipleChoice():
            key, prompt = press.reader.plain(question.answer.text.source), question.prompt
        case Flashcard():
            key, prompt = press.reader.plain(question.back.source), question.front
        case Cloze():
            return _gap_entry(item, question, press)
        case (
            MultipleResponse()
            | TrueFalse()
            | Numeric()
            | Date()
            | Matching()
            | Ordering()
            | Essay()
        ):
            return None
    word = word_of(key, bank.language)
    return Entry(item, word, press.text(prompt, bank)) if word else None


def _gap_entry(item: Item, question: Cloze, press: Press) -> Entry | None:
    """The first gap that is a word; the others are filled."""
    bank = item.bank
    marked = marked_text(question, bank, press)
    for gap in marked.gaps:
        if word := word_of(gap.key, bank.language):
            text = marked.filled(partial(_but_for, gap))
            return Entry(item, word, Markup(text))
    return None


def _but_for(chosen: Gap, gap: Gap) -> str:
    """A gap filled, but for the chosen one and those with the same key."""
    return _BLANK if gap.key == chosen.key else html.escape(gap.key)
