"""The formats that a quiz can be written in, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quizgen.model import Question
from quizgen.writers import aiken, anki, gift, html, moodle
from quizgen.writers.output import Output


@dataclass(frozen=True)
class Writer:
    """A format: the types that it has of its own, its options, and the function that writes it."""

    native: frozenset[type[Question]]
    options: type[Any]
    write: Callable[..., Output]


WRITERS: Mapping[str, Writer] = {
    "anki": Writer(anki.NATIVE, anki.AnkiOptions, anki.write),
    "html": Writer(html.NATIVE, html.HtmlOptions, html.write),
    "moodle": Writer(moodle.NATIVE, moodle.MoodleOptions, moodle.write),
    "gift": Writer(gift.NATIVE, gift.GiftOptions, gift.write),
    "aiken": Writer(aiken.NATIVE, aiken.AikenOptions, aiken.write),
}
"""Each takes a quiz, its options and a `track` for progress, and returns an Output."""
