"""What a rule is, what it finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from quizgen.lint.asked import Asked
from quizgen.lint.document import Document
from quizgen.problems import Severity, Span

T = TypeVar("T")


class Finding(NamedTuple):
    """What a rule has to say, where, and of which question, if it is of one."""

    message: str
    span: Span
    asked: Asked | None = None


@dataclass(frozen=True)
class Rule(Generic[T]):
    """A rule: its stable code, how grave a breach is, and the function that finds breaches.

    `about`, `bad` and `good` are what `--explain` tells. `languages` are the only ones that the
    rule knows, where it does not know all; an unknown language is passed over.
    """

    code: str
    severity: Severity
    find: Callable[[T], Iterator[Finding]]
    about: str
    bad: str
    good: str
    languages: Sequence[str] = ()
    default: bool = field(default=True, kw_only=True)
    """Whether it is applied without being asked for."""
    documents: bool = field(default=False, kw_only=True)
    """Whether it has nothing to look at unless cited documents are given."""


@dataclass(frozen=True)
class Survey:
    """All questions that are checked together; `documents` by the key of their source."""

    questions: Sequence[Asked]
    documents: Mapping[str, Document] = field(default_factory=dict[str, Document])
