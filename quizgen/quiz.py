"""From banks to a quiz: select, draw, put in order, make versions. Pure functions, no state.

Every order is a sort by digest of the seed, the version, the question and the thing itself. So an
order depends on nothing else: adding a question moves no other, and any machine draws the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import count
from typing import NamedTuple

from quizgen.languages import parse_date
from quizgen.model import (
    TYPES,
    Bank,
    Choice,
    Cloze,
    Date,
    Difficulty,
    Essay,
    Flashcard,
    Gap,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    TrueFalse,
)
from quizgen.problems import Problem, QuizgenError, Severity, did_you_mean

Pair = tuple[Bank, Question]
"""A question and the bank that it is in."""


class Shuffle(Enum):
    """What is drawn rather than kept as written. What would give the key away always is."""

    NOTHING = "nothing"
    OPTIONS = "options"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which questions make a quiz and how they are drawn; an empty filter lets all pass."""

    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    difficulties: tuple[Difficulty, ...] = ()
    count: int | None = None
    seed: str = "quizgen"
    shuffle: Shuffle = Shuffle.OPTIONS
    versions: int = 1
    title: str | None = None


class Item(NamedTuple):
    """A question in its place: `number` from 1, `draw` what its orders are drawn from."""

    number: int
    bank: Bank
    question: Question
    draw: str
    shuffle: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an exam: its heading, what is to be done in it, its items."""

    title: str
    instructions: Text | None
    items: tuple[Item, ...]

    @property
    def points(self) -> Decimal:
        """What a faultless answer to all of it earns."""
        return _points(self.items)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a quiz: its mark (A, B, ...; empty if there is but one) and its items.

    The sections of an exam hold the same items; a quiz that is no exam has none.
    """

    mark: str
    items: tuple[Item, ...]
    sections: tuple[Section, ...] = ()

    @property
    def points(self) -> Decimal:
        """What a faultless sheet earns."""
        return _points(self.items)


@dataclass(frozen=True, slots=True)
class Quiz:
    """What a writer is handed.

    `retired` are the items that are asked no more, for formats that must keep what they once gave
    out; `problems` says what the selection could not do. `minutes` is the time that an exam takes.
    """

    title: str
    language: str
    seed: str
    banks: tuple[Bank, ...]
    versions: tuple[Version, ...]
    problems: tuple[Problem, ...] = ()
    retired: tuple[Item, ...] = ()
    instructions: Text | None = None
    minutes: int | None = None


class Option(NamedTuple):
    """An option as it is shown."""

    choice: Choice
    right: bool


MAX_VERSIONS = 26


def make_quiz(banks: Sequence[Bank], selection: Selection = Selection()) -> Quiz:
    """A quiz of what the selection finds in the banks.

    Raises QuizgenError if it finds nothing, or names a tag that no bank has.
    """
    problems = list(unknown_tags(banks, selection.tags))
    problems += (
        Problem("no-type", f"there is no type '{name}'{did_you_mean(name, TYPES)}")
        for name in selection.types
        if name not in TYPES
    )
    if selection.count is not None and selection.count < 1:
        problems.append(
            Problem("count", f"{selection.count} questions cannot be drawn; take 1 or more")
        )
    if problems:
        raise QuizgenError(problems)
    passed = [
        (bank, question)
        for bank in banks
        for question in bank.questions
        if passes(question, selection)
    ]
    found = [pair for pair in passed if not pair[1].retired]
    if not found:
        but = " that is not retired" if passed else ""
        raise QuizgenError(
            [Problem("no-questions", f"no question{but} passes the filters; see 'quizgen list'")]
        )
    if selection.count is not None and selection.count < len(found):
        drawn = sorted(found, key=lambda pair: digest(selection.seed, pair[0].id, pair[1].id))
        kept = {(bank.id, question.id) for bank, question in drawn[: selection.count]}
        found = [pair for pair in found if (pair[0].id, pair[1].id) in kept]
    elif selection.count is not None and selection.count > len(found):
        message = (
            f"{selection.count} questions are asked for and there are {len(found)}: all are taken"
        )
        problems.append(Problem("too-few-questions", message, severity=Severity.WARNING))
    versions: list[Version] = []
    for mark in marks_of(selection.versions):
        before = versions[-1].items if versions else ()
        versions.append(Version(mark, items_of(found, selection, mark, before=before)))
    return Quiz(
        title=selection.title or common_title(banks),
        language=banks[0].language,
        seed=selection.seed,
        banks=tuple(banks),
        versions=tuple(versions),
        problems=tuple(problems),
        retired=items_of([pair for pair in passed if pair[1].retired], selection, ""),
    )


def common_title(banks: Sequence[Bank]) -> str:
    """The title of the bank, or of the work that all banks cite first, or all titles."""
    if len(banks) == 1:
        return banks[0].title
    works = {bank.sources[0].title if bank.sources else None for bank in banks}
    work = works.pop()
    return work if work and not works else " · ".join(bank.title for bank in banks)


