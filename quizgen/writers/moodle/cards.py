"""Flashcards in groups, each to be one matching question."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from quizgen.markup import Reader
from quizgen.model import Citation, Flashcard, Matching, Question, Text
from quizgen.quiz import Item
from quizgen.writers.limits import LONGEST_RIGHT_SIDE

MOST_PAIRS = 8
"""How many pairs a learner keeps an eye on."""

_OPEN_GROUPS = 8
"""In how many groups a place is looked for; so many cards with one back are rare."""


def group_cards(items: Sequence[Item], reader: Reader) -> Iterator[tuple[Item, ...]]:
    """All items in order, flashcards of one first tag together at the place of their first.

    A card whose back Moodle cannot hold as a right side stays alone, and so does one without
    company. In a group no two fronts and no two backs are equal.
    """
    by_tag: dict[str, list[tuple[Item, str, str]]] = {}
    for item in items:
        question = item.question
        if isinstance(question, Flashcard) and (back := _right_side(question, reader)):
            front = reader.plain(question.front.source)
            by_tag.setdefault(next(iter(question.tags), ""), []).append((item, front, back))
    groups = [group for cards in by_tag.values() for group in _groups(cards)]
    group_of = {id(item): group for group in groups for item in group}
    for item in items:
        group = group_of.get(id(item), (item,))
        if group[0] is item:
            yield group


def _right_side(card: Flashcard, reader: Reader) -> str:
    back = reader.plain(card.back.source)
    fits = len(back) <= LONGEST_RIGHT_SIDE and not reader.shows_more(card.back.source)
    return back if fits else ""


def _groups(cards: Sequence[tuple[Item, str, str]]) -> Iterator[tuple[Item, ...]]:
    size = ceil(len(cards) / ceil(len(cards) / MOST_PAIRS))
    groups: list[list[tuple[Item, str, str]]] = []
    free: deque[list[tuple[Item, str, str]]] = deque(maxlen=_OPEN_GROUPS)
    for card in cards:
        group = next((each for each in free if not _clashes(card, each)), None)
        if group is None:
            group = list[tuple[Item, str, str]]()
            groups.append(group)
            free.append(group)
        group.append(card)
        if len(group) == size:
            free.remove(group)
    for group in groups:
        if len(group) > 1:
            yield tuple(item for item, _, _ in group)


def _clashes(card: tuple[Item, str, str], group: Iterable[tuple[Item, str, str]]) -> bool:
    _, front, back = card
    return any(front == other_front or back == other for _, other_front, other in group)


def as_matching(cards: Sequence[Flashcard], prompt: str) -> Matching:
    """One question of several cards; points add up, and tags are those that all cards have."""
    first, last = cards[0], cards[-1]
    return Matching(
        id=f"{first.id}+{last.id}",
        span=first.span,
        points=sum((card.points for card in cards[1:]), first.points),
        difficulty=first.difficulty if len({card.difficulty for card in cards}) == 1 else None,
        tags=tuple(tag for tag in first.tags if all(tag in card.tags for card in cards)),
        cite=_cited(cards),
        prompt=Text(prompt, first.span),
        pairs=tuple((card.front, card.back) for card in cards),
    )


def _cited(questions: Iterable[Question]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citation for each in questions for citation in each.cite))
