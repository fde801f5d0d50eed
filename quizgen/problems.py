"""Problems: what is wrong, where it stands, and how it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

MOST = 500
"""How many characters of a message's beginning and end are kept, if it is longer than both."""


class Span(NamedTuple):
    """A place in a file: its path as it was named, line and column counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(IntEnum):
    """How grave a problem is; the smaller, the graver."""

    ERROR = 0
    WARNING = 1
    INFO = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding: a short stable code, a sentence that says what to do, a place if there is one."""

    code: str
    message: str
    span: Span | None = None
    severity: Severity = field(default=Severity.ERROR, kw_only=True)

    def __post_init__(self) -> None:
        if len(self.message) > 2 * MOST:  # megabytes of a bank may be quoted in it
            kept = f"{self.message[:MOST]} … {self.message[-MOST:]}"
            object.__setattr__(self, "message", kept)

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        grade = "" if self.severity is Severity.ERROR else f"{self.severity.name.lower()}: "
        return _CONTROLS.sub(_escape, f"{place}{self.code} {grade}{self.message}")


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal would obey rather than show, as a value that a message quotes may hold it."""


def _escape(control: re.Match[str]) -> str:
    return f"\\x{ord(control[0]):02x}"


class QuizgenError(Exception):
    """The one error base: carries the problems that stopped the work, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sort_problems(problems)
        super().__init__("\n".join(map(str, self.problems)))


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file, line, column and code; those without a place first; equal ones once."""

    def place(problem: Problem) -> tuple[tuple[str, ...], int, int, str, str]:
        span = problem.span
        file, line, column = (
            (PurePath(span.file).parts, span.line, span.column) if span else ((), 0, 0)
        )
        return file, line, column, problem.code, problem.message

    return tuple(sorted(dict.fromkeys(problems), key=place))


def shorten(text: str, most: int = 40) -> str:
    """A text in one line, as much of it as a message bears, and nothing that acts on a terminal."""
    head = text[: 20 * most]  # a message that quotes megabytes takes no time
    line = _CONTROLS.sub(_escape, " ".join(head.split()))
    whole = len(line) <= most and len(head) == len(text)
    return line if whole else f"{line[: most - 1]}…"


def error_at(path: object, code: str, message: str) -> QuizgenError:
    """The error of one problem with a whole file, placed at its first character."""
    return QuizgenError([Problem(code, message, Span(str(path), 1, 1))])


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'near'?` if one of the known words is near, else the empty string."""
    if len(word) > MOST:
        return ""
    import difflib  # few runs find a word that nobody knows

    names = list(islice(known, 500))
    by_fold = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f"; did you mean '{by_fold[near[0]]}'?" if near else ""
