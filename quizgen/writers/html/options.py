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
    WORDSEARCH = "wordsearch"
    CROSSWORD = "crossword"


@dataclass(frozen=True)
class HtmlOptions:
    """`word_bank` puts the answers of a cloze, or the words of a puzzle, in a box above it.

    `directions` is how many ways the words of a word search run: 2, 4 or 8.
    """

    paper: Paper = Paper.A4
    key: Key = Key.SEPARATE
    layout: Layout = Layout.TEST
    word_bank: bool = False
    directions: int = 4
    templates: Path | None = None
