"""What a bank says of responses: the share of the points that each is to earn.

A response is what a learner sees and does, as `moodle_rules.grade` takes it: the text of the option
chosen, a set of them, `true` or `false`, what is typed, right sides by left sides, items in order,
gaps in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Context
from fractions import Fraction

from quizgen.languages import date_forms
from quizgen.markup import Reader
from quizgen.model import (
    CalendarDate,
    Cloze,
    Date,
    Essay,
    Flashcard,
    Gap,
    Grading,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

_reader = Reader()
NOTHING_LIKE_IT = "nothing like it"
"""No bank that is made says this."""

EXACT = Context(prec=100)
"""Rounds no sum of an answer and its margin, such as that of 1E-30 and 0.25."""

PARTLY = None
"""The share of a response that is neither all right nor all wrong, of which a bank says no more."""


def plain(text: object) -> str:
    return " ".join(_reader.plain(str(text)).split())


def trials(question: Question, language: str) -> Iterator[tuple[object, Fraction | int | None]]:
    """Responses, each with the share of the points that it earns; the first is the key."""
    match question:
        case MultipleChoice(answer=answer, distractors=distractors):
            yield plain(answer.text), 1
            yield from ((plain(each.text), 0) for each in distractors)
        case MultipleResponse():
            yield from _ticked(question)
        case TrueFalse(answer=answer):
            yield str(answer).lower(), 1
            yield str(not answer).lower(), 0
        case ShortAnswer(answers=answers, case_sensitive=case_sensitive):
            yield from ((str(each.text), Fraction(each.credit)) for each in answers)
            yield from ((f"{each.text}?", 0) for each in answers)
            yield NOTHING_LIKE_IT, 0
            accepted = {str(each.text) for each in answers}
            for each in answers:
                other = str(each.text).swapcase()
                if other not in accepted and other.swapcase() == str(each.text):
                    yield other, 0 if case_sensitive else Fraction(each.credit)
        case Numeric(answer=answer, margin=margin):
            off = margin + margin / 1000 if margin else abs(answer) / 1000 + 1
            yield str(answer), 1
            for distance, share in ((margin, 1), (off, 0)):
                yield str(EXACT.subtract(answer, distance)), share
                yield str(EXACT.add(answer, distance)), share
        case Date(answer=answer, accept=accept):
            yield from ((form, 1) for form in date_forms(answer, language))
            yield from ((str(each), 1) for each in accept)
            yield from ((form, 0) for form in date_forms(_another(answer), language))
            yield NOTHING_LIKE_IT, 0
        case Matching(pairs=pairs, distractors=distractors):
            right = {plain(left): plain(side) for left, side in pairs}
            yield right, 1
            for left, side in right.items():
                for other in {*right.values(), *map(plain, distractors)} - {side}:
                    yield right | {left: other}, Fraction(len(right) - 1, len(right))
            for other in map(plain, distractors):
                yield dict.fromkeys(right, other), 0
        case Ordering(items=items):
            right = list(map(plain, items))
            yield right, 1
            for i, _ in enumerate(right[1:]):
                swapped = [*right[:i], right[i + 1], right[i], *right[i + 2 :]]
                yield swapped, Fraction(len(right) - 2, len(right))
            yield [*right[1:], right[0]], 0
        case Cloze(text=text):
            yield from _filled(text.gaps)
        case Flashcard(back=back):
            yield plain(back), 1
            yield NOTHING_LIKE_IT, 0
        case Essay():
            pass


def _another(date: CalendarDate) -> CalendarDate:
    """Another date of the same kind, on a day that every year has."""
    year = date.year + 1 if date.year < 9000 else date.year - 1
    return replace(date, year=year, day=min(date.day, 28) if date.day else None)


def _ticked(question: MultipleResponse) -> Iterator[tuple[object, Fraction | int | None]]:
    right = {plain(each.text) for each in question.answers}
    wrong = {plain(each.text) for each in question.distractors}
    is_whole = question.grading is Grading.ALL_OR_NOTHING
    yield right, 1
    for each in sorted(right):
        if right != {each}:
            yield {each}, 0 if is_whole else Fraction(1, len(right))
            yield right - {each}, 0 if is_whole else Fraction(len(right) - 1, len(right))
    for each in sorted(wrong):
        yield {each}, 0
        yield right | {each}, 0 if is_whole else PARTLY
    if wrong:
        yield wrong, 0
        yield right | wrong, 0 if is_whole else PARTLY


def _filled(gaps: tuple[Gap, ...]) -> Iterator[tuple[object, Fraction | int | None]]:
    right = [gap.answers[0] for gap in gaps]
    less = Fraction(len(gaps) - 1, len(gaps))
    yield right, 1
    for i, gap in enumerate(gaps):
        accepted, refused = list(gap.answers), list(gap.wrong) or [NOTHING_LIKE_IT]
        if gap.tolerance is not None:
            number, off = Fraction(gap.answers[0]), Fraction(gap.tolerance)
            accepted = [_decimal(each) for each in (number - off, number, number + off)]
            refused = [_decimal(each) for each in (number - off - 1, number + off + 1)]
        for share, texts in ((1, accepted), (less, refused)):
            yield from (([*right[:i], each, *right[i + 1 :]], share) for each in texts)


def _decimal(number: Fraction) -> str:
    return f"{float(number):.10f}".rstrip("0").rstrip(".")


def chosen_words(gaps: tuple[Gap, ...]) -> Iterator[tuple[object, Fraction | int | None]]:
    """The same of a cloze whose gaps are filled from one bank of words, where a key alone is right."""
    right = [gap.answers[0] for gap in gaps]
    words = {word for gap in gaps for word in (gap.answers[0], *gap.wrong)}
    yield right, 1
    for i, gap in enumerate(gaps):
        for word in sorted(words - {gap.answers[0]}):
            yield [*right[:i], word, *right[i + 1 :]], Fraction(len(gaps) - 1, len(gaps))