def options(item: Item, question: MultipleChoice | MultipleResponse) -> tuple[Option, ...]:
    """The options of a choice question as shown; numbers and dates by size, pinned ones last."""
    loose = [Option(choice, True) for choice in _keys(question)]
    loose += [Option(choice, False) for choice in question.distractors]
    pinned = [option for option in loose if option.choice.pin]
    if pinned:
        loose = [option for option in loose if not option.choice.pin]
        pinned.sort(
            key=lambda option: (option.choice.text.span.line, option.choice.text.span.column)
        )
    sizes = _sizes([option.choice for option in loose])
    if sizes:
        loose.sort(key=lambda option: sizes[option.choice.text.source])
    elif item.shuffle:
        loose.sort(key=lambda option: draw_key(item, option.choice.text))
    return (*loose, *pinned)


def _keys(question: MultipleChoice | MultipleResponse) -> tuple[Choice, ...]:
    return (question.answer,) if isinstance(question, MultipleChoice) else question.answers


def seated_options(
    item: Item, question: MultipleChoice | MultipleResponse
) -> list[tuple[Choice, bool]]:
    """The options for a target that shuffles them itself: the places of right ones are drawn.

    Each with whether it is right. Among themselves right ones stand as written, and so do wrong
    ones. For a question that is not fixed.
    """
    keys, others = _keys(question), question.distractors
    are_right = [False] * len(others)
    number = int.from_bytes(digest(item.draw, "seats"))
    for _ in keys:
        number, seat = divmod(number, len(are_right) + 1)
        are_right.insert(seat, True)
    right, wrong = iter(keys), iter(others)
    return [(next(right if is_right else wrong), is_right) for is_right in are_right]


def is_ordered(item: Item, question: MultipleChoice | MultipleResponse) -> bool:
    """Whether the order of the options that are not pinned means something, or is not to change."""
    return not item.shuffle or bool(_sizes([each for each in _choices(question) if not each.pin]))


def is_fixed(item: Item, question: MultipleChoice | MultipleResponse) -> bool:
    """Whether the order of the options means something: by size, pinned, or not to be drawn."""
    choices = _choices(question)
    return not item.shuffle or any(each.pin for each in choices) or bool(_sizes(choices))


def has_order(question: MultipleChoice | MultipleResponse) -> bool:
    """Whether its author has given its options an order, or some of them their places."""
    return not question.shuffle or any(choice.pin for choice in _choices(question))


def _choices(question: MultipleChoice | MultipleResponse) -> tuple[Choice, ...]:
    return (*_keys(question), *question.distractors)


def _sizes(choices: Sequence[Choice]) -> dict[str, Decimal]:
    """What to sort options by that are all numbers, or all dates; empty if they are neither."""
    if not choices or choices[0].text.source[:1].isalpha():
        return {}  # the most of a bank: neither begins with a letter
    for size_of in (number_of, _date_of):
        sizes: dict[str, Decimal] = {}
        for choice in choices:
            size = size_of(choice.text)
            if size is None:
                break
            sizes[choice.text.source] = size
        else:
            return sizes
    return {}


def gap_options(item: Item, gap: Gap) -> tuple[str, ...]:
    """What a choice gap offers: numbers by size, else in drawn places; none of any other gap.

    Right answers stand among themselves as written, and so do wrong ones.
    """
    if not gap.wrong:
        return ()
    offered = [*gap.answers, *gap.wrong]
    if _is_by_size(gap):
        return tuple(sorted(offered, key=_decimal))
    drawn = sorted(offered, key=lambda text: digest(item.draw, text))
    right, wrong = iter(gap.answers), iter(gap.wrong)
    return tuple(next(right if text in gap.answers else wrong) for text in drawn)


def _is_by_size(gap: Gap) -> bool:
    return all(_NUMBER.fullmatch(each) for each in (*gap.answers, *gap.wrong))


def right_sides(item: Item, question: Matching) -> tuple[Text, ...]:
    """What a matching offers on the right, each once, drawn."""
    sides = dict.fromkeys([*(right for _, right in question.pairs), *question.distractors])
    return tuple(sorted(sides, key=lambda side: draw_key(item, side)))


def scrambled(item: Item, question: Ordering) -> tuple[Text, ...]:
    """The items of an ordering, drawn, never in their right order."""
    drawn = tuple(sorted(question.items, key=lambda text: draw_key(item, text)))
    return drawn if drawn != question.items else (*drawn[1:], drawn[0])


def draw_key(item: Item, text: Text) -> bytes:
    """The sort key that draws a place for one of a question's texts."""
    return digest(item.draw, text.source)


def passes(question: Question, selection: Selection) -> bool:
    """Whether the filters let the question through."""
    return (
        (
            not selection.types
            or isinstance(question, tuple(TYPES[name] for name in selection.types))
        )
        and (not selection.difficulties or question.difficulty in selection.difficulties)
        and (
            not selection.tags
            or any(_is_within(own, tag) for own in question.tags for tag in selection.tags)
        )
    )


