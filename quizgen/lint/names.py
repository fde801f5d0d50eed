"""Names that differ, and that some program takes for one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import unquote

from quizgen.model import Bank, markdown_of
from quizgen.problems import Problem, Severity, Span

T = TypeVar("T")


def check_names(banks: Iterable[Bank]) -> Iterator[Problem]:
    """Warnings of ids, tags and images that differ only in case or in how letters are composed."""
    for problem in _twins(list(banks)):
        yield replace(problem, severity=Severity.WARNING)


def _twins(banks: Sequence[Bank]) -> Iterator[Problem]:
    for bank, twin in _alike(banks, lambda bank: bank.id):
        told = _told(bank.id, twin.id, f"of {twin.span.file}")
        yield Problem("alike-bank", told, bank.span)
    tags: dict[str, Span] = {}
    for bank in banks:
        for question, first in _alike(bank.questions, lambda question: question.id):
            told = _told(question.id, first.id, f"in line {first.span.line}")
            yield Problem("alike-id", told, question.span)
        for path, other in _alike(map(unquote, bank.media), str):
            told = _told(path, other, "of another image")
            yield Problem("alike-image", told, _place(bank, path))
        for question in bank.questions:
            for tag in question.tags:
                tags.setdefault(tag, question.span)
    for tag, other in _alike(tags, str):
        yield Problem("alike-tag", _told(tag, other, f"at {tags[other]}"), tags[tag])


def _alike(things: Iterable[T], name_of: Callable[[T], str]) -> Iterator[tuple[T, T]]:
    """Each thing whose name is not that of the first thing that it folds to, with that one."""
    first: dict[str, T] = {}
    for thing in things:
        name = name_of(thing)
        twin = first.setdefault(_folded(name), thing)
        if twin is not thing and name_of(twin) != name:
            yield thing, twin


def _folded(name: str) -> str:
    """One form of all names that match canonically and without regard to case (Unicode, 3.13)."""
    if name.isascii():
        return name if name == (lower := name.lower()) else lower  # a million ids are kept once
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _told(name: str, twin: str, where: str) -> str:
    composed = unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", twin)
    by = "how letters are composed" if composed else "case"
    advice = "write both the same way, or tell them apart"
    return f"'{name}' differs in {by} alone from '{twin}' {where}; {advice}"


def _place(bank: Bank, path: str) -> Span:
    """Where an image is first named."""
    naming = (
        question.span
        for question in bank.questions
        if any(path in unquote(text.source) for text in markdown_of(question))
    )
    return next(naming, bank.span)
