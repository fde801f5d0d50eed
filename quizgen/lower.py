"""Rewrites a question into a type that a target speaks.

A new type works in every format once it lowers to a known one.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import fields
from decimal import Decimal
from typing import Any

from quizgen.languages import date_forms
from quizgen.markdown import bracketed, escape, literal, settle, stacked
from quizgen.markup import Reader
from quizgen.model import (
    Accepted,
    Choice,
    Cloze,
    Common,
    Date,
    Essay,
    Flashcard,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Text,
    Tolerance,
    TrueFalse,
)
from quizgen.numbers import show_number
from quizgen.words import words

_COMMON = tuple(each.name for each in fields(Common))

LONGEST_TYPED = 60
"""Up to how many characters the back of a flashcard is asked for as a short answer."""


def lower(
    question: Question, speaks: AbstractSet[type[Question]], language: str, reader: Reader
) -> Question | None:
    """The question in a type out of `speaks`; None if it lowers to none of them.

    `language` is the bank's: dates are accepted as it writes them, and True is its word for it.
    `reader` takes Markdown apart.
    """
    lowered: Question | None = question
    while lowered is not None and type(lowered) not in speaks:
        lowered = _step(lowered, language, reader)
    return lowered


def _step(question: Question, language: str, reader: Reader) -> Question | None:
    """The question one step simpler."""
    match question:
        case Date():
            return _date(question, language)
        case Flashcard():
            return _flashcard(question, reader)
        case TrueFalse():
            return _true_false(question, language)
        case Numeric():
            return _numeric(question)
        case Ordering():
            return _ordering(question)
        case Cloze():
            return _cloze(question)
        case MultipleChoice() | MultipleResponse() | ShortAnswer() | Matching() | Essay():
            return None


def _common(question: Question) -> dict[str, Any]:
    """The values of the fields that every question has."""
    return {name: getattr(question, name) for name in _COMMON}


def _date(question: Date, language: str) -> ShortAnswer:
    span = question.span
    written = [Text(form, span) for form in date_forms(question.answer, language)]
    folded = {text.source.casefold() for text in written}
    more = [text for text in question.accept if text.source.casefold() not in folded]
    return ShortAnswer(
        **_common(question),
        prompt=question.prompt,
        answers=tuple(Accepted(text) for text in (*written, *more)),
    )


def _flashcard(question: Flashcard, reader: Reader) -> ShortAnswer | Essay:
    """A short answer, or an essay where the back is more than can be asked to the letter."""
    back = question.back
    plain = reader.plain(back.source)
    if not plain or reader.shows_more(back.source) or len(plain) > LONGEST_TYPED:
        return Essay(**_common(question), prompt=question.front, answer=back, lines=3)
    answer = Accepted(Text(plain, back.span))
    return ShortAnswer(**_common(question), prompt=question.front, answers=(answer,))


def _true_false(question: TrueFalse, language: str) -> MultipleChoice:
    """Two options; which comes first is drawn, as it says nothing."""
    word = words(language)
    true, false = (Choice(Text(word[each], question.span)) for each in ("true", "false"))
    answer, distractor = (true, false) if question.answer else (false, true)
    return MultipleChoice(
        **_common(question), prompt=question.prompt, answer=answer, distractors=(distractor,)
    )


def _numeric(question: Numeric) -> ShortAnswer:
    number = Accepted(Text(show_number(question.answer), question.span))
    return ShortAnswer(**_common(question), prompt=question.prompt, answers=(number,))


def _cloze(question: Cloze) -> MultipleChoice | ShortAnswer | Numeric | Matching:
    """A gap is asked for as what it is; several are numbered, and matched with their keys."""
    span, gaps = question.text.span, question.text.gaps
    prompt = Text(_with_blanks(question), span)
    gap, *others = gaps
    if others:
        keys = dict.fromkeys(gap.key for gap in gaps)
        wrong = dict.fromkeys(each for gap in gaps for each in gap.wrong if each not in keys)
        pairs = tuple(
            (Text(str(place), span), Text(literal(gap.key), span))
            for place, gap in enumerate(gaps, 1)
        )
        distractors = tuple(Text(literal(each), span) for each in wrong)
        return Matching(**_common(question), prompt=prompt, pairs=pairs, distractors=distractors)
    if gap.tolerance is not None:
        number, off = Decimal(gap.answers[0]), Tolerance(gap.tolerance)
        return Numeric(**_common(question), prompt=prompt, answer=number, tolerance=off)
    if gap.wrong:
        key, *rest = (Choice(Text(literal(each), span)) for each in (gap.key, *gap.wrong))
        return MultipleChoice(
            **_common(question), prompt=prompt, answer=key, distractors=tuple(rest)
        )
    answers = tuple(Accepted(Text(each, span)) for each in gap.answers)
    return ShortAnswer(**_common(question), prompt=prompt, answers=answers)


def _with_blanks(question: Cloze) -> str:
    """The Markdown of a cloze, a blank in the place of each gap; numbered if there are several."""
    several = len(question.text.gaps) > 1
    shown = ""
    place = 0
    for piece in question.text.pieces:
        if isinstance(piece, str):
            shown += piece
            continue
        place += 1
        hint = f" ({bracketed(escape(piece.hint, inside=True))})" if piece.hint else ""
        shown += f"({place}) {_BLANK}{hint}" if several else f"{_BLANK}{hint}"
    shown = settle(shown)  # whole: a sign of a hint may belong to one before the gap
    return stacked([question.prompt.source, shown] if question.prompt else [shown])


_BLANK = r"\_\_\_\_\_"


def _ordering(question: Ordering) -> Matching:
    """Each item matched with its place."""
    pairs = tuple(
        (item, Text(str(place), item.span)) for place, item in enumerate(question.items, 1)
    )
    return Matching(**_common(question), prompt=question.prompt, pairs=pairs)
