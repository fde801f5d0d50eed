"""A question in its place on the sheet, type by type."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal
from string import ascii_uppercase

from quizgen.lower import lower
from quizgen.markup import MarkedHtml
from quizgen.model import (
    Bank,
    Cloze,
    Date,
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
    prompt_of,
)
from quizgen.problems import Problem, Severity
from quizgen.quiz import Item, gap_options, options, right_sides, scrambled
from quizgen.writers.html.measure import width_of
from quizgen.writers.html.press import Press
from quizgen.writers.html.sheet import Block, Label, Placed, ready
from quizgen.writers.html.timeline import time_line
from quizgen.writers.output import lowered

NATIVE: frozenset[type[Question]] = frozenset(
    {
        MultipleChoice,
        MultipleResponse,
        TrueFalse,
        ShortAnswer,
        Numeric,
        Date,
        Matching,
        Ordering,
        Cloze,
        Essay,
    }
)
"""The types that paper has a form of its own for."""


def placed(item: Item, press: Press) -> Placed | None:
    """The question with its texts in HTML; None, and a problem, if paper has nothing like it."""
    question = lower(item.question, NATIVE, item.bank.language, press.reader)
    if question is None:
        message = "paper has nothing like this question"
        press.problems.append(
            Problem("left-out", message, item.question.span, severity=Severity.WARNING)
        )
        return None
    if type(question) is not type(item.question):
        press.problems.append(lowered(item.question, question, "HTML"))
    return Placed(
        item=item,
        question=question,
        tongue=press.tongue(item.bank),
        points=press.points(question.points),
        prompt=press.text(asked_above(question), item.bank),
        block=_block(item, question, press),
    )


def asked_above(question: Question) -> Text | None:
    """What stands above a question's body; a cloze may have nothing there."""
    return question.prompt if isinstance(question, Cloze) else prompt_of(question)


def _block(item: Item, question: Question, press: Press) -> Block:
    match question:
        case MultipleChoice() | MultipleResponse():
            return _options(item, question, press)
        case TrueFalse():
            return Block(kind="verdict")
        case ShortAnswer() | Date():
            return Block(kind="line")
        case Numeric():
            field = _millimetres(question.points) if question.points >= 2 else ""
            return Block(kind="number", unit=question.unit or "", field=field)
        case Matching():
            sides = right_sides(item, question)
            return Block(
                kind="matching",
                labels=labels(sides, item.bank, press),
                texts=sides,
                left=tuple(press.text(side, item.bank) for side, _ in question.pairs),
            )
        case Ordering():
            return _ordering(item, question, press)
        case Cloze():
            return _cloze(item, question, press)
        case Essay():
            return Block(kind="lines", lines=question.lines or _lines(question.points))
        case Flashcard():
            raise TypeError("a flashcard is to be lowered first")


def _options(item: Item, question: MultipleChoice | MultipleResponse, press: Press) -> Block:
    shown = options(item, question)
    texts = [option.choice.text for option in shown]
    return Block(
        kind="choice" if isinstance(question, MultipleChoice) else "response",
        labels=labels(texts, item.bank, press),
        options=shown,
        columns=press.columns(texts, max(2, len(texts))),
    )


def _ordering(item: Item, question: Ordering, press: Press) -> Block:
    """Places in a row, which the dates of the items make a time line."""
    shown = drawn = scrambled(item, question)
    line = time_line(question.items, item.bank.language)
    if line:
        undated = dict(zip(question.items, line.items, strict=True))
        shown = tuple(undated[text] for text in shown)
    return Block(
        kind="ordering",
        labels=labels(shown, item.bank, press),
        texts=drawn,
        columns=press.columns(shown, 2),
        ticks=line.dates if line else (),
    )


def _cloze(item: Item, question: Cloze, press: Press) -> Block:
    bank = item.bank
    gaps = question.text.gaps
    # All blanks have room for the longest answer in handwriting, so that none tells.
    width = round(min(20, 1.6 * max([3, *(width_of(gap.key) for gap in gaps)]) + 1), 1)
    marked = marked_text(question, bank, press)
    word_bank = press.options.word_bank
    gap_name = press.tongue(bank).words["gap"]
    text = marked.filled(
        lambda gap: _blank(gap, width, gap_name, () if word_bank else gap_options(item, gap))
    )
    words_of = [word for gap in gaps for word in (gap.answers[0], *gap.wrong)] if word_bank else []
    return Block(
        kind="cloze",
        text=ready(text),
        marked=marked,
        bank=tuple(sorted(dict.fromkeys(words_of), key=str.casefold)),
    )


def marked_text(question: Cloze, bank: Bank, press: Press) -> MarkedHtml:
    """A cloze's text with marks for its gaps; empty, and a problem, if a formula cannot be set."""
    marked = press.set(
        question.text,
        lambda: press.renderer.render_marked(question.text.pieces, bank.media),
        MarkedHtml("", ()),
    )
    return MarkedHtml(press.led(marked.html, bank), marked.gaps)


def labels(texts: Iterable[Text], bank: Bank, press: Press) -> tuple[Label, ...]:
    """The texts, each behind its letter."""
    return tuple([Label(letter(place), press.text(text, bank)) for place, text in enumerate(texts)])


def letter(place: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    if place < 26:
        return ascii_uppercase[place]
    rest, last = divmod(place, 26)
    return letter(rest - 1) + ascii_uppercase[last]


def _blank(gap: Gap, width: float, name: str, offered: Sequence[str]) -> str:
    """A blank of so many em, then what it offers, then its hint."""
    options = " / ".join(f"<bdi>{html.escape(each)}</bdi>" for each in offered)
    more = f' <span class="offered">({options})</span>' if options else ""
    more += f' <span class="hint">({html.escape(gap.hint)})</span>' if gap.hint else ""
    blank = f'<span class="blank" role="img" aria-label="{name}"'
    return f'{blank} style="inline-size: {width}em"></span>{more}'


def _lines(points: Decimal) -> int:
    """How many lines an essay gets."""
    return max(4, int(points * 2) + 2)


def _millimetres(points: Decimal) -> str:
    """The height of a field to work in, a whole number of its squares."""
    return f"{min(120, 10 + 10 * int(points))}mm"