def _points(items: Iterable[Item]) -> Decimal:
    return sum((item.question.points for item in items), Decimal(0))


def _is_within(tag: str, topic: str) -> bool:
    return tag == topic or tag.startswith(f"{topic}::")


def unknown_tags(banks: Iterable[Bank], tags: Sequence[str]) -> Iterator[Problem]:
    """A problem for every tag that no question of the banks has."""
    if not tags:
        return
    known = dict.fromkeys(tag for bank in banks for each in bank.questions for tag in each.tags)
    for tag in tags:
        if not any(_is_within(own, tag) for own in known):
            near = did_you_mean(tag, known) or "; see 'quizgen list'"
            yield Problem("no-tag", f"no question has the tag '{tag}'{near}")


def marks_of(versions: int) -> list[str]:
    """The marks of so many versions. Raises QuizgenError if there cannot be so many."""
    if not 1 <= versions <= MAX_VERSIONS:
        raise QuizgenError(
            [Problem("versions", f"{versions} versions cannot be made; take 1 to {MAX_VERSIONS}")]
        )
    return [""] if versions == 1 else [chr(ord("A") + index) for index in range(versions)]


def items_of(
    found: Sequence[Pair],
    selection: Selection,
    mark: str,
    first: int = 1,
    before: Sequence[Item] = (),
) -> tuple[Item, ...]:
    """The questions in the order of a version, numbered from `first`.

    `before` are those of the version before: neither the order of the questions, where it is drawn,
    nor that of anything within one is the same, unless there is but one.
    """
    drawn = selection.shuffle is not Shuffle.NOTHING
    neighbours = {(item.bank.id, item.question.id): item for item in before}
    ordered = found
    if selection.shuffle is Shuffle.ALL:
        for turn in count():
            ordered = sorted(found, key=partial(_place, selection.seed, mark, turn))
            if len(found) < 2 or [_names(pair) for pair in ordered] != list(neighbours):
                break
    items = (
        Item(
            number=number,
            bank=bank,
            question=question,
            draw=f"{selection.seed}\0{mark}\0{bank.id}\0{question.id}",
            shuffle=drawn and question.shuffle,
        )
        for number, (bank, question) in enumerate(ordered, first)
    )
    if not neighbours:
        return tuple(items)
    return tuple(_apart(item, neighbours.get((item.bank.id, item.question.id))) for item in items)


def order_of(item: Item) -> tuple[str, ...]:
    """What is drawn within a question, in its order; empty if there is one order alone."""
    question = item.question
    match question:
        case MultipleChoice() | MultipleResponse():
            loose = [each.choice for each in options(item, question) if not each.choice.pin]
            shown = [] if is_ordered(item, question) else [each.text.source for each in loose]
        case Matching():
            shown = [side.source for side in right_sides(item, question)]
        case Ordering():
            # Two items have one wrong order.
            shown = [text.source for text in scrambled(item, question)]
            shown = shown if len(shown) > 2 else []
        case Cloze():
            gaps = [gap for gap in question.text.gaps if not _is_by_size(gap)]
            shown = [text for gap in gaps for text in gap_options(item, gap)]
        case TrueFalse() | ShortAnswer() | Numeric() | Date() | Essay() | Flashcard():
            shown = []
    return tuple(shown) if len(shown) > 1 else ()


def _apart(item: Item, neighbour: Item | None) -> Item:
    """The item, drawn until its order is not the neighbour's."""
    if neighbour is None or not (taken := order_of(neighbour)):
        return item
    drawn = item
    for turn in count(1):
        if order_of(drawn) != taken:
            break
        drawn = item._replace(draw=f"{item.draw}\0{turn}")
    return drawn


def _place(seed: str, mark: str, turn: int, pair: Pair) -> bytes:
    again = (str(turn),) if turn else ()
    return digest(seed, mark, "order", *_names(pair), *again)


def _names(pair: Pair) -> tuple[str, str]:
    bank, question = pair
    return bank.id, question.id


def digest(*parts: str) -> bytes:
    """The sort key that draws a place from all that it depends on."""
    return hashlib.blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=8).digest()


_NUMBER = re.compile(r"[-+\u2212]?\d+(?:\.\d+)?")


def number_of(text: Text) -> Decimal | None:
    """The number that an option consists of, if it is one."""
    return _decimal(text.source) if _NUMBER.fullmatch(text.source) else None


def _decimal(figures: str) -> Decimal:
    return Decimal(figures.replace("\u2212", "-"))


def _date_of(text: Text) -> Decimal | None:
    """The date that an option consists of, as `1951-05-21` or `1951-05`, in figures."""
    date = parse_date(text.source)
    if date is None:
        return None
    return Decimal(date.year * 10_000 + (date.month or 0) * 100 + (date.day or 0))
