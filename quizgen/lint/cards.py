"""Flashcards that ask too much at once: the minimum-information principle.

Piotr Wozniak, "Twenty rules of formulating knowledge" (1999): one fact a card, no lists.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from quizgen.lint.asked import Asked, Phrase
from quizgen.lint.language import fold
from quizgen.lint.rule import Finding, Survey
from quizgen.model import Flashcard
from quizgen.problems import shorten

MAX_WORDS = 15
"""How many words a back may have; in scripts without spaces, two letters count as a word."""

_LIST_ITEM = re.compile(r"^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
_SEPARATOR = re.compile(r"[,;،؛、，；\n]")


def big_card(asked: Asked) -> Iterator[Finding]:
    """The back of a card is more than can be recalled at once."""
    if isinstance(asked.question, Flashcard):
        words = asked.keys[0].spaced.count(" ") - 1
        if words > MAX_WORDS:
            yield Finding(
                f"the back has {words} words; ask for one fact in at most {MAX_WORDS}, and put the"
                " rest into the feedback",
                asked.question.back.span,
            )


def list_answer(asked: Asked) -> Iterator[Finding]:
    """The back of a card is a list, which is forgotten as a whole if one item is."""
    if isinstance(asked.question, Flashcard):
        back = asked.question.back.source
        parts = [part for part in _SEPARATOR.split(asked.keys[0].text) if part.strip()]
        # A date or a place has commas, too; a list has three parts or more.
        if len(_LIST_ITEM.findall(back)) >= 2 or len(parts) >= 3:
            yield Finding(
                "the back is a list; make a card of each item, a cloze or an ordering",
                asked.question.back.span,
            )


def two_backs(survey: Survey) -> Iterator[Finding]:
    """Two cards with one front have different backs: nobody can know which is meant."""
    fronts: defaultdict[str, list[tuple[Asked, Phrase]]] = defaultdict(list)
    for asked in survey.questions:
        if isinstance(asked.question, Flashcard):
            fronts[_bare(asked.prompt)].append((asked, asked.keys[0]))
            if asked.question.reversed:
                fronts[_bare(asked.keys[0])].append((asked, asked.prompt))
    for (first, back), *others in fronts.values():
        for asked, other in others:
            if _bare(other) != _bare(back):
                yield Finding(
                    f"'{first.question.id}' has the same front and the back"
                    f" '{shorten(back.text)}'; say on each front what tells them apart",
                    asked.question.span,
                    asked,
                )


def _bare(phrase: Phrase) -> str:
    return " ".join(fold(phrase.text).split())
