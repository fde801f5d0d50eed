"""What the key says of a question, type by type."""

from __future__ import annotations

import html

from markupsafe import Markup

from quizgen.languages import show_date
from quizgen.model import (
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
    ShortAnswer,
    Text,
    TrueFalse,
)
from quizgen.numbers import show_number
from quizgen.words import localized
from quizgen.writers.html.press import Press
from quizgen.writers.html.question import letter
from quizgen.writers.html.sheet import NOTHING, Answered, Note, Placed, Reason, Solution, ready
from quizgen.writers.output import show_citations


def answered(placed: Placed, press: Press) -> Answered:
    """The question as the key has it: its solution, and why."""
    question, bank = placed.question, placed.item.bank
    return Answered(
        placed=placed,
        solution=_solution(placed, press),
        feedback=press.text(question.feedback, bank),
        hints=tuple([press.text(hint, bank) for hint in question.hints]),
        source=show_citations(question.cite),
    )


def _solution(placed: Placed, press: Press) -> Solution:
    question = placed.question
    match question:
        case MultipleChoice() | MultipleResponse():
            return _options(placed, press)
        case TrueFalse():
            return Solution(short=placed.tongue.words["true" if question.answer else "false"])
        case ShortAnswer():
            return _short_answer(placed, question, press)
        case Numeric():
            return Solution(short=number_key(question, placed.tongue.language))
        case Date():
            return _date(placed, question)
        case Matching():
            return _matching(placed, question)
        case Ordering():
            return _ordering(placed, question, press)
        case Cloze():
            return _cloze(placed, question)
        case Essay():
            return _essay(placed, question, press)
        case Flashcard():
            raise TypeError("a flashcard is to be lowered first")


def number_key(question: Numeric, language: str) -> str:
    """A number with its unit and margin, as the language writes it."""
    key = " ".join(filter(None, (localized(language, question.answer), question.unit)))
    return key + (f" (± {localized(language, question.margin)})" if question.margin else "")


def filled(gap: Gap) -> str:
    """A gap with its key, then what else is accepted."""
    key, *others = (html.escape(answer) for answer in (gap.key, *gap.answers[1:]))
    also = f' <span class="also">({", ".join(others)})</span>' if others else ""
    return f'<b class="filled">{key}</b>{also}'


def _options(placed: Placed, press: Press) -> Solution:
    block, bank = placed.block, placed.item.bank
    reasons = tuple(
        [
            Reason(letter, text, right, press.text(choice.feedback, bank))
            for (letter, text), (choice, right) in zip(block.labels, block.options, strict=True)
        ]
    )
    short = ", ".join(reason.mark for reason in reasons if reason.right)
    return Solution(short=short, reasons=reasons)


def _short_answer(placed: Placed, question: ShortAnswer, press: Press) -> Solution:
    key, *others = question.answers
    reasons = tuple(
        Reason(
            mark=f"{show_number(answer.credit * 100)} %" if answer.credit != 1 else "",
            text=Markup.escape(answer.text.source),
            right=answer.credit == 1,
            feedback=press.text(answer.feedback, placed.item.bank),
        )
        for answer in (question.answers if key.feedback or others else ())
    )
    return Solution(short=key.text.source, reasons=reasons)


def _date(placed: Placed, question: Date) -> Solution:
    shown = show_date(question.answer, placed.tongue.language)
    also = [Text(shown, question.span), *question.accept] if question.accept else ()
    reasons = tuple(Reason("", Markup.escape(text.source), True, NOTHING) for text in also)
    return Solution(short=shown, reasons=reasons)


def _matching(placed: Placed, question: Matching) -> Solution:
    block = placed.block
    by_text = dict(zip(block.texts, block.labels, strict=True))
    matched = [by_text[right] for _, right in question.pairs]
    reasons = tuple(
        Reason(str(place), ready(f"{side} → {label.letter} {label.text}"), True, NOTHING)
        for place, (side, label) in enumerate(zip(block.left, matched, strict=True), 1)
    )
    short = ", ".join(f"{place} {label.letter}" for place, label in enumerate(matched, 1))
    return Solution(short=short, reasons=reasons)


def _ordering(placed: Placed, question: Ordering, press: Press) -> Solution:
    """The items in order as the bank has them, with their dates if they have some."""
    letters = {text: letter(at) for at, text in enumerate(placed.block.texts)}
    reasons = tuple(
        Reason(letters[text], press.text(text, placed.item.bank), True, NOTHING)
        for text in question.items
    )
    return Solution(short=", ".join(reason.mark for reason in reasons), reasons=reasons)


def _cloze(placed: Placed, question: Cloze) -> Solution:
    short = "; ".join([gap.key for gap in question.text.gaps])
    return Solution(short=short, text=ready(placed.block.marked.filled(filled)))


def _essay(placed: Placed, question: Essay, press: Press) -> Solution:
    """The grid points down to what is too long for it."""
    word = placed.tongue.words
    parts = [(word["model"], question.answer), (word["rubric"], question.rubric)]
    notes = tuple(Note(name, press.text(text, placed.item.bank)) for name, text in parts if text)
    return Solution(short=f"↓ {notes[0].name}" if notes else "", notes=notes)
