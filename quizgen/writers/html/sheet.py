"""A sheet as data: its questions as they are asked and as they are solved, their texts in HTML."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

NOTHING = Markup("")


class Label(NamedTuple):
    """A lettered line: an option, the right side of a pair, an item to be ordered."""

    letter: str
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What a type of question looks like; `kind` names the template's macro that draws it."""

    kind: str
    labels: tuple[Label, ...] = ()
    columns: int = 1
    left: tuple[Markup, ...] = ()
    text: Markup = NOTHING
    bank: tuple[str, ...] = ()
    lines: int = 1
    field: str = ""
    unit: str = ""


class Reason(NamedTuple):
    """What the key says of one option or answer; `mark` is its letter or its place."""

    mark: str
    text: Markup
    right: bool
    feedback: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What the key says: in short for the grid, then as a text or with reasons."""

    short: str
    text: Markup = NOTHING
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A question in its place, as it is asked and as it is solved."""

    number: int
    points: str
    language: str
    direction: str
    prompt: Markup
    block: Block
    solution: Solution
    feedback: Markup
    hints: tuple[Markup, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question as HTML on the sheet, in the key's grid and list; empty where none is made."""

    question: Markup
    row: Markup
    solution: Markup


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version: its mark (empty if there is but one) and what a faultless answer earns.

    A layout adds what it draws in a class of its own.
    """

    mark: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a section, its heading, and what it earns; a sheet without has one."""

    title: str
    instructions: Markup
    points: Decimal
    questions: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class QuestionSheet(Sheet):
    """Questions below each other: what the student gets and what the teacher keeps."""

    groups: tuple[Group, ...]

    @property
    def questions(self) -> tuple[Drawn, ...]:
        """The questions of all groups."""
        return tuple(each for group in self.groups for each in group.questions)
