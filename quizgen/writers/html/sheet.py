"""A sheet as data: its questions as they are asked and as they are solved, their texts in HTML."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from quizgen.markup import MarkedHtml
from quizgen.model import Question, Text
from quizgen.quiz import Item, Option

NOTHING = Markup("")


def ready(shown: str) -> Markup:
    """Text that is HTML already; `Markup` would first ask it whether it knows its own."""
    return str.__new__(Markup, shown)


class Label(NamedTuple):
    """A lettered line: an option, the right side of a pair, an item to be ordered."""

    letter: str
    text: Markup


class Block(NamedTuple):
    """What a type of question looks like; `kind` is how the template draws it.

    `options`, or `texts` of right sides and items, are what is behind the labels, and `marked` is a
    cloze's text before its blanks: the key draws no order and sets no text again. `ticks` are the
    dates of a time line; `field` is the height of a squared field.
    """

    kind: str
    labels: tuple[Label, ...] = ()
    options: tuple[Option, ...] = ()
    texts: tuple[Text, ...] = ()
    columns: int = 1
    left: tuple[Markup, ...] = ()
    ticks: tuple[str, ...] = ()
    text: Markup = NOTHING
    marked: MarkedHtml = MarkedHtml("", ())
    bank: tuple[str, ...] = ()
    lines: int = 1
    field: str = ""
    unit: str = ""


class Reason(NamedTuple):
    """What the key says of one option or answer; `mark` is its letter, its place or its share."""

    mark: str
    text: Markup
    right: bool
    feedback: Markup


class Note(NamedTuple):
    """What the key says under a name, such as a model answer."""

    name: str
    text: Markup


class Solution(NamedTuple):
    """What the key says: in short for the grid, then as a text, with reasons or under names.

    `short` is empty if there is nothing to say.
    """

    short: str
    text: Markup = NOTHING
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Note, ...] = ()


class Tongue(NamedTuple):
    """A bank's language: its words for the sheet, and whether it is another than the page's."""

    language: str
    direction: str
    words: Mapping[str, str]
    foreign: bool


class Placed(NamedTuple):
    """A question in its place, in a type that paper knows, as it is asked."""

    item: Item
    question: Question
    tongue: Tongue
    points: str
    prompt: Markup
    block: Block


class Answered(NamedTuple):
    """A question as the key has it."""

    placed: Placed
    solution: Solution
    feedback: Markup
    hints: tuple[Markup, ...]
    source: str

    @property
    def says(self) -> bool:
        """Whether the key has anything to say of it."""
        return bool(self.solution.short or self.feedback or self.hints or self.source)


class Drawn(NamedTuple):
    """So many questions as HTML: on the sheet, in the key's grid and in its list, if one is made.

    Many are drawn at once, for speed, yet not all: their pieces would stand in memory together.
    """

    size: int
    questions: Markup
    rows: Markup = NOTHING
    solutions: Markup = NOTHING


@dataclass(frozen=True, slots=True)
class Sheet(ABC):
    """One version: its mark (empty if there is but one) and what a faultless answer earns.

    A layout adds what it draws in a class of its own.
    """

    mark: str
    points: Decimal

    @abstractmethod
    def content(self) -> Iterable[str]:
        """What is on it, for the mark of the build: nothing of where it came from."""


class Group(NamedTuple):
    """The questions of a section, its heading, and what it earns; a sheet without has one."""

    title: str
    instructions: Markup
    points: Decimal
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class QuestionSheet(Sheet):
    """Questions below each other: what the student gets and what the teacher keeps."""

    groups: tuple[Group, ...]

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """The questions of all groups."""
        return tuple(each for group in self.groups for each in group.drawn)

    @property
    def count(self) -> int:
        """How many questions there are."""
        return sum(each.size for each in self.drawn)

    def content(self) -> Iterable[str]:
        """The questions as they are asked."""
        return (each.questions for each in self.drawn)
