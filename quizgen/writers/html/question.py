"""A question in its place, type by type: what stands on the sheet, what in the key."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal

from markupsafe import Markup

from quizgen.languages import direction, show_date
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
from quizgen.numbers import show_number
from quizgen.problems import Problem, Severity
from quizgen.quiz import Item, gap_options, options, right_sides, scrambled
from quizgen.words import words
from quizgen.writers.html.measure import columns_for, width_of
from quizgen.writers.html.press import Press
from quizgen.writers.html.sheet import NOTHING, Block, Label, Placed, Reason, Solution
from quizgen.writers.output import lowered, show_citations

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
    bank = item.bank
    block, solution = _body(item, question, press)
    return Placed(
        number=item.number,
        points=show_number(question.points),
        language=bank.language,
        direction=direction(bank.language),
        prompt=press.text(_asked(question), bank),
        block=block,
        solution=solution,
        feedback=press.text(question.feedback, bank),
        hints=tuple(press.text(hint, bank) for hint in question.hints),
        source=show_citations(question.cite),
    )


def _body(item: Item, question: Question, press: Press) -> tuple[Block, Solution]:
    match question:
        case MultipleChoice() | MultipleResponse():
            return _options(item, question, press)
        case TrueFalse():
            return _true_false(item, question, press)
        case ShortAnswer():
            return _short_answer(item, question, press)
        case Numeric():
            return _numeric(item, question, press)
        case Date():
            return _date(item, question, press)
        case Matching():
            return _matching(item, question, press)
        case Ordering():
            return _ordering(item, question, press)
        case Cloze():
            return _cloze(item, question, press)
        case Essay():
            return _essay(item, question, press)
        case Flashcard():
            raise TypeError("a flashcard is to be lowered first")


def _options(
    item: Item, question: MultipleChoice | MultipleResponse, press: Press
) -> tuple[Block, Solution]:
    bank = item.bank
    shown = options(item, question)
    texts = [option.choice.text for option in shown]
    labels = _labels(press, texts, bank)
    single = isinstance(question, MultipleChoice)
    block = Block(
        kind="choice" if single else "response",
        labels=labels,
        columns=min(_columns(press, texts), max(2, len(texts))),
    )
    reasons = tuple(
        Reason(label.letter, label.text, option.right, press.text(option.choice.feedback, bank))
        for label, option in zip(labels, shown, strict=True)
    )
    short = ", ".join(reason.mark for reason in reasons if reason.right)
    return block, Solution(short=short, reasons=reasons)


def _true_false(item: Item, question: TrueFalse, press: Press) -> tuple[Block, Solution]:
    word = words(item.bank.language)
    answer = word["true"] if question.answer else word["false"]
    return Block(kind="verdict"), Solution(short=answer)


def _short_answer(item: Item, question: ShortAnswer, press: Press) -> tuple[Block, Solution]:
    bank = item.bank
    block = Block(kind="line")
    key, *others = question.answers
    reasons = tuple(
        Reason(
            mark=f"{show_number(answer.credit * 100)} %" if answer.credit != 1 else "",
            text=Markup.escape(answer.text.source),
            right=answer.credit == 1,
            feedback=press.text(answer.feedback, bank),
        )
        for answer in (question.answers if key.feedback or others else ())
    )
    return block, Solution(short=key.text.source, reasons=reasons)


def _numeric(item: Item, question: Numeric, press: Press) -> tuple[Block, Solution]:
    unit = question.unit or ""
    short = " ".join(filter(None, (show_number(question.answer), unit)))
    if question.margin:
        short += f" (± {show_number(question.margin)})"
    block = Block(
        kind="number",
        unit=unit,
        field=_millimetres(question.points) if question.points >= 2 else "",
    )
    return block, Solution(short=short)


def _date(item: Item, question: Date, press: Press) -> tuple[Block, Solution]:
    shown = show_date(question.answer, item.bank.language)
    also = [Text(shown, question.span), *question.accept] if question.accept else ()
    reasons = tuple(Reason("", Markup.escape(text.source), True, NOTHING) for text in also)
    return Block(kind="line"), Solution(short=shown, reasons=reasons)


def _matching(item: Item, question: Matching, press: Press) -> tuple[Block, Solution]:
    bank = item.bank
    rights = right_sides(item, question)
    labels = _labels(press, rights, bank)
    by_text = dict(zip(rights, labels, strict=True))
    left = tuple(press.text(side, bank) for side, _ in question.pairs)
    block = Block(kind="matching", labels=labels, left=left)
    matched = [by_text[right] for _, right in question.pairs]
    reasons = tuple(
        Reason(
            str(place),
            side + f" → {label.letter} " + label.text,
            True,
            NOTHING,
        )
        for place, (side, label) in enumerate(zip(left, matched, strict=True), 1)
    )
    short = ", ".join(f"{place} {label.letter}" for place, label in enumerate(matched, 1))
    return block, Solution(short=short, reasons=reasons)


def _ordering(item: Item, question: Ordering, press: Press) -> tuple[Block, Solution]:
    shown = scrambled(item, question)
    labels = _labels(press, shown, item.bank)
    by_text = dict(zip(shown, labels, strict=True))
    block = Block(
        kind="ordering",
        labels=labels,
        columns=min(2, _columns(press, shown)),
    )
    right = [by_text[text] for text in question.items]
    reasons = tuple(Reason(label.letter, label.text, True, NOTHING) for label in right)
    short = ", ".join(label.letter for label in right)
    return block, Solution(short=short, reasons=reasons)


def _cloze(item: Item, question: Cloze, press: Press) -> tuple[Block, Solution]:
    bank = item.bank
    gaps = question.text.gaps
    # All blanks are as long as the longest answer needs, so that none tells.
    width = max(8, *(width_of(gap.key) for gap in gaps)) + 2
    marked = press.set(
        question.text,
        lambda: press.renderer.render_marked(question.text.pieces, bank.images),
        MarkedHtml("", ()),
    )
    word_bank = press.options.word_bank
    text = marked.filled(
        lambda gap: _blank(gap, width, () if word_bank else gap_options(item, gap))
    )
    words_of = dict.fromkeys(word for gap in gaps for word in (gap.answers[0], *gap.wrong))
    block = Block(
        kind="cloze",
        text=Markup(text),
        bank=tuple(sorted(words_of, key=str.casefold)) if word_bank else (),
    )
    short = "; ".join(gap.key for gap in gaps)
    return block, Solution(short=short, text=Markup(marked.filled(_filled)))


def _essay(item: Item, question: Essay, press: Press) -> tuple[Block, Solution]:
    bank = item.bank
    word = words(bank.language)
    lines = question.lines or max(4, int(question.points * 2) + 2)
    block = Block(kind="lines", lines=lines)
    parts = [(word["model"], question.answer), (word["rubric"], question.rubric)]
    reasons = tuple(
        Reason(name, press.text(text, bank), True, NOTHING) for name, text in parts if text
    )
    return block, Solution(short="…", reasons=reasons)


def _labels(press: Press, texts: Iterable[Text], bank: Bank) -> tuple[Label, ...]:
    return tuple(Label(letter(place), press.text(text, bank)) for place, text in enumerate(texts))


def _columns(press: Press, texts: Iterable[Text]) -> int:
    """How many columns the texts fit in, by their longest."""
    widest = max(width_of(press.reader.plain(text.source)) for text in texts)
    pictured = any("![" in text.source or "\n" in text.source for text in texts)
    return 2 if pictured and widest <= 34 else 1 if pictured else columns_for(widest)


def _asked(question: Question) -> Text | None:
    """What stands above a question's body; a cloze may have nothing there."""
    return question.prompt if isinstance(question, Cloze) else prompt_of(question)


def letter(place: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    rest, last = divmod(place, 26)
    return (letter(rest - 1) if rest else "") + chr(ord("A") + last)


def _blank(gap: Gap, width: int, offered: Sequence[str]) -> str:
    """A blank, then what it offers, then its hint."""
    options = " / ".join(f"<bdi>{html.escape(each)}</bdi>" for each in offered)
    more = f' <span class="offered">({options})</span>' if options else ""
    more += f' <span class="hint">({html.escape(gap.hint)})</span>' if gap.hint else ""
    return f'<span class="blank" style="inline-size: {min(width, 30)}ch"></span>{more}'


def _filled(gap: Gap) -> str:
    key, *others = (html.escape(answer) for answer in (gap.key, *gap.answers[1:]))
    also = f' <span class="also">({", ".join(others)})</span>' if others else ""
    return f'<b class="filled">{key}</b>{also}'


def _millimetres(points: Decimal) -> str:
    """The height of a field to work in."""
    return f"{min(120, 10 + 10 * int(points))}mm"
