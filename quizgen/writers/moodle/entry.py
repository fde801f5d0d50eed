"""What is asked of the writer, and what it hands to the template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Categories(Enum):
    """Whether a question's category is its bank's, or one below it for the question's first tag."""

    BANK = "bank"
    TAG = "tag"


class Gaps(Enum):
    """How the gaps of a cloze are filled: each its own way, or all from one bank of words."""

    TYPE = "type"
    DRAG = "drag"
    DROPDOWN = "dropdown"


class Cards(Enum):
    """What becomes of flashcards: a question each, or one a group."""

    SHORT_ANSWER = "short-answer"
    MATCHING = "matching"


class ResponseFormat(Enum):
    """What an essay is written in; Moodle crashes on any other."""

    EDITOR = "editor"
    EDITOR_FILEPICKER = "editorfilepicker"
    PLAIN = "plain"
    MONOSPACED = "monospaced"
    NO_INLINE = "noinline"


@dataclass(frozen=True)
class MoodleOptions:
    """How a quiz becomes a file.

    `category` is the path below the course's top one: parts divided by `/`; `//` is a slash.
    `front_matter` adds a description to each bank that has something to say of itself.
    """

    category: str | None = None
    categories: Categories = Categories.BANK
    front_matter: bool = True
    cloze: Gaps = Gaps.TYPE
    flashcards: Cards = Cards.SHORT_ANSWER
    response_format: ResponseFormat = ResponseFormat.EDITOR
    templates: Path | None = None


# Texts here are XML: the element `text`, its words in a CDATA section, and the files they link.

NO_TEXT = "<text></text>"


Answer = tuple[str, str, str, str]
"""Percent of the points, the answer's text, what is said to whoever gives it, its tolerance."""


class Word(NamedTuple):
    """A word of a bank of words, and whether it fills more than one gap."""

    text: str
    repeated: bool


class Body(NamedTuple):
    """What a type of question has; `kind` is Moodle's name of the type."""

    kind: str
    text: str
    answers: Sequence[Answer] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    words: tuple[Word, ...] = ()
    unit: str | None = None
    lines: int = 15
    grader: str = NO_TEXT
    response_format: str = ""
    attachments: int = 0
    penalty: str | None = None
    """What a wrong try costs, where the type says and not the number of hints."""
    single: bool = True
    shuffle: bool = True
    case_sensitive: bool = False


class CombinedFeedback(NamedTuple):
    """What is said to whoever is right, partly right or wrong."""

    correct: str
    partly_correct: str
    incorrect: str


class Entry(NamedTuple):
    """A question as the template writes it."""

    body: Body
    name: str
    idnumber: str
    points: str
    penalty: str
    feedback: str
    hints: Sequence[str]
    tags: Sequence[str]


class Category(NamedTuple):
    """A category and its questions, which are made as they are asked for."""

    path: str
    info: str
    idnumber: str
    combined: CombinedFeedback
    entries: Iterator[Entry]
