"""What can be chosen about sheets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Paper(Enum):
    """The sheets that a document is laid out for."""

    A4 = "a4"
    LETTER = "letter"


class Key(Enum):
    """Where the answers go."""

    SEPARATE = "separate"
    INLINE = "inline"
    NONE = "none"
    ONLY = "only"


class Layout(Enum):
    """What is made of the questions."""

    WORKSHEET = "worksheet"
    TEST = "test"
    STUDY = "study"
    CARDS = "cards"
    WORDSEARCH = "wordsearch"
    CROSSWORD = "crossword"


class Duplex(Enum):
    """The edge of the paper over which a printer turns it."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True)
class HtmlOptions:
    """How sheets are laid out.

    `language` is that of the sheet's own words, the quiz's if None. `columns` of questions are 1 or
    2. `header` and `logo`, a picture's path, stand above the title. `word_bank` puts the answers of
    a cloze, or the words of a puzzle, in a box above it. `directions` is how many ways the words of
    a word search run: 2, 4 or 8.
    """

    paper: Paper = Paper.A4
    landscape: bool = False
    layout: Layout = Layout.WORKSHEET
    key: Key = Key.SEPARATE
    language: str | None = None
    columns: int = 1
    large_print: bool = False
    spacious: bool = False
    low_ink: bool = False
    header: str | None = None
    logo: Path | None = None
    qr: bool = False
    word_bank: bool = False
    duplex: Duplex = Duplex.LONG
    directions: int = 4
    templates: Path | None = None
